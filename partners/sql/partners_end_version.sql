-- Bring the end of a confirmed version forward, with a reason. One administrator is enough: it only narrows. Returns
-- 'ended', or why not: 'not_confirmed', 'no_reason', 'too_early' (before yesterday or before the version begins), 'later'.
CREATE OR REPLACE FUNCTION partners_end_version(p_version bigint, p_until date, p_reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_old partners_mandateversion;
BEGIN
  PERFORM partners_require_agency();
  PERFORM pg_advisory_xact_lock(app_mandates());
  SELECT * INTO v_old FROM partners_mandateversion WHERE id = p_version AND status = 'confirmed';
  IF v_old.id IS NULL THEN RETURN 'not_confirmed'; END IF;
  IF coalesce(btrim(p_reason), '') = '' THEN RETURN 'no_reason'; END IF;
  IF p_until IS NULL OR p_until < app_today() - 1 OR p_until < v_old.valid_from THEN RETURN 'too_early'; END IF;
  IF p_until >= v_old.valid_until THEN RETURN 'later'; END IF;
  UPDATE partners_mandateversion SET valid_until = p_until, end_reason = btrim(p_reason) WHERE id = p_version;
  RETURN 'ended';
END $$;
REVOKE ALL ON FUNCTION partners_end_version(bigint, date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_end_version(bigint, date, text) TO kbi_web;
