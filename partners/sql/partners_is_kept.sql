-- Versions of mandates and their steps are never removed, and a step never changes; not by the owner either.
CREATE OR REPLACE FUNCTION partners_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'versions of mandates and their steps are kept as they are' USING ERRCODE = '42501';
END $$;
