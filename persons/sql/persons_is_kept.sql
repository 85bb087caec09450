-- Inscriptions are never removed, and events of inscriptions and detours never change; not by the owner either.
CREATE OR REPLACE FUNCTION persons_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'inscriptions and events are kept' USING ERRCODE = '42501';
END $$;
