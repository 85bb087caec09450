-- Keeps the verdicts in the client list in step with standings.
CREATE OR REPLACE FUNCTION persons_standing_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM persons_refresh_client_list(ARRAY(
    SELECT i.id FROM changed c JOIN persons_inscription i ON i.person_id = c.person_id));
  RETURN NULL;
END $$;
