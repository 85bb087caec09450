-- The number of an account is hashed under the key of all other numbers.
CREATE OR REPLACE FUNCTION persons_check_key() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT persons_use_key(NEW.key_id) THEN
    RAISE EXCEPTION 'the hashes of national numbers are of another key' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
