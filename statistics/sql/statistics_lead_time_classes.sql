-- How many waits of p_ways that ended in the period took `low` to `high` working days (NULL: no upper end). Neighbouring
-- classes are one until they have five, so that no class has one to four; nothing of less than five together. The same
-- access as `statistics_lead_times`.
CREATE OR REPLACE FUNCTION statistics_lead_time_classes(
  p_from date, p_until date, p_institutions bigint[], p_ways text[], p_calendar text
) RETURNS TABLE (low integer, high integer, number bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 11
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  v_begin CONSTANT integer[] := ARRAY[0, 1, 2, 3, 4, 5, 6, 11, 16, 21, 31];
  v_lows integer[] := '{}';
  v_highs integer[] := '{}';
  v_numbers bigint[] := '{}';
  v_last integer := 0;
  v_class record;
BEGIN
  IF NOT statistics_may_read_all(p_institutions) THEN
    RETURN;
  END IF;
  FOR v_class IN
    WITH counted AS (
      SELECT width_bucket(w.days, v_begin) AS place, count(*) AS number
      FROM statistics_waits(p_from, p_until, p_institutions, p_calendar) w
      WHERE w.month IS NOT NULL AND w.way = ANY (p_ways) GROUP BY 1
    )
    SELECT v_begin[p.place] AS low, v_begin[p.place + 1] - 1 AS high, coalesce(c.number, 0) AS number
    FROM generate_subscripts(v_begin, 1) AS p(place) LEFT JOIN counted c ON c.place = p.place ORDER BY p.place
  LOOP
    IF v_last > 0 AND v_numbers[v_last] BETWEEN 1 AND 4 THEN
      v_highs[v_last] := v_class.high;
      v_numbers[v_last] := v_numbers[v_last] + v_class.number;
    ELSE
      v_last := v_last + 1;
      v_lows[v_last] := v_class.low;
      v_highs[v_last] := v_class.high;
      v_numbers[v_last] := v_class.number;
    END IF;
  END LOOP;
  -- The last class goes to those before it.
  WHILE v_last > 1 AND v_numbers[v_last] BETWEEN 1 AND 4 LOOP
    v_highs[v_last - 1] := v_highs[v_last];
    v_numbers[v_last - 1] := v_numbers[v_last - 1] + v_numbers[v_last];
    v_last := v_last - 1;
  END LOOP;
  IF v_numbers[v_last] BETWEEN 1 AND 4 THEN
    RETURN;
  END IF;
  -- No empty ones after the last that has any.
  WHILE v_last > 0 AND v_numbers[v_last] = 0 LOOP
    v_last := v_last - 1;
  END LOOP;
  RETURN QUERY SELECT t.* FROM unnest(v_lows[:v_last], v_highs[:v_last], v_numbers[:v_last]) AS t;
END $$;
REVOKE ALL ON FUNCTION statistics_lead_time_classes(date, date, bigint[], text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION statistics_lead_time_classes(date, date, bigint[], text[], text) TO kbi_web;
