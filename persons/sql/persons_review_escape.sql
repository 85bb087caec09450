-- Review an escape of the bound institution, or of one that it succeeded, as a privacy officer who is not its user. Returns
-- 'reviewed', or why not: 'not_found', 'own', 'no_note'. A later review goes before an earlier one; the same again is one.
CREATE OR REPLACE FUNCTION persons_review_escape(p_escape uuid, p_verdict text, p_note text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_escape persons_escape;
  v_last persons_escapereview;
BEGIN
  PERFORM partners_require_role('privacy_officer');
  SELECT * INTO v_escape FROM persons_escape
  WHERE public_id = p_escape AND institution_id = ANY (partners_works_for(app_institution())) FOR UPDATE;
  IF NOT FOUND THEN RETURN 'not_found'; END IF;
  IF v_escape.user_id = app_user() THEN RETURN 'own'; END IF;
  IF coalesce(btrim(p_note), '') = '' THEN RETURN 'no_note'; END IF;
  SELECT * INTO v_last FROM persons_escapereview r WHERE r.escape_id = v_escape.id ORDER BY r.at DESC, r.id DESC LIMIT 1;
  IF (v_last.user_id, v_last.verdict, v_last.note) IS DISTINCT FROM (app_user(), p_verdict::varchar, btrim(p_note)::varchar) THEN
    INSERT INTO persons_escapereview (escape_id, verdict, note, user_id, user_name, at)
    VALUES (v_escape.id, p_verdict, btrim(p_note), app_user(), partners_user_name(), now());
  END IF;
  RETURN 'reviewed';
END $$;
REVOKE ALL ON FUNCTION persons_review_escape(uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_review_escape(uuid, text, text) TO kbi_web;
