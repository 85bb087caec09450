-- Give a user a role at an institution, as the bound user. What the agency gives is a proposal: it is in force once
-- another person confirms it. What a local administrator gives at their own institution is in force at once.
-- Returns 'proposed' or 'given', or why not: 'not_found' (no such account or institution, or not the bound one), 'own'
-- (no one gives access to themselves), 'ended_institution', 'unknown_role', 'no_reason', 'no_end', 'begins_early' (before
-- today), 'reversed', 'too_long' (later than twelve months from today), 'overlaps'.
CREATE OR REPLACE FUNCTION partners_propose_access(p_user bigint, p_institution bigint, p_role text, p_from date,
  p_until date, p_reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_giver text := partners_access_giver();
  v_refusal text;
BEGIN
  v_refusal := CASE
    WHEN v_giver = 'local' AND p_institution IS DISTINCT FROM app_institution()
      OR NOT EXISTS (SELECT FROM partners_user u WHERE u.id = p_user)
      OR NOT EXISTS (SELECT FROM partners_institution n WHERE n.id = p_institution) THEN 'not_found'
    WHEN p_user = app_user() THEN 'own'
    WHEN NOT EXISTS (SELECT FROM partners_institution n WHERE n.id = p_institution AND partners_is_open(n.active, n.ended_on, app_today()))
      THEN 'ended_institution'
    WHEN p_role IS NULL OR p_role NOT IN ('case_worker', 'local_administrator', 'privacy_officer') THEN 'unknown_role'
    WHEN coalesce(btrim(p_reason), '') = '' THEN 'no_reason'
    WHEN p_until IS NULL THEN 'no_end'
    WHEN p_from IS NULL OR p_from < app_today() THEN 'begins_early'
    WHEN p_until < p_from THEN 'reversed'
    WHEN p_until > partners_longest_access() THEN 'too_long' END;
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  INSERT INTO partners_membership (user_id, institution_id, role, valid_from, valid_until, list_filters, status, reason,
    proposed_by_id, proposed_at, confirmed_by_id, confirmed_at)
  SELECT p_user, p_institution, p_role, p_from, p_until, '{}',
    CASE v_giver WHEN 'local' THEN 'confirmed' ELSE 'proposed' END, btrim(p_reason), app_user(), now(),
    CASE v_giver WHEN 'local' THEN app_user() END, CASE v_giver WHEN 'local' THEN now() END;
  RETURN CASE v_giver WHEN 'local' THEN 'given' ELSE 'proposed' END;
EXCEPTION WHEN exclusion_violation THEN
  RETURN 'overlaps';
END $$;
REVOKE ALL ON FUNCTION partners_propose_access(bigint, bigint, text, date, date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_propose_access(bigint, bigint, text, date, date, text) TO kbi_web;
