-- Accept an invitation as the bound user, whose account must have the address of the invitation. Returns 'given', or why
-- not: 'not_found', 'other_account', a state of partners_invitation_state, or an outcome of partners_propose_access.
CREATE OR REPLACE FUNCTION partners_accept_invitation(p_token text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_invitation partners_invitation;
  v_state text;
BEGIN
  SELECT * INTO v_invitation FROM partners_locked_invitation(p_token);
  IF v_invitation.id IS NULL THEN RETURN 'not_found'; END IF;
  v_state := partners_invitation_state(v_invitation);
  IF v_state <> 'open' THEN RETURN v_state; END IF;
  IF NOT EXISTS (SELECT FROM partners_user u
                 WHERE u.id = app_user() AND u.is_active AND u.email = v_invitation.email) THEN
    RETURN 'other_account';
  END IF;
  RETURN partners_give_invited(v_invitation, app_user());
END $$;
REVOKE ALL ON FUNCTION partners_accept_invitation(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_accept_invitation(text) TO kbi_web;
