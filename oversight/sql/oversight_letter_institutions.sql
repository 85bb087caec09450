-- Of which institutions the bound user makes letters about the log, for functions that do: the bound one and those that it
-- succeeded; all (NULL) when it is the agency. Raises an error unless the user is a privacy officer there today.
CREATE OR REPLACE FUNCTION oversight_letter_institutions() RETURNS bigint[]
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM partners_require_role('privacy_officer');
  IF EXISTS (SELECT FROM partners_institution n WHERE n.id = app_institution() AND n.kind = 'agency') THEN
    RETURN NULL;
  END IF;
  RETURN coalesce(partners_works_for(app_institution()), '{}');
END $$;
REVOKE ALL ON FUNCTION oversight_letter_institutions() FROM PUBLIC;
