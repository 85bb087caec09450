-- Keeps the client list in step with inscriptions.
CREATE OR REPLACE FUNCTION persons_inscription_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM persons_refresh_client_list(ARRAY(SELECT id FROM changed WHERE person_id IS NOT NULL));
  RETURN NULL;
END $$;
