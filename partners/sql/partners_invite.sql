-- Invite the owner of an e-mail address to the bound institution, as the bound user, a local administrator there. p_digest
-- is the SHA-256 of the token in the link, which works for seven days. The outcome does not depend on whether the address
-- has an account, except for colleagues, which the administrator sees anyway. Returns 'invited', or why not: 'own',
-- 'unknown_role', 'no_reason', 'no_end', 'begins_early' (the access would be over), 'too_long' (more than twelve months),
-- 'overlaps' (a colleague with this role), 'invited_before' (the invitation is open), 'too_many' (a hundred in 24 hours).
CREATE OR REPLACE FUNCTION partners_invite(p_email text, p_role text, p_until date, p_reason text, p_digest bytea)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_refusal text;
BEGIN
  IF partners_access_giver() <> 'local' THEN
    RAISE EXCEPTION 'local administrators invite colleagues' USING ERRCODE = '42501';
  END IF;
  -- Of two requests at once the second waits here, and then sees the invitation of the first.
  PERFORM FROM partners_institution WHERE id = app_institution() FOR NO KEY UPDATE;
  v_refusal := CASE
    WHEN EXISTS (SELECT FROM partners_user u WHERE u.id = app_user() AND u.email = p_email) THEN 'own'
    WHEN p_role IS NULL OR p_role NOT IN ('case_worker', 'local_administrator', 'privacy_officer') THEN 'unknown_role'
    WHEN coalesce(btrim(p_reason), '') = '' THEN 'no_reason'
    WHEN p_until IS NULL THEN 'no_end'
    WHEN p_until < app_today() THEN 'begins_early'
    WHEN p_until > partners_longest_access() THEN 'too_long'
    WHEN EXISTS (
      SELECT FROM partners_membership m JOIN partners_user u ON u.id = m.user_id
      WHERE u.email = p_email AND m.institution_id = app_institution() AND m.role = p_role AND m.status <> 'withdrawn'
        AND m.valid_from <= p_until AND m.valid_until >= app_today()) THEN 'overlaps'
    WHEN EXISTS (
      SELECT FROM partners_invitation i
      WHERE i.institution_id = app_institution() AND i.email = p_email AND i.role = p_role
        AND partners_invitation_state(i) = 'open') THEN 'invited_before'
    WHEN (SELECT count(*) FROM partners_invitation i
          WHERE i.institution_id = app_institution() AND i.invited_at > now() - interval '24 hours') >= 100
      THEN 'too_many' END;
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  INSERT INTO partners_invitation (public_id, institution_id, email, role, valid_until, reason, digest, invited_by_id,
    invited_at, expires_at)
  VALUES (gen_random_uuid(), app_institution(), p_email, p_role, p_until, btrim(p_reason), p_digest, app_user(), now(),
    now() + interval '7 days');
  RETURN 'invited';
END $$;
REVOKE ALL ON FUNCTION partners_invite(text, text, date, text, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_invite(text, text, date, text, bytea) TO kbi_web;
