-- Keeps the client list of a school in step with the KBO numbers that are its own: another number, or a school that it
-- succeeds. The kind of an institution with inscriptions never changes.
CREATE OR REPLACE FUNCTION persons_own_courses_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.kind IN ('cvo', 'cbe') THEN
    PERFORM persons_refresh_client_list(ARRAY(
      SELECT i.id FROM persons_inscription i
      WHERE i.institution_id IN (NEW.id, NEW.successor_id, OLD.successor_id) AND i.person_id IS NOT NULL
        AND i.valid_until >= app_today()));
  END IF;
  RETURN NULL;
END $$;
