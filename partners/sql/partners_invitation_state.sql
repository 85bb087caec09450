-- May this invitation be accepted? 'open', or why not: 'accepted', 'withdrawn', 'expired', 'inviter_left' (who invited is no
-- local administrator there any more), 'over' (the access would have ended already).
CREATE OR REPLACE FUNCTION partners_invitation_state(p_invitation partners_invitation) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT CASE
    WHEN p_invitation.accepted_at IS NOT NULL THEN 'accepted'
    WHEN p_invitation.withdrawn_at IS NOT NULL THEN 'withdrawn'
    WHEN p_invitation.expires_at <= now() THEN 'expired'
    WHEN NOT partners_has_role(p_invitation.invited_by_id, p_invitation.institution_id, 'local_administrator', app_today())
      THEN 'inviter_left'
    WHEN p_invitation.valid_until < app_today() THEN 'over'
    ELSE 'open' END $$;
REVOKE ALL ON FUNCTION partners_invitation_state(partners_invitation) FROM PUBLIC;
