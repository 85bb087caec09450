-- A mandate that allows fewer blocks removes them from the lists in the same transaction.
CREATE OR REPLACE FUNCTION persons_mandate_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.blocks IS DISTINCT FROM OLD.blocks THEN
    PERFORM persons_refresh_client_list(
      ARRAY(SELECT id FROM persons_inscription WHERE mandate_id = NEW.id AND person_id IS NOT NULL));
  END IF;
  RETURN NULL;
END $$;
