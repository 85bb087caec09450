-- Store the hash of the bound user's own number. Returns 'set', 'exists' (set before; it stays), or 'no_account' (no open
-- account is bound).
CREATE OR REPLACE FUNCTION partners_set_own_number(p_hash bytea, p_key_id text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM partners_user u WHERE u.id = app_user() AND u.is_active) THEN RETURN 'no_account'; END IF;
  INSERT INTO partners_ownnumber (user_id, hash, key_id, set_at) VALUES (app_user(), p_hash, p_key_id, now())
  ON CONFLICT (user_id) DO NOTHING;
  RETURN CASE WHEN FOUND THEN 'set' ELSE 'exists' END;
END $$;
REVOKE ALL ON FUNCTION partners_set_own_number(bytea, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_set_own_number(bytea, text) TO kbi_web;
