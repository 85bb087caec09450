-- Put the client of an inscription of the bound institution in the bound case worker's own caseload, or take them out
-- (p_in false). The inscription counts today; the KBI may have no dossier yet. Returns 'done', 'unchanged' or 'not_found'.
CREATE OR REPLACE FUNCTION persons_put_in_caseload(p_inscription uuid, p_in boolean) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_insz text;
BEGIN
  PERFORM persons_own_caseload();
  SELECT c.insz INTO v_insz FROM persons_inscription_counting c JOIN persons_inscription i ON i.id = c.id
  WHERE i.public_id = p_inscription AND c.institution_id = app_institution();
  IF v_insz IS NULL THEN RETURN 'not_found'; END IF;
  IF p_in THEN
    INSERT INTO persons_caseloadrow (institution_id, user_id, insz, since)
    VALUES (app_institution(), app_user(), v_insz, now())
    ON CONFLICT (institution_id, insz, user_id) DO NOTHING;
  ELSE
    DELETE FROM persons_caseloadrow
    WHERE institution_id = app_institution() AND user_id = app_user() AND insz = v_insz;
  END IF;
  RETURN CASE WHEN FOUND THEN 'done' ELSE 'unchanged' END;
END $$;
REVOKE ALL ON FUNCTION persons_put_in_caseload(uuid, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_put_in_caseload(uuid, boolean) TO kbi_web;
