-- Whether the looks of the bound user are stopped: 'stopped' while a stop lasts, 'limit' or 'refusals' when one has to begin
-- (`partners_look_limits`), NULL otherwise. It counts the user's rows of the log of the last hour, since the last stop.
-- Not the parts of a file that is open, nor what the limit itself refused. Each page of an institution asks it: planning for
-- the months of the log would take longer than counting, so the plan is kept.
CREATE OR REPLACE FUNCTION partners_looks_over() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_user bigint := app_user();
  v_minute timestamptz := now() - interval '1 minute';
  v_since timestamptz := now() - interval '1 hour';
  v_before timestamptz := now() + interval '1 hour';
  v_stop timestamptz;
  v_limits record;
  v_counts record;
BEGIN
  SELECT s.until INTO v_stop FROM partners_lookstop s WHERE s.user_id = v_user;
  IF v_stop > now() THEN RETURN 'stopped'; END IF;
  v_since := greatest(v_since, v_stop);
  SELECT * INTO v_limits FROM partners_look_limits();
  SELECT count(DISTINCT l.insz) FILTER (WHERE l.kind IN ('file', 'escape_file', 'question') AND l.outcome = 'shown') AS persons,
    count(DISTINCT l.insz) FILTER (WHERE l.kind IN ('file', 'escape_file', 'question') AND l.outcome = 'shown' AND l.at > v_minute) AS persons_now,
    count(*) FILTER (WHERE l.is_page) AS requests,
    count(*) FILTER (WHERE l.is_page AND l.at > v_minute) AS requests_now,
    count(DISTINCT l.request_id) FILTER (WHERE l.outcome = 'refused') AS refusals,
    count(DISTINCT l.request_id) FILTER (WHERE l.outcome = 'refused' AND l.at > v_minute) AS refusals_now
  INTO v_counts
  FROM (
    SELECT c.at, c.kind, c.outcome, c.insz, c.request_id,
      -- Kinds of which a request writes one row.
      c.outcome <> 'refused' AND c.parent_id IS NULL AND c.kind IN ('file', 'escape_file', 'question', 'list', 'search',
        'pasted_list', 'export', 'print', 'inscription', 'reminder', 'access_request', 'log_reading', 'log_export',
        'person_report', 'shield', 'withholding') AS is_page
    FROM consultations_consultation c
    WHERE c.user_id = v_user AND c.at > v_since AND c.at < v_before AND c.rule <> 'limit'
  ) l;
  RETURN CASE
    WHEN v_counts.persons >= v_limits.persons_in_hour OR v_counts.persons_now >= v_limits.persons_in_minute
      OR v_counts.requests >= v_limits.requests_in_hour OR v_counts.requests_now >= v_limits.requests_in_minute THEN 'limit'
    WHEN v_counts.refusals >= v_limits.refusals_in_hour OR v_counts.refusals_now >= v_limits.refusals_in_minute
      THEN 'refusals' END;
END $$;
REVOKE ALL ON FUNCTION partners_looks_over() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_looks_over() TO kbi_web;
