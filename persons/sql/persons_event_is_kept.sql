-- The events of inscriptions are never changed or removed; not by the owner either.
CREATE OR REPLACE FUNCTION persons_event_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the events of inscriptions are kept as they are' USING ERRCODE = '42501';
END $$;
