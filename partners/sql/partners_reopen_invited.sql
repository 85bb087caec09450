-- Reopen the account that an invitation is for, if it was suspended because it was not used. The portal asks this after
-- the password of the account was right. True if it was reopened. An account that the agency closed stays closed.
CREATE OR REPLACE FUNCTION partners_reopen_invited(p_token text, p_user bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_invitation partners_invitation;
BEGIN
  SELECT * INTO v_invitation FROM partners_locked_invitation(p_token);
  IF v_invitation.id IS NULL OR partners_invitation_state(v_invitation) <> 'open' THEN RETURN false; END IF;
  UPDATE partners_user SET is_active = true
  WHERE id = p_user AND email = v_invitation.email AND NOT is_active AND suspended_at IS NOT NULL;
  RETURN FOUND;
END $$;
REVOKE ALL ON FUNCTION partners_reopen_invited(text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_reopen_invited(text, bigint) TO kbi_web;
