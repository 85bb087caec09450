-- The rows of a client list in turns, a JSON array each: several rows for one person in one capacity take turns, in the
-- order of their lines, so that each sees the outcome of those before it.
CREATE OR REPLACE FUNCTION persons_rows_in_turns(p_rows jsonb) RETURNS SETOF jsonb
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
  SELECT jsonb_agg(x.row) FROM (
    SELECT r.value AS row, row_number() OVER (
      PARTITION BY r.value ->> 'insz' COLLATE "C", r.value ->> 'capacity' COLLATE "C"
      ORDER BY (r.value ->> 'line')::integer) AS turn
    FROM jsonb_array_elements(p_rows) r
  ) x GROUP BY x.turn ORDER BY x.turn
$$;
REVOKE ALL ON FUNCTION persons_rows_in_turns(jsonb) FROM PUBLIC;
