-- The last day of the bound institution's inscription of a number that ends last, for its privacy officer; NULL when it has
-- none. With the rights of the owner: a rule above every mandate may hide the inscription from the officer, and a page
-- that says so would tell whose number it is.
CREATE OR REPLACE FUNCTION persons_registered_until(p_insz text) RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM partners_require_role('privacy_officer');
  RETURN (SELECT max(i.valid_until) FROM persons_inscription i
          WHERE i.institution_id = app_institution() AND i.insz = p_insz AND i.voided_at IS NULL);
END $$;
REVOKE ALL ON FUNCTION persons_registered_until(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_registered_until(text) TO kbi_web;
