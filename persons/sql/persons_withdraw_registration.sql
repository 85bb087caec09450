-- Withdraw a registration made by mistake, on the day it was made, as the bound user. It is voided, its event and the
-- looks stay. Returns 'withdrawn', or why not: 'not_found', 'over', 'no_mandate', 'not_allowed', 'no_reason', 'too_late'.
CREATE OR REPLACE FUNCTION persons_withdraw_registration(p_inscription uuid, p_reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_old record;
BEGIN
  v_old := persons_own_inscription(p_inscription);
  IF v_old.refusal IS NOT NULL THEN RETURN v_old.refusal; END IF;
  IF coalesce(btrim(p_reason), '') = '' THEN RETURN 'no_reason'; END IF;
  IF v_old.registered_on <> app_today() THEN RETURN 'too_late'; END IF;
  PERFORM persons_take_step(v_old.id, 'withdrawn', NULL, p_reason);
  RETURN 'withdrawn';
END $$;
REVOKE ALL ON FUNCTION persons_withdraw_registration(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_withdraw_registration(uuid, text) TO kbi_web;
