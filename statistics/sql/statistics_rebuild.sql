-- Count the whole log again. Rows with a transaction number that this server has not reached yet came with a restore,
-- and so did every row before the last of them. They are counted now and skipped from then on.
CREATE OR REPLACE FUNCTION statistics_rebuild() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_from date;
  v_until xid8;
  v_restored timestamptz;
  v_number bigint;
  v_archived date[] := ARRAY(SELECT month FROM consultations_archive);
BEGIN
  PERFORM FROM statistics_watermark FOR UPDATE;
  -- The log is kept for ten years. Older and archived months are only in the roll-up, and stay there.
  SELECT coalesce(date_trunc('month', statistics_day(min(at)))::date, 'infinity') INTO v_from FROM consultations_consultation;
  DELETE FROM statistics_dailycount WHERE day >= v_from AND date_trunc('month', day)::date <> ALL (v_archived);
  DELETE FROM statistics_monthlycount WHERE month >= v_from AND month <> ALL (v_archived);
  WITH seen AS MATERIALIZED (
    SELECT pg_snapshot_xmin(s) AS lower, pg_snapshot_xmax(s) AS upper FROM pg_current_snapshot() AS s
  ), restored AS MATERIALIZED (
    SELECT coalesce(max(at), '-infinity') AS until FROM consultations_consultation WHERE xid >= (SELECT upper FROM seen)
  ), daily AS (
    INSERT INTO statistics_dailycount (institution_id, day, channel, kind, outcome, number)
    SELECT institution_id, statistics_day(at), channel, kind, outcome, count(*)
    FROM consultations_consultation
    WHERE (xid < (SELECT lower FROM seen) OR at <= (SELECT until FROM restored))
      AND statistics_month(at) <> ALL (v_archived)
    GROUP BY 1, 2, 3, 4, 5
    RETURNING number
  )
  SELECT lower, until, (SELECT coalesce(sum(number), 0) FROM daily) INTO v_until, v_restored, v_number
  FROM seen, restored;
  INSERT INTO statistics_monthlycount (institution_id, month, channel, kind, outcome, number)
  SELECT institution_id, date_trunc('month', day)::date, channel, kind, outcome, sum(number)
  FROM statistics_dailycount WHERE day >= v_from AND date_trunc('month', day)::date <> ALL (v_archived) GROUP BY 1, 2, 3, 4, 5;
  -- The first look of an inscription is the same however often it is found; those of archived months stay.
  INSERT INTO statistics_wait (way, subject_id, institution_id, began_on, ended_on)
  SELECT 'first_look', * FROM statistics_first_looks('0', NULL, '-infinity', 'infinity',
    (SELECT min(day) FROM statistics_dailycount))
  ON CONFLICT (way, subject_id) DO NOTHING;
  UPDATE statistics_watermark SET xid = v_until, restored_until = v_restored, rolled_up_at = now(),
    first_day = (SELECT min(day) FROM statistics_dailycount),
    server = (SELECT system_identifier FROM pg_control_system());
  RETURN v_number;
END $$;
REVOKE ALL ON FUNCTION statistics_rebuild() FROM PUBLIC;
