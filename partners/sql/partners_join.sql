-- Accept an invitation for an address without an account: makes the account, with the name and the hash of the password
-- that its owner chose, and gives the access. An account that exists never gets a password here. Returns 'given', or why
-- not: 'not_found', 'has_account', 'no_password', a state of partners_invitation_state, or an outcome of
-- partners_propose_access; nothing is made then.
CREATE OR REPLACE FUNCTION partners_join(p_token text, p_first_name text, p_last_name text, p_password text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_invitation partners_invitation;
  v_state text;
  v_user bigint;
  v_bound text := coalesce(current_setting('app.user', true), '');
BEGIN
  SELECT * INTO v_invitation FROM partners_locked_invitation(p_token);
  IF v_invitation.id IS NULL THEN RETURN 'not_found'; END IF;
  v_state := partners_invitation_state(v_invitation);
  IF v_state <> 'open' THEN RETURN v_state; END IF;
  IF coalesce(p_password, '') = '' OR p_password LIKE '!%' THEN RETURN 'no_password'; END IF;
  -- The trigger on accounts stores who filled in the address: the one who invited.
  PERFORM set_config('app.user', v_invitation.invited_by_id::text, true);
  INSERT INTO partners_user (email, first_name, last_name, password, is_active, is_staff, is_superuser, date_joined)
  VALUES (v_invitation.email, p_first_name, p_last_name, p_password, true, false, false, now())
  ON CONFLICT (email) DO NOTHING RETURNING id INTO v_user;
  PERFORM set_config('app.user', v_bound, true);
  IF v_user IS NULL THEN RETURN 'has_account'; END IF;
  v_state := partners_give_invited(v_invitation, v_user);
  IF v_state <> 'given' THEN
    RAISE EXCEPTION 'the access of an invitation was not given: %', v_state;
  END IF;
  RETURN v_state;
END $$;
REVOKE ALL ON FUNCTION partners_join(text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_join(text, text, text, text) TO kbi_web;
