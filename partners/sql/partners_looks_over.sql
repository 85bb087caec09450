-- Whether the looks of the bound user are stopped: 'stopped' while a stop lasts, 'limit' or 'refusals' when one has to begin
-- (`partners_look_limits`), NULL otherwise. It counts the user's rows of the log of the last hour, since the last stop.
-- Not the parts of a file that is open, nor what the limit itself refused. Each page of an institution asks it, so the moments
-- are parameters of a plan that is made anew: of the log's months it reads one or two.
CREATE OR REPLACE FUNCTION partners_looks_over() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  v_user bigint := app_user();
  v_minute timestamptz := now() - interval '1 minute';
  v_since timestamptz := now() - interval '1 hour';
  v_before timestamptz := now() + interval '1 hour';
  v_institutions bigint[];
  v_stop timestamptz;
  v_limits record;
  v_counts record;
BEGIN
  SELECT s.until INTO v_stop FROM partners_lookstop s WHERE s.user_id = v_user;
  IF v_stop > now() THEN RETURN 'stopped'; END IF;
  v_since := greatest(v_since, v_stop);
  v_institutions := ARRAY(SELECT DISTINCT m.institution_id FROM partners_membership m WHERE m.user_id = v_user);
  SELECT * INTO v_limits FROM partners_look_limits();
  SELECT count(DISTINCT l.insz) FILTER (WHERE l.kind IN ('file', 'escape_file') AND l.outcome = 'shown') AS persons,
    count(DISTINCT l.insz) FILTER (WHERE l.kind IN ('file', 'escape_file') AND l.outcome = 'shown' AND l.at > v_minute) AS persons_now,
    count(DISTINCT l.request_id) FILTER (WHERE l.outcome <> 'refused') AS requests,
    count(DISTINCT l.request_id) FILTER (WHERE l.outcome <> 'refused' AND l.at > v_minute) AS requests_now,
    count(DISTINCT l.request_id) FILTER (WHERE l.outcome = 'refused') AS refusals,
    count(DISTINCT l.request_id) FILTER (WHERE l.outcome = 'refused' AND l.at > v_minute) AS refusals_now
  INTO v_counts
  FROM (
    SELECT c.at, c.kind, c.outcome, c.rule, c.insz, c.request_id, c.parent_id FROM consultations_consultation c
    WHERE c.user_id = v_user AND c.institution_id = ANY (v_institutions) AND c.at > v_since AND c.at < v_before
    UNION ALL
    -- Refusals of an address that is not of an institution of the user.
    SELECT c.at, c.kind, c.outcome, c.rule, c.insz, c.request_id, c.parent_id FROM consultations_consultation c
    WHERE c.user_id = v_user AND c.institution_id IS NULL AND c.at > v_since AND c.at < v_before
  ) l
  WHERE l.rule <> 'limit' AND (l.outcome = 'refused' OR l.kind <> 'section' AND l.parent_id IS NULL);
  RETURN CASE
    WHEN v_counts.persons >= v_limits.persons_in_hour OR v_counts.persons_now >= v_limits.persons_in_minute
      OR v_counts.requests >= v_limits.requests_in_hour OR v_counts.requests_now >= v_limits.requests_in_minute THEN 'limit'
    WHEN v_counts.refusals >= v_limits.refusals_in_hour OR v_counts.refusals_now >= v_limits.refusals_in_minute
      THEN 'refusals' END;
END $$;
REVOKE ALL ON FUNCTION partners_looks_over() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_looks_over() TO kbi_web;
