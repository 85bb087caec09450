-- Whether the bound institution ever registered this number, for its privacy officer: the policy of shields asks. With the
-- rights of the owner, because the shield hides the inscription from the officer too.
CREATE OR REPLACE FUNCTION persons_is_registered_here(p_insz text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT app_role() = 'privacy_officer' AND EXISTS (
    SELECT FROM persons_inscription i WHERE i.institution_id = app_institution() AND i.insz = p_insz)
$$;
REVOKE ALL ON FUNCTION persons_is_registered_here(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_is_registered_here(text) TO kbi_web;
