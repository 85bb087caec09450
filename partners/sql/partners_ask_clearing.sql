-- Ask, as an administrator of the agency, that an account may enter its own number again. Returns 'asked', or why not:
-- 'no_number', 'no_reason', 'exists' (asked before, and not confirmed yet).
CREATE OR REPLACE FUNCTION partners_ask_clearing(p_user bigint, p_reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM partners_require_agency();
  IF NOT EXISTS (SELECT FROM partners_ownnumber n WHERE n.user_id = p_user) THEN RETURN 'no_number'; END IF;
  IF coalesce(btrim(p_reason), '') = '' THEN RETURN 'no_reason'; END IF;
  INSERT INTO partners_numberclearing (user_id, reason, asked_by_id, asked_at)
  VALUES (p_user, btrim(p_reason), app_user(), now())
  ON CONFLICT (user_id) WHERE confirmed_at IS NULL DO NOTHING;
  RETURN CASE WHEN FOUND THEN 'asked' ELSE 'exists' END;
END $$;
REVOKE ALL ON FUNCTION partners_ask_clearing(bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_ask_clearing(bigint, text) TO kbi_web;
