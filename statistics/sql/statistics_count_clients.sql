-- Count the clients of each institution in a Brussels month: different numbers with an inscription that counted on a day of
-- it, until today. It counts on the days that it, a confirmed version of its mandate and its institution have in common
-- (see persons_inscription_counting). An institution that was open on some day of the month has a row, also with 0. The
-- count of a month that is over is final: later runs leave it. It reads every inscription once, whatever the log has.
-- Returns the number of rows written. For the owner's job; two at once do no harm.
CREATE OR REPLACE FUNCTION statistics_count_clients(p_month date) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
  v_end date := (p_month + interval '1 month')::date - 1;
  v_last date := least(v_end, app_today());
  v_rows bigint;
BEGIN
  WITH place AS MATERIALIZED (
    SELECT id, coalesce(ended_on, 'infinity') AS last_day FROM partners_institution
    WHERE (active OR ended_on IS NOT NULL) AND (ended_on IS NULL OR ended_on >= p_month)
  ), client AS (
    SELECT DISTINCT i.institution_id, i.insz
    FROM persons_inscription i
    JOIN place ON place.id = i.institution_id
    JOIN partners_mandateversion v ON v.mandate_id = i.mandate_id AND v.status = 'confirmed'
    WHERE i.voided_at IS NULL AND i.valid_from <= v_last AND i.valid_until >= p_month
      AND greatest(p_month, i.valid_from, v.valid_from)
        <= least(v_last, i.valid_until, v.valid_until, place.last_day)
  ), counted AS (
    SELECT institution_id, count(*) AS number FROM client GROUP BY 1
  )
  INSERT INTO statistics_clientcount AS c (institution_id, month, number, counted_at, is_final)
  SELECT place.id, p_month, coalesce(counted.number, 0), now(), v_end < app_today()
  FROM place LEFT JOIN counted ON counted.institution_id = place.id
  WHERE p_month <= v_last
  ON CONFLICT (institution_id, month) DO UPDATE
    SET number = excluded.number, counted_at = excluded.counted_at, is_final = excluded.is_final
    WHERE NOT c.is_final;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  RETURN v_rows;
END $$;
REVOKE ALL ON FUNCTION statistics_count_clients(date) FROM PUBLIC;
