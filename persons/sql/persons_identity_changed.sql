-- Keeps the names and doubts in the client list in step with persons. Most messages change neither, and then nothing is
-- written.
CREATE OR REPLACE FUNCTION persons_identity_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM persons_refresh_client_list(ARRAY(
    SELECT i.id FROM changed c JOIN before b ON b.id = c.id JOIN persons_inscription i ON i.person_id = c.id
    WHERE (c.insz, c.sort_key, c.last_name, c.first_name, c.birth_date, c.warnings, c.doubts)
      IS DISTINCT FROM (b.insz, b.sort_key, b.last_name, b.first_name, b.birth_date, b.warnings, b.doubts)));
  RETURN NULL;
END $$;
