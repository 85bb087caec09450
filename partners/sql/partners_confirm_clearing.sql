-- Confirm a clearing as another administrator of the agency than the one who asked, and not the owner of the account: the
-- hash is deleted. Returns 'cleared', or why not: 'not_open', 'own'.
CREATE OR REPLACE FUNCTION partners_confirm_clearing(p_clearing bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_clearing partners_numberclearing;
BEGIN
  PERFORM partners_require_agency();
  SELECT * INTO v_clearing FROM partners_numberclearing WHERE id = p_clearing AND confirmed_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN RETURN 'not_open'; END IF;
  IF app_user() IN (v_clearing.asked_by_id, v_clearing.user_id) THEN RETURN 'own'; END IF;
  UPDATE partners_numberclearing SET confirmed_by_id = app_user(), confirmed_at = now() WHERE id = p_clearing;
  DELETE FROM partners_ownnumber WHERE user_id = v_clearing.user_id;
  RETURN 'cleared';
END $$;
REVOKE ALL ON FUNCTION partners_confirm_clearing(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_confirm_clearing(bigint) TO kbi_web;
