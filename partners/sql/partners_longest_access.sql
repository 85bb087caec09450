-- The last day of access that is given or extended today. The same in Python: `partners.rights.longest_until`.
CREATE OR REPLACE FUNCTION partners_longest_access() RETURNS date LANGUAGE sql STABLE
  AS $$ SELECT (public.app_today() + interval '12 months')::date $$;
