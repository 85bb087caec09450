-- Give an account the access of an invitation, in the name of who invited: their right to give it is checked, and the
-- step of the access names them. Returns what partners_propose_access returns.
CREATE OR REPLACE FUNCTION partners_give_invited(p_invitation partners_invitation, p_user bigint) RETURNS text
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_outcome text;
  v_bound text[] := ARRAY[current_setting('app.user', true), current_setting('app.institution', true),
    current_setting('app.role', true), current_setting('app.scope', true)];
BEGIN
  PERFORM set_config('app.user', p_invitation.invited_by_id::text, true),
    set_config('app.institution', p_invitation.institution_id::text, true),
    set_config('app.role', 'local_administrator', true), set_config('app.scope', '', true);
  v_outcome := partners_propose_access(p_user, p_invitation.institution_id, p_invitation.role, app_today(),
    p_invitation.valid_until, p_invitation.reason);
  PERFORM set_config('app.user', coalesce(v_bound[1], ''), true), set_config('app.institution', coalesce(v_bound[2], ''), true),
    set_config('app.role', coalesce(v_bound[3], ''), true), set_config('app.scope', coalesce(v_bound[4], ''), true);
  IF v_outcome = 'given' THEN
    UPDATE partners_invitation SET accepted_at = now(), accepted_by_id = p_user WHERE id = p_invitation.id;
  END IF;
  RETURN v_outcome;
END $$;
REVOKE ALL ON FUNCTION partners_give_invited(partners_invitation, bigint) FROM PUBLIC;
