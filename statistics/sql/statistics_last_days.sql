-- The last day on which each of p_institutions was counted. Cheap for institutions counted on or after p_from.
CREATE OR REPLACE FUNCTION statistics_last_days(
  p_institutions bigint[], p_from date, p_channels text[], p_kinds text[], p_outcomes text[]
) RETURNS TABLE (institution_id bigint, day date)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 300
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
    WITH tail AS MATERIALIZED (
      SELECT institution_id, statistics_day(max(at)) AS day FROM consultations_consultation
      WHERE xid >= v_mark.xid AND at > v_mark.restored_until
        AND channel = ANY (p_channels) AND kind = ANY (p_kinds) AND outcome = ANY (p_outcomes)
      GROUP BY 1
    ), recent AS MATERIALIZED (
      SELECT institution_id, max(day) AS day FROM statistics_dailycount
      WHERE day >= p_from
        AND channel = ANY (p_channels) AND kind = ANY (p_kinds) AND outcome = ANY (p_outcomes)
      GROUP BY 1
    )
    SELECT asked.id, greatest(tail.day, coalesce(recent.day, (
      SELECT c.day FROM statistics_dailycount c
      WHERE c.institution_id = asked.id
        AND c.channel = ANY (p_channels) AND c.kind = ANY (p_kinds) AND c.outcome = ANY (p_outcomes)
      ORDER BY c.day DESC LIMIT 1
    )))
    FROM unnest(p_institutions) AS asked(id)
    LEFT JOIN tail ON tail.institution_id = asked.id
    LEFT JOIN recent ON recent.institution_id = asked.id;
END $$;
REVOKE ALL ON FUNCTION statistics_last_days(bigint[], date, text[], text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION statistics_last_days(bigint[], date, text[], text[], text[]) TO kbi_web;
