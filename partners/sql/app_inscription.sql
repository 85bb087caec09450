-- The inscription whose file is open in this transaction; NULL when no file is open.
CREATE OR REPLACE FUNCTION app_inscription() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('app.inscription', true), '')::bigint $$;
