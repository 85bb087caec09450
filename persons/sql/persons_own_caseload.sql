-- Raises an error unless the bound user is a case worker of the bound institution today. Changes of one institution's
-- caseloads and inscriptions go one at a time.
CREATE OR REPLACE FUNCTION persons_own_caseload() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF app_role() <> 'case_worker' OR NOT partners_has_role(app_user(), app_institution(), app_role(), app_today()) THEN
    RAISE EXCEPTION 'case workers of the bound institution have a caseload' USING ERRCODE = '42501';
  END IF;
  PERFORM pg_advisory_xact_lock(7050802, app_institution()::integer);
END $$;
REVOKE ALL ON FUNCTION persons_own_caseload() FROM PUBLIC;
