-- Shield a person: as a privacy officer within the bound institution, as an administrator of the agency everywhere. It
-- counts from today. Returns 'set', or why not: 'no_reason', 'until' (past, or more than two years ahead), 'exists' (one
-- by the same is in force).
CREATE OR REPLACE FUNCTION persons_set_shield(p_insz text, p_until date, p_reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_institution bigint;
BEGIN
  IF app_scope() = 'agency' THEN
    PERFORM partners_require_agency();
  ELSE
    PERFORM partners_require_role('privacy_officer');
    v_institution := app_institution();
  END IF;
  IF coalesce(btrim(p_reason), '') = '' THEN RETURN 'no_reason'; END IF;
  IF (p_until BETWEEN app_today() AND app_today() + 731) IS NOT TRUE THEN RETURN 'until'; END IF;
  IF EXISTS (SELECT FROM persons_shield s
             WHERE s.insz = p_insz AND s.institution_id IS NOT DISTINCT FROM v_institution AND s.ended_at IS NULL
               AND app_covers(s.valid_from, s.valid_until, app_today())) THEN
    RETURN 'exists';
  END IF;
  INSERT INTO persons_shield (public_id, insz, institution_id, reason, valid_from, valid_until, made_by_id, made_at,
                              end_reason)
  VALUES (gen_random_uuid(), p_insz, v_institution, btrim(p_reason), app_today(), p_until, app_user(), now(), '');
  RETURN 'set';
END $$;
REVOKE ALL ON FUNCTION persons_set_shield(text, date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_set_shield(text, date, text) TO kbi_web;
