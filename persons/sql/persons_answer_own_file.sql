-- Say, as a privacy officer, whether the owner of an account is really the client of the institution whose number they
-- entered. If not, this asks that the number is cleared, which an administrator of the agency confirms; p_reason says why.
-- Returns 'answered', or why not: 'not_open' (answered before, or the number was cleared meanwhile), 'own' (the account of
-- the bound user), 'no_reason'.
CREATE OR REPLACE FUNCTION persons_answer_own_file(p_report bigint, p_is_right boolean, p_reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_report persons_ownfilereport;
BEGIN
  PERFORM partners_require_role('privacy_officer');
  SELECT r.* INTO v_report FROM persons_ownfilereport r
  WHERE r.id = p_report AND r.answer = '' AND r.institution_id = ANY (partners_works_for(app_institution()))
    AND EXISTS (SELECT FROM partners_ownnumber o WHERE o.user_id = r.user_id AND o.set_at <= r.at) FOR UPDATE;
  IF NOT FOUND THEN RETURN 'not_open'; END IF;
  IF v_report.user_id = app_user() THEN RETURN 'own'; END IF;
  IF NOT p_is_right THEN
    IF coalesce(btrim(p_reason), '') = '' THEN RETURN 'no_reason'; END IF;
    INSERT INTO partners_numberclearing (user_id, reason, asked_by_id, asked_at)
    VALUES (v_report.user_id, btrim(p_reason), app_user(), now())
    ON CONFLICT (user_id) WHERE confirmed_at IS NULL DO NOTHING;
  END IF;
  UPDATE persons_ownfilereport SET answer = CASE WHEN p_is_right THEN 'right' ELSE 'wrong' END,
    answered_by_id = app_user(), answered_at = now()
  WHERE id = p_report;
  RETURN 'answered';
END $$;
REVOKE ALL ON FUNCTION persons_answer_own_file(bigint, boolean, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_answer_own_file(bigint, boolean, text) TO kbi_web;
