-- Keeps the client list in step with inscriptions.
CREATE OR REPLACE FUNCTION persons_inscription_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_inscriptions bigint[] := ARRAY(SELECT id FROM changed WHERE person_id IS NOT NULL);
BEGIN
  IF v_inscriptions <> '{}' THEN
    PERFORM persons_refresh_client_list(v_inscriptions);
  END IF;
  RETURN NULL;
END $$;
