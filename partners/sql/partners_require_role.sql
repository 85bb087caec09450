-- Raises an error unless the bound user has the bound role at the bound institution today, and it is one of p_roles (none
-- given: any role). Every function that writes in a role begins with it: the bound role is only what the caller claims.
CREATE OR REPLACE FUNCTION partners_require_role(VARIADIC p_roles text[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  IF p_roles <> '{}' AND app_role() <> ALL (p_roles)
      OR NOT partners_has_role(app_user(), app_institution(), app_role(), app_today()) THEN
    RAISE EXCEPTION 'the user has no access in this role at the bound institution' USING ERRCODE = '42501';
  END IF;
END $$;
REVOKE ALL ON FUNCTION partners_require_role(text[]) FROM PUBLIC;
