-- The escape whose file is open in this transaction; NULL when none is. Then no inscription counts.
CREATE OR REPLACE FUNCTION app_escape() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('app.escape', true), '')::bigint $$;
