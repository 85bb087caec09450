-- The person of the bound inscription, if the bound institution has it in force today and no rule above every mandate
-- keeps the person from the bound user. While an escape is bound, its person, and no inscription counts.
CREATE OR REPLACE FUNCTION app_open_person() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN app_escape() IS NULL THEN (
    SELECT person_id FROM public.persons_inscription_in_force
    WHERE id = app_inscription() AND institution_id = app_institution() AND (id = ANY (app_hidden())) IS NOT TRUE)
  ELSE app_escaped_person() END $$;
