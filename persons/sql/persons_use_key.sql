-- Whether the hashes of numbers are of this key (numberhashes.key_id); notes it when there are none yet. Whoever stores a
-- hash asks first: hashes of two keys would keep the rules above every mandate from knowing anyone.
CREATE OR REPLACE FUNCTION persons_use_key(p_key_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM persons_hashkey) THEN
    INSERT INTO persons_hashkey (id, key_id) VALUES (true, p_key_id) ON CONFLICT (id) DO NOTHING;
  END IF;
  RETURN EXISTS (SELECT FROM persons_hashkey k WHERE k.key_id = p_key_id);
END $$;
REVOKE ALL ON FUNCTION persons_use_key(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_use_key(text) TO kbi_web;
