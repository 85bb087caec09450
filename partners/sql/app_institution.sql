-- The institution the transaction is bound to (`partners.services.bind`); NULL when unbound.
CREATE OR REPLACE FUNCTION app_institution() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('app.institution', true), '')::bigint $$;
