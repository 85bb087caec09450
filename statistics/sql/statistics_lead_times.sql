-- How long waits took that ended from p_from up to but not including p_until, and how old the open ones are, in working
-- days. By way: every way; `detours` is all detours together. Together, by institution, by month and by class of working
-- days (`low` to `high`, NULL: no upper end): those of p_ways. The agency reads all; others what their institution works
-- for.
-- No number of one to four leaves this function. A group of so many has its row, without a number (NULL). Neighbouring
-- classes are one until they have five; there are none of less than five together. The quantiles are those of
-- percentile_disc: the smallest number of days within which at least that part ended. `longest` is given of open ones only.
CREATE OR REPLACE FUNCTION statistics_lead_times(
  p_from date, p_until date, p_institutions bigint[], p_ways text[], p_calendar text
) RETURNS TABLE (is_open boolean, part text, way text, institution_id bigint, month date,
  number bigint, half integer, nine_in_ten integer, longest integer, low integer, high integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 500
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  v_begin CONSTANT integer[] := ARRAY[0, 1, 2, 3, 4, 5, 6, 11, 16, 21, 31];  -- of the classes
  v_lows integer[] := '{}';
  v_highs integer[] := '{}';
  v_numbers bigint[] := '{}';
  v_last integer := 0;
  v_row record;
BEGIN
  IF NOT statistics_may_read_all(p_institutions) THEN
    RETURN;
  END IF;
  FOR v_row IN
    WITH waits AS MATERIALIZED (
      SELECT w.month IS NULL AS is_open, w.way IN ('question', 'first_look', 'first_dossier') AS is_portal, w.*
      FROM statistics_waits(p_from, p_until, p_institutions, p_calendar) w
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
    ), classes AS (
      SELECT place, count(w.days) AS number FROM generate_subscripts(v_begin, 1) AS place
      LEFT JOIN waits w ON NOT w.is_open AND w.way = ANY (p_ways) AND width_bucket(w.days, v_begin) = place
      GROUP BY place
    )
    SELECT p.*, p.number >= 5 AS is_shown, NULL::integer AS place FROM parts p
    WHERE NOT (p.is_open AND p.part = 'month')
    UNION ALL
    SELECT false, 'class', NULL, NULL, NULL, number, NULL, NULL, true, place FROM classes ORDER BY place
  LOOP
    IF v_row.part = 'class' AND v_last > 0 AND v_numbers[v_last] BETWEEN 1 AND 4 THEN
      v_highs[v_last] := v_begin[v_row.place + 1] - 1;
      v_numbers[v_last] := v_numbers[v_last] + v_row.number;
    ELSIF v_row.part = 'class' THEN
      v_last := v_last + 1;
      v_lows[v_last] := v_begin[v_row.place];
      v_highs[v_last] := v_begin[v_row.place + 1] - 1;
      v_numbers[v_last] := v_row.number;
    ELSE
      RETURN QUERY SELECT v_row.is_open, v_row.part, v_row.way, v_row.institution_id, v_row.month,
        CASE WHEN v_row.is_shown THEN v_row.number END, CASE WHEN v_row.is_shown THEN v_row.quantiles[1] END,
        CASE WHEN v_row.is_shown THEN v_row.quantiles[2] END,
        CASE WHEN v_row.is_shown AND v_row.is_open THEN v_row.longest END, NULL::integer, NULL::integer;
    END IF;
  END LOOP;
  -- A last class that is too small goes to those before it.
  WHILE v_last > 1 AND v_numbers[v_last] BETWEEN 1 AND 4 LOOP
    v_highs[v_last - 1] := v_highs[v_last];
    v_numbers[v_last - 1] := v_numbers[v_last - 1] + v_numbers[v_last];
    v_last := v_last - 1;
  END LOOP;
  -- No empty ones after the last that has any.
  WHILE v_last > 0 AND v_numbers[v_last] < 5 LOOP
    v_last := v_last - 1;
  END LOOP;
  RETURN QUERY SELECT false, 'class', NULL, NULL::bigint, NULL::date, t.n, NULL::integer, NULL::integer, NULL::integer, t.l, t.h
    FROM unnest(v_lows[:v_last], v_highs[:v_last], v_numbers[:v_last]) AS t(l, h, n);
END $$;
REVOKE ALL ON FUNCTION statistics_lead_times(date, date, bigint[], text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION statistics_lead_times(date, date, bigint[], text[], text) TO kbi_web;
