-- Keep the looks of the bound institution at a person on some days out of letters until a day, as its privacy officer, and
-- write the row of the log. Returns 'withheld', or why not: 'no_reason', 'days' (out of order), 'until' (past, before the
-- last of the days, or more than a year ahead), 'own' (the user looked at the person on these days), 'exists' (the same is
-- in force).
CREATE OR REPLACE FUNCTION oversight_withhold(p_insz text, p_first date, p_last date, p_until date, p_reason text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_id uuid := gen_random_uuid();
  v_institutions bigint[] := partners_works_for(app_institution());
BEGIN
  PERFORM partners_require_role('privacy_officer');
  IF coalesce(btrim(p_reason), '') = '' THEN RETURN 'no_reason'; END IF;
  IF (p_first <= p_last) IS NOT TRUE THEN RETURN 'days'; END IF;
  IF (p_until BETWEEN greatest(p_last, app_today()) AND app_today() + 366) IS NOT TRUE THEN RETURN 'until'; END IF;
  IF EXISTS (
    SELECT FROM consultations_about_person(oversight_numbers_of(p_insz, v_institutions), v_institutions, now()) c
    WHERE c.user_id = app_user() AND c.kind NOT IN ('log_reading', 'log_export', 'person_report', 'shield')
      AND (c.at AT TIME ZONE 'Europe/Brussels')::date BETWEEN p_first AND p_last
  ) THEN
    RETURN 'own';
  END IF;
  -- A button that is pressed twice writes one row.
  PERFORM pg_advisory_xact_lock(hashtextextended('oversight_withhold ' || p_insz, app_institution()));
  IF EXISTS (SELECT FROM oversight_withholding w
             WHERE w.insz = p_insz AND w.institution_id = app_institution() AND w.ended_at IS NULL
               AND w.first_day = p_first AND w.last_day = p_last AND w.valid_until = p_until) THEN
    RETURN 'exists';
  END IF;
  INSERT INTO oversight_withholding (public_id, institution_id, insz, first_day, last_day, valid_until, reason, made_by_id,
                                     made_at)
  VALUES (v_id, app_institution(), p_insz, p_first, p_last, p_until, btrim(p_reason), app_user(), now());
  PERFORM oversight_log_withholding(p_insz, v_id);
  RETURN 'withheld';
END $$;
REVOKE ALL ON FUNCTION oversight_withhold(text, date, date, date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION oversight_withhold(text, date, date, date, text) TO kbi_web;
