-- End an inscription of the bound institution at once, as the bound user: its last day was yesterday. One that began
-- today or has not begun is voided, so that the client can be registered again the same day. Returns 'ended' or
-- 'voided', or why not: 'not_found', 'over' (a colleague may have ended it), 'no_mandate', 'not_allowed', 'no_reason'.
CREATE OR REPLACE FUNCTION persons_end_inscription(p_inscription uuid, p_reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_old record;
  v_until date;
BEGIN
  v_old := persons_own_inscription(p_inscription);
  IF v_old.refusal IS NOT NULL THEN RETURN v_old.refusal; END IF;
  IF coalesce(btrim(p_reason), '') = '' THEN RETURN 'no_reason'; END IF;
  v_until := CASE WHEN v_old.valid_from < app_today() THEN app_today() - 1 END;
  PERFORM persons_take_step(v_old.id, 'ended', v_until, p_reason);
  RETURN CASE WHEN v_until IS NULL THEN 'voided' ELSE 'ended' END;
END $$;
REVOKE ALL ON FUNCTION persons_end_inscription(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_end_inscription(uuid, text) TO kbi_web;
