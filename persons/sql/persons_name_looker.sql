-- Name, as a privacy officer, a colleague who may see a shielded person or a colleague at the bound institution until a
-- day. Not themselves. Returns 'named', or why not: 'no_reason', 'until' (past, or more than a year ahead), 'own' (the
-- privacy officer), 'not_a_colleague' (no role today that sees clients or registers them), 'exists'.
CREATE OR REPLACE FUNCTION persons_name_looker(p_insz text, p_user bigint, p_until date, p_reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM partners_require_role('privacy_officer');
  IF coalesce(btrim(p_reason), '') = '' THEN RETURN 'no_reason'; END IF;
  IF (p_until BETWEEN app_today() AND app_today() + 366) IS NOT TRUE THEN RETURN 'until'; END IF;
  IF p_user = app_user() THEN RETURN 'own'; END IF;
  IF NOT (partners_has_role(p_user, app_institution(), 'case_worker', app_today())
          OR partners_has_role(p_user, app_institution(), 'local_administrator', app_today())) THEN
    RETURN 'not_a_colleague';
  END IF;
  IF EXISTS (SELECT FROM persons_namedlooker l
             WHERE l.insz = p_insz AND l.user_id = p_user AND l.institution_id = app_institution()
               AND l.ended_at IS NULL AND app_covers(l.valid_from, l.valid_until, app_today())) THEN
    RETURN 'exists';
  END IF;
  INSERT INTO persons_namedlooker (public_id, insz, institution_id, user_id, reason, valid_from, valid_until,
                                   made_by_id, made_at, end_reason)
  VALUES (gen_random_uuid(), p_insz, app_institution(), p_user, btrim(p_reason), app_today(), p_until, app_user(),
          now(), '');
  RETURN 'named';
END $$;
REVOKE ALL ON FUNCTION persons_name_looker(text, bigint, date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_name_looker(text, bigint, date, text) TO kbi_web;
