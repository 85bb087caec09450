-- As what the bound user changes access: 'agency' on the pages of the agency, or 'local', a local administrator of the
-- bound institution. Raises an error for everyone else.
CREATE OR REPLACE FUNCTION partners_access_giver() RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  IF app_scope() = 'agency' AND partners_administers(app_user()) THEN RETURN 'agency'; END IF;
  IF app_scope() = '' AND app_role() = 'local_administrator'
      AND partners_has_role(app_user(), app_institution(), app_role(), app_today()) THEN
    RETURN 'local';
  END IF;
  RAISE EXCEPTION 'administrators change access: those of the agency, and local ones at their institution'
    USING ERRCODE = '42501';
END $$;
REVOKE ALL ON FUNCTION partners_access_giver() FROM PUBLIC;
