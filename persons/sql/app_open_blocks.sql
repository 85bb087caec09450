-- The names of the blocks that the mandate of the bound inscription allows; while an escape is bound, those of the escape.
CREATE OR REPLACE FUNCTION app_open_blocks() RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN app_escape() IS NULL THEN (
    SELECT blocks::text[] FROM public.persons_inscription_in_force
    WHERE id = app_inscription() AND institution_id = app_institution() AND (id = ANY (app_hidden())) IS NOT TRUE)
  ELSE app_escaped_blocks() END $$;
