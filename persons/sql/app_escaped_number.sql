-- The number of the bound escape, if it is the bound user's at the bound institution and in force now. In plpgsql, so that
-- no query plans what it does not run.
CREATE OR REPLACE FUNCTION app_escaped_number() RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN (SELECT insz FROM public.persons_escape_in_force
          WHERE id = app_escape() AND user_id = app_user() AND institution_id = app_institution());
END $$;
