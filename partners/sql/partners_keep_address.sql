-- Inscriptions rest on the kind of an institution and on the address of a mandate, and links rest on the slug.
-- A mandate for another kind or capacity is another mandate.
CREATE OR REPLACE FUNCTION partners_keep_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the kind and slug of an institution and the address of a mandate do not change'
    USING ERRCODE = '42501';
END $$;
