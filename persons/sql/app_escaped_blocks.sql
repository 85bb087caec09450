-- The names of the blocks that the bound escape shows; see app_escaped_number.
CREATE OR REPLACE FUNCTION app_escaped_blocks() RETURNS text[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN (SELECT blocks::text[] FROM public.persons_escape_in_force
          WHERE id = app_escape() AND user_id = app_user() AND institution_id = app_institution());
END $$;
