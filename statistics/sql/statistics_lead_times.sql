-- How long waits took that ended from p_from up to but not including p_until, and how old the open ones are, in working
-- days. By way: every way; `detours` is all detours together. Together, by institution and by month: those of p_ways. A group of one to four has its row,
-- without a number (NULL). The quantiles are those of percentile_disc: the smallest number of days within which at least
-- that part ended. `longest` is given of open ones only. The agency reads all; others what their institution works for.
CREATE OR REPLACE FUNCTION statistics_lead_times(
  p_from date, p_until date, p_institutions bigint[], p_ways text[], p_calendar text
) RETURNS TABLE (is_open boolean, part text, way text, institution_id bigint, month date,
  number bigint, half integer, nine_in_ten integer, longest integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 500
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
  IF NOT statistics_may_read_all(p_institutions) THEN
    RETURN;
  END IF;
  RETURN QUERY
    WITH waits AS MATERIALIZED (
      SELECT w.month IS NULL AS is_open, w.way IN ('question', 'first_look', 'first_dossier') AS is_portal, w.* FROM statistics_waits(p_from, p_until, p_institutions, p_calendar) w
    ), parts AS (
      SELECT is_open, 'way' AS part, way, NULL::bigint AS institution_id, NULL::date AS month, count(*) AS number,
        percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY days) AS quantiles, max(days) AS longest
      FROM waits GROUP BY is_open, way
      UNION ALL
      SELECT is_open, 'detours', NULL, NULL, NULL, count(*),
        percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY days), max(days)
      FROM waits WHERE NOT is_portal GROUP BY is_open
      UNION ALL
      SELECT is_open, CASE WHEN grouping(institution_id) = 0 THEN 'institution' WHEN grouping(month) = 0 THEN 'month'
        ELSE 'together' END, NULL, institution_id, month, count(*),
        percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY days), max(days)
      FROM waits WHERE way = ANY (p_ways)
      GROUP BY GROUPING SETS ((is_open), (is_open, institution_id), (is_open, month))
    )
    SELECT p.is_open, p.part, p.way, p.institution_id, p.month, CASE WHEN p.number >= 5 THEN p.number END,
      CASE WHEN p.number >= 5 THEN p.quantiles[1] END, CASE WHEN p.number >= 5 THEN p.quantiles[2] END,
      CASE WHEN p.number >= 5 AND p.is_open THEN p.longest END
    FROM parts p
    WHERE NOT (p.is_open AND p.part = 'month');
END $$;
REVOKE ALL ON FUNCTION statistics_lead_times(date, date, bigint[], text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION statistics_lead_times(date, date, bigint[], text[], text) TO kbi_web;
