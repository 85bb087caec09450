-- The names of the blocks that the mandate of the bound inscription allows.
CREATE OR REPLACE FUNCTION app_open_blocks() RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT blocks::text[] FROM public.persons_inscription_in_force
  WHERE id = app_inscription() AND institution_id = app_institution() AND (id = ANY (app_hidden())) IS NOT TRUE $$;
