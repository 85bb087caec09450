-- Keeps the client list in step with mandates, in the same transaction: an end that comes earlier takes effect at once,
-- and the lines of the next version are written when it is confirmed. Inscriptions that are over have no other line.
CREATE OR REPLACE FUNCTION persons_versions_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM persons_refresh_client_list(ARRAY(
    SELECT i.id FROM persons_inscription i
    WHERE i.mandate_id IN (SELECT mandate_id FROM changed WHERE status <> 'proposed') AND i.person_id IS NOT NULL
      AND i.valid_until >= app_today()));
  RETURN NULL;
END $$;
