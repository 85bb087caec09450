-- Let no one register, extend or end at these institutions until this transaction ends. Always in the same order, and
-- after the lock of arrivals (exclusive for an import, which writes the persons), so that no two sessions wait for each
-- other.
CREATE OR REPLACE FUNCTION persons_lock_institutions(p_institutions bigint[], p_import boolean) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_institution bigint;
BEGIN
  IF p_import THEN
    PERFORM pg_advisory_xact_lock(app_arrivals());
  ELSE
    PERFORM pg_advisory_xact_lock_shared(app_arrivals());
  END IF;
  FOR v_institution IN SELECT DISTINCT unnest(p_institutions) ORDER BY 1 LOOP
    PERFORM pg_advisory_xact_lock(7050802, v_institution::integer);
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION persons_lock_institutions(bigint[], boolean) FROM PUBLIC;
