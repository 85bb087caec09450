-- The access that a step is about, if the bound user may see it changed; no row otherwise. Of two administrators at once
-- the second waits here, and then sees what the first did.
CREATE OR REPLACE FUNCTION partners_locked_access(p_membership bigint) RETURNS SETOF partners_membership
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT m.* FROM partners_membership m
    WHERE m.id = p_membership AND (partners_access_giver() = 'agency' OR m.institution_id = app_institution())
    FOR UPDATE;
END $$;
REVOKE ALL ON FUNCTION partners_locked_access(bigint) FROM PUBLIC;
