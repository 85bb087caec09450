-- For each institution and each of p_days (Brussels): the last day up to that one on which it was counted, NULL for none.
-- One probe of an index for each, and the rows that are not rolled up yet: the length of the log makes no difference.
CREATE OR REPLACE FUNCTION statistics_last_days_on(
  p_days date[], p_channels text[], p_kinds text[], p_outcomes text[]
) RETURNS TABLE (institution_id bigint, day date, last date)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 4000
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  v_mark statistics_watermark%ROWTYPE;
BEGIN
  IF app_scope() <> 'agency' THEN
    RETURN;
  END IF;
  SELECT * INTO v_mark FROM statistics_watermark;
  PERFORM statistics_assert_same_server(v_mark.server);
  RETURN QUERY
    WITH looks AS MATERIALIZED (
      SELECT institution_id, statistics_day(at) AS day FROM consultations_consultation
      WHERE xid >= v_mark.xid AND at > v_mark.restored_until
        AND channel = ANY (p_channels) AND kind = ANY (p_kinds) AND outcome = ANY (p_outcomes)
      GROUP BY 1, 2
    ), tail AS MATERIALIZED (
      SELECT l.institution_id, d.day, max(l.day) AS last
      FROM looks l JOIN unnest(p_days) AS d(day) ON l.day <= d.day
      GROUP BY 1, 2
    )
    SELECT n.id, d.day, greatest(tail.last, (
      SELECT c.day FROM statistics_dailycount c
      WHERE c.institution_id = n.id AND c.day <= d.day
        AND c.channel = ANY (p_channels) AND c.kind = ANY (p_kinds) AND c.outcome = ANY (p_outcomes)
      ORDER BY c.day DESC LIMIT 1
    ))
    FROM partners_institution n CROSS JOIN unnest(p_days) AS d(day)
    LEFT JOIN tail ON tail.institution_id = n.id AND tail.day = d.day;
END $$;
REVOKE ALL ON FUNCTION statistics_last_days_on(date[], text[], text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION statistics_last_days_on(date[], text[], text[], text[]) TO kbi_web;
