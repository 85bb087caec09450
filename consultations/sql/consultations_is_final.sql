-- The log is append-only, for its owner too.
CREATE OR REPLACE FUNCTION consultations_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the log of consultations is appended to, never changed' USING ERRCODE = '42501';
END $$;
