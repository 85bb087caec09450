-- What registering rows as the bound user would do, all together and in the order of their lines: each line with the
-- outcome of persons_register_inscriptions. It writes nothing and locks nothing, which STABLE makes PostgreSQL enforce.
-- Rows for one person in one capacity see those before them: v_planned has the inscriptions that these would add or
-- shorten, by id, for each person and capacity.
CREATE OR REPLACE FUNCTION persons_judge_inscriptions(p_institution bigint, p_rows jsonb)
RETURNS TABLE (line integer, outcome text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
  -- New inscriptions have no id yet. These come after all that exist.
  c_new CONSTANT bigint := 4611686018427387904;
  v_turn jsonb;
  v_judged jsonb;
  v_planned jsonb := '{}';
BEGIN
  IF p_institution IS NULL OR p_institution IS DISTINCT FROM app_institution() OR app_user() IS NULL THEN
    RAISE EXCEPTION 'a user has inscriptions of the bound institution judged' USING ERRCODE = '42501';
  END IF;
  PERFORM partners_require_role();
  FOR v_turn IN SELECT persons_rows_in_turns(p_rows) LOOP
    v_judged := (SELECT jsonb_agg(j) FROM persons_judge_turn(p_institution, v_turn, false, v_planned) j);
    RETURN QUERY SELECT x.line, x.outcome FROM jsonb_to_recordset(v_judged) AS x(line integer, outcome text);
    v_planned := v_planned || coalesce((
      SELECT jsonb_object_agg(j.key, coalesce(v_planned -> j.key, '{}') || jsonb_build_object(j.id, CASE
        WHEN j.outcome = 'registered' THEN
          jsonb_build_object('mandate_id', j.mandate_id, 'valid_from', j.valid_from, 'valid_until', j.until)
        ELSE coalesce(v_planned -> j.key -> j.id::text,
            (SELECT jsonb_build_object('mandate_id', i.mandate_id, 'valid_from', i.valid_from)
             FROM persons_inscription i WHERE i.id = j.id))
          || jsonb_build_object('valid_until', greatest(j.until, app_today() - 1)) END))
      FROM (
        SELECT x.*, x.insz || ' ' || x.capacity AS key, coalesce(x.longer, c_new + x.line) AS id
        FROM jsonb_to_recordset(v_judged) AS x(line integer, insz text, capacity text, mandate_id bigint,
          valid_from date, until date, longer bigint, outcome text)
        WHERE x.outcome IN ('registered', 'brought_forward')
      ) j), '{}');
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION persons_judge_inscriptions(bigint, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_judge_inscriptions(bigint, jsonb) TO kbi_web;
