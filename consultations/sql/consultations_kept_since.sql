-- The first month of which the log has a row; NULL for an empty log. Months that were archived are no longer part of it.
-- It reads one row of a partition, the oldest first, until there is one; and the first day of the partition for rows
-- outside every month.
CREATE OR REPLACE FUNCTION consultations_kept_since() RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_partition text;
  v_at timestamptz;
  v_first timestamptz;
BEGIN
  FOR v_partition IN
    SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'consultations_consultation'::regclass
    ORDER BY inhrelid::regclass::text
  LOOP
    CONTINUE WHEN v_first IS NOT NULL AND v_partition NOT LIKE '%rest';
    EXECUTE format(
      CASE WHEN v_partition LIKE '%rest' THEN 'SELECT min(at) FROM %s' ELSE 'SELECT at FROM %s LIMIT 1' END, v_partition)
      INTO v_at;
    v_first := least(v_first, v_at);
  END LOOP;
  RETURN date_trunc('month', v_first AT TIME ZONE 'Europe/Brussels')::date;
END $$;
REVOKE ALL ON FUNCTION consultations_kept_since() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consultations_kept_since() TO kbi_web, kbi_owner;
