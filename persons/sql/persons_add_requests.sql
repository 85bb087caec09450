-- Note detours of an institution, all of them or none. p_rows is an array of objects with line, public_id, insz,
-- third_party, asked_on, answered_on, has_result. Returns an outcome for each line: 'noted', 'exists' (the same number,
-- third party and day were noted before, here or at an institution that it succeeded; that row stays as it is), or why it
-- is wrong: 'not_a_client' (none of them ever registered this number, or only by mistake, or a rule above every mandate keeps it from the user), or a mistake of
-- `persons_request_mistake`. If a line is wrong, 'noted' means that it would have been noted. A withdrawn detour can be
-- noted again.
CREATE OR REPLACE FUNCTION persons_add_requests(p_institution bigint, p_rows jsonb)
RETURNS TABLE (line integer, outcome text)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_judged jsonb;
  v_institutions bigint[] := p_institution || partners_works_for(p_institution);
BEGIN
  -- One at a time for each institution, so that the outcomes are still true when the rows are written.
  PERFORM pg_advisory_xact_lock(7050802, p_institution::integer);
  SELECT coalesce(jsonb_agg(to_jsonb(j)), '[]') INTO v_judged FROM (
    SELECT x.*, coalesce(CASE
      WHEN x.insz = ANY (app_hidden_numbers()) OR NOT EXISTS (SELECT FROM persons_inscription i
                       WHERE i.institution_id = ANY (v_institutions) AND i.insz = x.insz AND i.voided_at IS NULL)
        THEN 'not_a_client'
      ELSE persons_request_mistake(x.asked_on, x.answered_on, x.has_result) END, CASE
      WHEN EXISTS (SELECT FROM persons_accessrequest r
                   WHERE r.institution_id = ANY (v_institutions) AND r.insz = x.insz AND r.third_party = x.third_party
                     AND r.asked_on = x.asked_on AND r.withdrawn_at IS NULL)
        OR row_number() OVER (PARTITION BY x.insz, x.third_party, x.asked_on ORDER BY x.line) > 1 THEN 'exists'
      ELSE 'noted' END) AS outcome
    FROM jsonb_to_recordset(p_rows) AS x(line integer, public_id uuid, insz text, third_party text, asked_on date,
                                         answered_on date, has_result boolean)
  ) j;
  IF NOT EXISTS (SELECT FROM jsonb_array_elements(v_judged) e WHERE e->>'outcome' NOT IN ('noted', 'exists')) THEN
    INSERT INTO persons_accessrequest (public_id, institution_id, insz, third_party, asked_on, answered_on, has_result)
    SELECT x.public_id, p_institution, x.insz, x.third_party, x.asked_on, x.answered_on, x.has_result
    FROM jsonb_to_recordset(v_judged) AS x(public_id uuid, insz text, third_party text, asked_on date, answered_on date,
                                           has_result boolean, outcome text)
    WHERE x.outcome = 'noted';
  END IF;
  RETURN QUERY
    SELECT x.line, x.outcome FROM jsonb_to_recordset(v_judged) AS x(line integer, outcome text);
END $$;
REVOKE ALL ON FUNCTION persons_add_requests(bigint, jsonb) FROM PUBLIC;
