-- The rows of lists uploaded at the bound institution with a number that a rule above every mandate keeps from the bound
-- user today. It is for rows that no institution registered: `app_hidden_numbers` leaves out the agency's shields about
-- them. It returns the keys of the rows, because the numbers would say who is shielded.
CREATE OR REPLACE FUNCTION caseload_hidden_rows() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_uploads bigint[] := ARRAY(SELECT u.id FROM caseload_upload u
    WHERE u.institution_id = app_institution() AND u.created_at >= now() - interval '7 days');
  v_numbers text[];
BEGIN
  IF NOT EXISTS (SELECT FROM persons_shield s WHERE s.institution_id IS NULL AND s.valid_until >= app_today()) THEN
    RETURN '{}';
  END IF;
  v_numbers := ARRAY(SELECT DISTINCT r.insz::text FROM caseload_uploadrow r
    WHERE r.upload_id = ANY (v_uploads) AND r.insz <> '');
  RETURN ARRAY(
    SELECT r.id FROM caseload_uploadrow r
    JOIN persons_facts_of(app_user(), app_institution(), v_numbers, NULL) f ON f.insz = r.insz
    WHERE r.upload_id = ANY (v_uploads)
      AND persons_rule_of(f.is_own, f.is_colleague, f.is_shielded, f.is_named) IS NOT NULL);
END $$;
REVOKE ALL ON FUNCTION caseload_hidden_rows() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION caseload_hidden_rows() TO kbi_web;
