-- Make the partitions of the Brussels months from p_from to p_until that are missing; returns how many.
CREATE OR REPLACE FUNCTION consultations_ensure_partitions(p_from date, p_until date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_month date := date_trunc('month', p_from)::date;
  v_name text;
  v_made integer := 0;
BEGIN
  WHILE v_month <= p_until LOOP
    v_name := 'consultations_consultation_' || to_char(v_month, 'YYYYMM');
    IF to_regclass(v_name) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF consultations_consultation FOR VALUES FROM (%L) TO (%L)', v_name,
        v_month::timestamp AT TIME ZONE 'Europe/Brussels',
        (v_month + interval '1 month')::timestamp AT TIME ZONE 'Europe/Brussels');
      PERFORM consultations_guard_partition(v_name);
      v_made := v_made + 1;
    END IF;
    v_month := (v_month + interval '1 month')::date;
  END LOOP;
  RETURN v_made;
END $$;
REVOKE ALL ON FUNCTION consultations_ensure_partitions(date, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consultations_ensure_partitions(date, date) TO kbi_owner;
