-- Confirm access that the agency proposed, as the bound user: another administrator of the agency, or a local
-- administrator of the institution. It is in force from today at the earliest. Returns 'confirmed', or why not:
-- 'not_found', 'not_open', 'own' (the access is for the bound user), 'own_proposal', 'over', 'own_account': the bound
-- account may be one of the user who proposed. That user set its e-mail address, so they could have had the password sent
-- to themselves, or made it a local administrator without anyone else.
CREATE OR REPLACE FUNCTION partners_confirm_access(p_membership bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_giver text := partners_access_giver();
  v_access partners_membership;
BEGIN
  SELECT * INTO v_access FROM partners_locked_access(p_membership);
  IF v_access.id IS NULL THEN RETURN 'not_found'; END IF;
  IF v_access.status <> 'proposed' THEN RETURN 'not_open'; END IF;
  IF v_access.user_id = app_user() THEN RETURN 'own'; END IF;
  IF v_access.proposed_by_id = app_user() THEN RETURN 'own_proposal'; END IF;
  IF EXISTS (SELECT FROM partners_user u
             WHERE u.id = app_user() AND u.email_set_by_id = v_access.proposed_by_id)
      OR v_giver = 'local' AND NOT EXISTS (
        SELECT FROM partners_membership m
        WHERE m.user_id = app_user() AND m.institution_id = app_institution() AND m.role = 'local_administrator'
          AND m.status = 'confirmed' AND app_covers(m.valid_from, m.valid_until, app_today())
          AND (m.proposed_by_id IS DISTINCT FROM v_access.proposed_by_id
            OR m.confirmed_by_id IS DISTINCT FROM v_access.proposed_by_id)) THEN
    RETURN 'own_account';
  END IF;
  IF v_access.valid_until < app_today() THEN RETURN 'over'; END IF;
  UPDATE partners_membership SET status = 'confirmed', confirmed_by_id = app_user(), confirmed_at = now(),
    valid_from = greatest(valid_from, app_today())
  WHERE id = p_membership;
  RETURN 'confirmed';
END $$;
REVOKE ALL ON FUNCTION partners_confirm_access(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_confirm_access(bigint) TO kbi_web;
