-- Withdraw an invitation to the bound institution, as a local administrator there; its link then stops working. Returns
-- 'withdrawn', or why not: 'not_found', 'accepted', 'withdrawn_before'.
CREATE OR REPLACE FUNCTION partners_withdraw_invitation(p_invitation uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_invitation partners_invitation;
BEGIN
  IF partners_access_giver() <> 'local' THEN
    RAISE EXCEPTION 'local administrators withdraw invitations' USING ERRCODE = '42501';
  END IF;
  SELECT * INTO v_invitation FROM partners_invitation
  WHERE public_id = p_invitation AND institution_id = app_institution() FOR UPDATE;
  IF v_invitation.id IS NULL THEN RETURN 'not_found'; END IF;
  IF v_invitation.accepted_at IS NOT NULL THEN RETURN 'accepted'; END IF;
  IF v_invitation.withdrawn_at IS NOT NULL THEN RETURN 'withdrawn_before'; END IF;
  UPDATE partners_invitation SET withdrawn_at = now() WHERE id = v_invitation.id;
  RETURN 'withdrawn';
END $$;
REVOKE ALL ON FUNCTION partners_withdraw_invitation(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_withdraw_invitation(uuid) TO kbi_web;
