-- A row counts whose kind and outcome are at the same place of `p_kinds` and `p_outcomes`.
CREATE OR REPLACE FUNCTION statistics_monthly(
  p_from date, p_until date, p_institution bigint, p_channels text[], p_kinds text[], p_outcomes text[]
) RETURNS TABLE (institution_id bigint, month date, number bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 4000
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  v_mark statistics_watermark%ROWTYPE;
BEGIN
  IF NOT statistics_may_read(p_institution) THEN
    RETURN;
  END IF;
  SELECT * INTO v_mark FROM statistics_watermark;
  PERFORM statistics_assert_same_server(v_mark.server);
  RETURN QUERY
    WITH tail AS MATERIALIZED (
      SELECT institution_id, at, channel, kind, outcome FROM consultations_consultation
      WHERE xid >= v_mark.xid AND at > v_mark.restored_until
        AND at >= statistics_begin(p_from) AND at < statistics_begin(p_until)
    )
    SELECT c.institution_id, c.month, sum(c.number)
    FROM (
      SELECT institution_id, month, number, channel, kind, outcome FROM statistics_monthlycount
      WHERE month >= p_from AND month < p_until
      UNION ALL
      SELECT institution_id, statistics_month(at), 1, channel, kind, outcome FROM tail
    ) c
    WHERE c.channel = ANY (p_channels) AND c.kind = ANY (p_kinds) AND c.outcome = ANY (p_outcomes)
      AND (c.kind, c.outcome) IN (SELECT * FROM unnest(p_kinds, p_outcomes))
      AND (p_institution IS NULL OR c.institution_id = p_institution)
    GROUP BY 1, 2;
END $$;
REVOKE ALL ON FUNCTION statistics_monthly(date, date, bigint, text[], text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION statistics_monthly(date, date, bigint, text[], text[], text[]) TO kbi_web;
