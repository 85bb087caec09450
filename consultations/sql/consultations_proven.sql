-- The state of the seals for a page: since when rows are sealed, until when, and what waits; counts 10,000 rows at most.
-- After a restore the rows of the earlier server may have higher transaction numbers than those that wait: then it reads
-- no row from more than a day before the last seal, and leaves older ones to `manage.py verify_log`.
-- `verified_until` is the moment of the last seal that a verification without findings covered, and `findings` are those
-- of the last verification. It names no row.
CREATE OR REPLACE FUNCTION consultations_proven(
  OUT since timestamptz, OUT sealed_until timestamptz, OUT unsealed integer, OUT oldest_unsealed timestamptz,
  OUT verified_at timestamptz, OUT verified_until timestamptz, OUT findings integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_most CONSTANT integer := 10000;
  v_from timestamptz := '-infinity';
  v_epoch smallint;
  v_until xid8;
BEGIN
  SELECT s.sealed_at INTO since FROM consultations_seal s ORDER BY s.number LIMIT 1;
  SELECT s.sealed_at, s.epoch, s.until_xid INTO sealed_until, v_epoch, v_until
  FROM consultations_seal s ORDER BY s.number DESC LIMIT 1;
  IF (SELECT count(*) FROM consultations_epoch) > 1 THEN
    v_from := coalesce(sealed_until - interval '1 day', v_from);
  END IF;
  IF v_epoch = (SELECT max(e.number) FROM consultations_epoch e) THEN
    SELECT count(*), min(w.at) FILTER (WHERE w.at BETWEEN '1970-01-01' AND now() + interval '1 day') INTO unsealed, oldest_unsealed
    FROM (SELECT c.at FROM consultations_consultation c
          WHERE c.xid >= v_until AND c.epoch = v_epoch AND c.at >= v_from
          ORDER BY c.xid LIMIT v_most) w;
  ELSE
    -- Nothing is sealed yet, or nothing since the restore.
    SELECT count(*), min(w.at) FILTER (WHERE w.at BETWEEN '1970-01-01' AND now() + interval '1 day') INTO unsealed, oldest_unsealed
    FROM (SELECT c.at FROM consultations_consultation c
          WHERE c.at >= v_from AND (v_epoch IS NULL OR c.epoch > v_epoch OR c.epoch = v_epoch AND c.xid >= v_until)
          LIMIT v_most) w;
  END IF;
  SELECT v.verified_at, v.findings INTO verified_at, findings
  FROM consultations_verification v ORDER BY v.verified_at DESC LIMIT 1;
  SELECT s.sealed_at INTO verified_until
  FROM consultations_verification v JOIN consultations_seal s ON s.number = v.last_seal
  WHERE v.findings = 0 ORDER BY v.verified_at DESC LIMIT 1;
END $$;
REVOKE ALL ON FUNCTION consultations_proven() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consultations_proven() TO kbi_web, kbi_owner;
