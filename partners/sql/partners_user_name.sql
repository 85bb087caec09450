-- The name of the bound user, as `partners_name_of`.
CREATE OR REPLACE FUNCTION partners_user_name() RETURNS text LANGUAGE sql STABLE
  AS $$ SELECT partners_name_of(app_user()) $$;
