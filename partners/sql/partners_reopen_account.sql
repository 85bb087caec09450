-- Reopen an account that was suspended because it was not used, as the bound user: an administrator of the agency, or a
-- local administrator of an institution at which the account has access. An account that the agency closed stays closed.
-- Returns 'reopened', or why not: 'not_found', 'not_suspended'.
CREATE OR REPLACE FUNCTION partners_reopen_account(p_user bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF partners_access_giver() = 'local' AND NOT EXISTS (
      SELECT FROM partners_membership m JOIN partners_user u ON u.id = m.user_id
      WHERE m.user_id = p_user AND m.institution_id = app_institution() AND m.status = 'confirmed'
        AND m.valid_until >= app_today() AND NOT u.is_staff)
    OR NOT EXISTS (SELECT FROM partners_user WHERE id = p_user) THEN
    RETURN 'not_found';
  END IF;
  UPDATE partners_user SET is_active = true WHERE id = p_user AND NOT is_active AND suspended_at IS NOT NULL;
  RETURN CASE WHEN FOUND THEN 'reopened' ELSE 'not_suspended' END;
END $$;
REVOKE ALL ON FUNCTION partners_reopen_account(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_reopen_account(bigint) TO kbi_web;
