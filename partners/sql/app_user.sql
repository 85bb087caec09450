-- The account the transaction is bound to; NULL when unbound.
CREATE OR REPLACE FUNCTION app_user() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('app.user', true), '')::bigint $$;
