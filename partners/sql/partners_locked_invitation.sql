-- The invitation of this token, for the transaction that accepts it: a second one waits here. No row for another token.
CREATE OR REPLACE FUNCTION partners_locked_invitation(p_token text) RETURNS SETOF partners_invitation
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT i.* FROM partners_invitation i WHERE i.digest = sha256(convert_to(p_token, 'UTF8')) FOR UPDATE;
END $$;
REVOKE ALL ON FUNCTION partners_locked_invitation(text) FROM PUBLIC;
