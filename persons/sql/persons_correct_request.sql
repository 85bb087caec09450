-- Correct a detour of the bound institution, or of one that it succeeded, as a case worker. p_seen is the id of the last
-- step that the user saw, '0' for none. Returns 'corrected', 'unchanged' (it has these values already), or why not:
-- 'not_found' (also when it was withdrawn), 'changed_before' (a step was taken since), 'exists' (another detour has this
-- number, third party and day), or a mistake of `persons_request_mistake`. A trigger writes the event.
CREATE OR REPLACE FUNCTION persons_correct_request(p_request uuid, p_seen text, p_third_party text, p_asked_on date,
  p_answered_on date, p_has_result boolean) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_request persons_accessrequest;
  v_mistake text := persons_request_mistake(p_asked_on, p_answered_on, p_has_result);
BEGIN
  PERFORM partners_require_role('case_worker');
  -- As in `persons_add_requests`: no one notes the same detour meanwhile.
  PERFORM pg_advisory_xact_lock(7050802, app_institution()::integer);
  SELECT * INTO v_request FROM persons_accessrequest
  WHERE public_id = p_request AND institution_id = ANY (partners_works_for(app_institution())) AND withdrawn_at IS NULL
    AND (insz = ANY (app_hidden_numbers())) IS NOT TRUE FOR UPDATE;
  IF NOT FOUND THEN RETURN 'not_found'; END IF;
  IF (v_request.third_party, v_request.asked_on, v_request.answered_on, v_request.has_result)
      IS NOT DISTINCT FROM (p_third_party, p_asked_on, p_answered_on, p_has_result) THEN
    RETURN 'unchanged';
  END IF;
  IF p_seen IS DISTINCT FROM (SELECT coalesce(max(e.id), 0)::text FROM persons_accessrequestevent e WHERE e.request_id = v_request.id) THEN
    RETURN 'changed_before';
  END IF;
  IF v_mistake IS NOT NULL THEN RETURN v_mistake; END IF;
  IF EXISTS (SELECT FROM persons_accessrequest r
             WHERE r.institution_id = ANY (partners_works_for(app_institution())) AND r.insz = v_request.insz
               AND r.third_party = p_third_party AND r.asked_on = p_asked_on AND r.withdrawn_at IS NULL
               AND r.id <> v_request.id) THEN
    RETURN 'exists';
  END IF;
  UPDATE persons_accessrequest SET third_party = p_third_party, asked_on = p_asked_on, answered_on = p_answered_on,
    has_result = p_has_result WHERE id = v_request.id;
  RETURN 'corrected';
END $$;
REVOKE ALL ON FUNCTION persons_correct_request(uuid, text, text, date, date, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_correct_request(uuid, text, text, date, date, boolean) TO kbi_web;
