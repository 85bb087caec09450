-- Withdraw a detour that was noted by mistake, as a case worker: it stays, and counts nowhere. It is one of the bound
-- institution or of one that it succeeded. Returns 'withdrawn', or 'not_found' (also when it was withdrawn before). A
-- trigger writes the event.
CREATE OR REPLACE FUNCTION persons_withdraw_request(p_request uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM partners_require_role('case_worker');
  UPDATE persons_accessrequest SET withdrawn_at = now()
  WHERE public_id = p_request AND institution_id = ANY (partners_works_for(app_institution())) AND withdrawn_at IS NULL
    AND (insz = ANY (app_hidden_numbers())) IS NOT TRUE;
  RETURN CASE WHEN FOUND THEN 'withdrawn' ELSE 'not_found' END;
END $$;
REVOKE ALL ON FUNCTION persons_withdraw_request(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_withdraw_request(uuid) TO kbi_web;
