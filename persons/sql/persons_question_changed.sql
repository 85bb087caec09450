-- Keeps the mark "onder voorbehoud" in the client list in step with questions.
CREATE OR REPLACE FUNCTION persons_question_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM persons_refresh_client_list(ARRAY(
    SELECT i.id FROM changed c JOIN persons_inscription i ON i.person_id = c.person_id
    WHERE c.block = 'VormingsActiviteiten'));
  RETURN NULL;
END $$;
