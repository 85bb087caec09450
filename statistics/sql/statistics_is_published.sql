-- Whether the agency publishes the monthly figures now. A public page learns this and not who decided it.
CREATE OR REPLACE FUNCTION statistics_is_published() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce((SELECT is_on FROM statistics_publishingswitch ORDER BY id DESC LIMIT 1), false) $$;
REVOKE ALL ON FUNCTION statistics_is_published() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION statistics_is_published() TO kbi_web;
