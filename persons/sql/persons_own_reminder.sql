-- The reminder that a step is about, for the functions that take the step: of a client in the bound case worker's own
-- caseload whose inscription counts. All its columns are NULL when there is none. Steps of one institution go one at a
-- time.
CREATE OR REPLACE FUNCTION persons_own_reminder(p_reminder uuid) RETURNS persons_reminder
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_found persons_reminder;
BEGIN
  PERFORM partners_require_role('case_worker');
  PERFORM pg_advisory_xact_lock(7050802, app_institution()::integer);
  SELECT r.* INTO v_found FROM persons_reminder r
  WHERE r.public_id = p_reminder AND r.institution_id = app_institution() AND (r.insz = ANY (app_hidden_numbers())) IS NOT TRUE
    AND EXISTS (SELECT FROM persons_caseloadrow c
                WHERE c.institution_id = r.institution_id AND c.insz = r.insz AND c.user_id = app_user())
    AND EXISTS (SELECT FROM persons_inscription_counting g
                WHERE g.institution_id = r.institution_id AND g.insz = r.insz OFFSET 0);
  RETURN v_found;
END $$;
REVOKE ALL ON FUNCTION persons_own_reminder(uuid) FROM PUBLIC;
