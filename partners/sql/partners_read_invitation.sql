-- What the page behind a link shows. Only who has the token reads the invitation; no institution needs to be bound.
-- `account` is the account that has the address now, NULL without one.
CREATE OR REPLACE FUNCTION partners_read_invitation(p_token text)
RETURNS TABLE (state text, institution bigint, email text, role text, valid_until date, account bigint, is_open boolean,
  accepted_by bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT partners_invitation_state(i), i.institution_id, i.email, i.role, i.valid_until, u.id, u.is_active, i.accepted_by_id
  FROM partners_invitation i LEFT JOIN partners_user u ON u.email = i.email
  WHERE i.digest = sha256(convert_to(p_token, 'UTF8')) $$;
REVOKE ALL ON FUNCTION partners_read_invitation(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_read_invitation(text) TO kbi_web;
