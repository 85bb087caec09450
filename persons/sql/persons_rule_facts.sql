-- What the rules above every mandate know of the numbers that are asked for, and of the number that a public id of the
-- bound institution is about (asked is that id then): of an inscription, a detour, a reminder, or a question sent to it.
-- For the bound user. p_hashes are the hashes of p_numbers. Numbers of which no rule knows anything have no row.
CREATE OR REPLACE FUNCTION persons_rule_facts(p_numbers text[], p_hashes bytea[], p_target uuid)
RETURNS TABLE (asked text, is_own boolean, is_colleague boolean, is_shielded boolean, is_named boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_institutions bigint[];
  v_insz text;
BEGIN
  IF p_target IS NULL THEN
    RETURN QUERY SELECT * FROM persons_facts_of(app_user(), app_institution(), p_numbers, p_hashes);
    RETURN;
  END IF;
  v_institutions := partners_works_for(app_institution());
  SELECT t.insz INTO v_insz FROM (
    SELECT i.insz FROM persons_inscription i
    WHERE i.public_id = p_target AND i.institution_id = app_institution()
    UNION ALL
    SELECT r.insz FROM persons_accessrequest r
    WHERE r.public_id = p_target AND r.institution_id = ANY (v_institutions)
    UNION ALL
    SELECT m.insz FROM persons_reminder m WHERE m.public_id = p_target AND m.institution_id = app_institution()
    UNION ALL
    SELECT q.insz FROM persons_question q WHERE q.public_id = p_target AND q.supplier_id = ANY (v_institutions)
  ) t;
  RETURN QUERY SELECT p_target::text, f.is_own, f.is_colleague, f.is_shielded, f.is_named
    FROM persons_facts_about(app_user(), app_institution(), v_insz, NULL) f;
END $$;
REVOKE ALL ON FUNCTION persons_rule_facts(text[], bytea[], uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_rule_facts(text[], bytea[], uuid) TO kbi_web;
