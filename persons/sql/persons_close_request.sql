-- Close an open detour of the bound institution, or of one that it succeeded, with the day of the answer and whether it gave a result, as a case
-- worker. Returns 'closed', or why not: 'not_found', 'closed_before' (a colleague may have closed it), 'answered_on'
-- (before the question or after today), 'result' (missing).
CREATE OR REPLACE FUNCTION persons_close_request(p_request uuid, p_answered_on date, p_has_result boolean) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_request persons_accessrequest;
BEGIN
  PERFORM partners_require_role('case_worker');
  SELECT * INTO v_request FROM persons_accessrequest
  WHERE public_id = p_request AND institution_id = ANY (partners_works_for(app_institution())) AND withdrawn_at IS NULL
    AND (insz = ANY (app_hidden_numbers())) IS NOT TRUE
  FOR UPDATE;
  IF NOT FOUND THEN RETURN 'not_found'; END IF;
  IF v_request.answered_on IS NOT NULL THEN RETURN 'closed_before'; END IF;
  IF (p_answered_on BETWEEN v_request.asked_on AND app_today()) IS NOT TRUE THEN RETURN 'answered_on'; END IF;
  IF p_has_result IS NULL THEN RETURN 'result'; END IF;
  UPDATE persons_accessrequest SET answered_on = p_answered_on, has_result = p_has_result WHERE id = v_request.id;
  RETURN 'closed';
END $$;
REVOKE ALL ON FUNCTION persons_close_request(uuid, date, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_close_request(uuid, date, boolean) TO kbi_web;
