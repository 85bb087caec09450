-- Withdraw a detour of the bound institution that was noted by mistake, as a case worker: it stays, and counts nowhere.
-- Returns 'withdrawn', or 'not_found' (also when it was withdrawn before). A trigger writes the event.
CREATE OR REPLACE FUNCTION persons_withdraw_request(p_request uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF app_role() <> 'case_worker' OR NOT partners_has_role(app_user(), app_institution(), app_role(), app_today()) THEN
    RAISE EXCEPTION 'a case worker withdraws requests of the bound institution' USING ERRCODE = '42501';
  END IF;
  UPDATE persons_accessrequest SET withdrawn_at = now()
  WHERE public_id = p_request AND institution_id = app_institution() AND withdrawn_at IS NULL;
  RETURN CASE WHEN FOUND THEN 'withdrawn' ELSE 'not_found' END;
END $$;
REVOKE ALL ON FUNCTION persons_withdraw_request(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_withdraw_request(uuid) TO kbi_web;
