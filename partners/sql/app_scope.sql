-- 'agency' on the agency's own pages, else ''.
CREATE OR REPLACE FUNCTION app_scope() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(current_setting('app.scope', true), '') $$;
