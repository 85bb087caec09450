-- Inscriptions are never removed, and their events never change; not by the owner either.
CREATE OR REPLACE FUNCTION persons_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'inscriptions and their events are kept' USING ERRCODE = '42501';
END $$;
