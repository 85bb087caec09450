-- Withdraw a proposal, or a confirmed version up to its first day, with a reason. (It cannot end before that day.) Returns 'withdrawn', or why not:
-- 'not_open', 'no_reason', 'begun' (it began on an earlier day, so it is ended instead).
CREATE OR REPLACE FUNCTION partners_withdraw_version(p_version bigint, p_reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_old partners_mandateversion;
BEGIN
  PERFORM partners_require_agency();
  PERFORM pg_advisory_xact_lock(app_mandates());
  SELECT * INTO v_old FROM partners_mandateversion WHERE id = p_version AND status <> 'withdrawn';
  IF v_old.id IS NULL THEN RETURN 'not_open'; END IF;
  IF coalesce(btrim(p_reason), '') = '' THEN RETURN 'no_reason'; END IF;
  IF v_old.status = 'confirmed' AND v_old.valid_from < app_today() THEN RETURN 'begun'; END IF;
  UPDATE partners_mandateversion SET status = 'withdrawn', end_reason = btrim(p_reason) WHERE id = p_version;
  RETURN 'withdrawn';
END $$;
REVOKE ALL ON FUNCTION partners_withdraw_version(bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_withdraw_version(bigint, text) TO kbi_web;
