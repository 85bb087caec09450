-- Row-level security applies to the owner too. Its policies let the owner through only when its connection asks for it
-- (`app.owner_work`, set in the settings) or inside a function that runs with its rights. A web process that gets
-- the owner's address by mistake therefore sees no person.
CREATE OR REPLACE FUNCTION app_owner_works() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(current_setting('app.owner_work', true), '') = 'on' OR current_user <> session_user $$;
