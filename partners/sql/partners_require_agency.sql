-- Raises an error unless an administrator of the agency is bound, on the pages of the agency.
CREATE OR REPLACE FUNCTION partners_require_agency() RETURNS void
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  IF app_scope() <> 'agency' OR NOT partners_administers(app_user()) THEN
    RAISE EXCEPTION 'administrators of the agency do this, on the pages of the agency' USING ERRCODE = '42501';
  END IF;
END $$;
REVOKE ALL ON FUNCTION partners_require_agency() FROM PUBLIC;
