-- Extend access to p_until, at most twelve months from today, as the bound user. A local administrator extends it at once.
-- The agency proposes the days that follow as access of its own, which another person confirms like any other.
-- Returns 'extended' or 'proposed', or why not: 'not_found', 'own', 'not_confirmed', 'over', 'no_reason', 'not_later',
-- 'too_long', 'overlaps' (with access, or a proposal, for the days that follow).
CREATE OR REPLACE FUNCTION partners_extend_access(p_membership bigint, p_until date, p_reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_giver text := partners_access_giver();
  v_access partners_membership;
BEGIN
  SELECT * INTO v_access FROM partners_locked_access(p_membership);
  IF v_access.id IS NULL THEN RETURN 'not_found'; END IF;
  IF v_access.user_id = app_user() THEN RETURN 'own'; END IF;
  IF v_access.status = 'proposed' THEN RETURN 'not_confirmed'; END IF;
  IF v_access.status = 'withdrawn' OR v_access.valid_until < app_today() THEN RETURN 'over'; END IF;
  IF coalesce(btrim(p_reason), '') = '' THEN RETURN 'no_reason'; END IF;
  IF p_until IS NULL OR p_until <= v_access.valid_until THEN RETURN 'not_later'; END IF;
  IF p_until > partners_longest_access() THEN RETURN 'too_long'; END IF;
  IF v_giver = 'local' THEN
    UPDATE partners_membership SET valid_until = p_until, reason = btrim(p_reason) WHERE id = p_membership;
    RETURN 'extended';
  END IF;
  INSERT INTO partners_membership (user_id, institution_id, role, valid_from, valid_until, list_filters, status, reason,
    proposed_by_id, proposed_at, follows_id)
  VALUES (v_access.user_id, v_access.institution_id, v_access.role, v_access.valid_until + 1, p_until,
    v_access.list_filters, 'proposed', btrim(p_reason), app_user(), now(), v_access.id);
  RETURN 'proposed';
EXCEPTION WHEN exclusion_violation THEN
  RETURN 'overlaps';
END $$;
REVOKE ALL ON FUNCTION partners_extend_access(bigint, date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_extend_access(bigint, date, text) TO kbi_web;
