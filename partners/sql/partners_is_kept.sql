-- Versions of mandates are never removed, and the steps of versions and of access never change; not by the owner either.
CREATE OR REPLACE FUNCTION partners_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'versions of mandates, and steps, are kept as they are' USING ERRCODE = '42501';
END $$;
