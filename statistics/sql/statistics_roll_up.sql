CREATE OR REPLACE FUNCTION statistics_roll_up() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_mark statistics_watermark%ROWTYPE;
  v_until xid8;
  v_first date;
  v_number bigint;
BEGIN
  -- When two run at once, the second waits here and continues where the first ended.
  SELECT * INTO v_mark FROM statistics_watermark FOR UPDATE;
  PERFORM statistics_assert_same_server(v_mark.server);
  v_until := pg_snapshot_xmin(pg_current_snapshot());
  WITH delta AS MATERIALIZED (
    SELECT institution_id, statistics_day(at) AS day, channel, kind, outcome, count(*) AS number
    FROM consultations_consultation
    WHERE xid >= v_mark.xid AND xid < v_until AND at > v_mark.restored_until
    GROUP BY 1, 2, 3, 4, 5
  ), daily AS (
    INSERT INTO statistics_dailycount AS c (institution_id, day, channel, kind, outcome, number)
    SELECT institution_id, day, channel, kind, outcome, number FROM delta
    ON CONFLICT (institution_id, day, channel, kind, outcome) DO UPDATE SET number = c.number + excluded.number
  ), monthly AS (
    INSERT INTO statistics_monthlycount AS c (institution_id, month, channel, kind, outcome, number)
    SELECT institution_id, date_trunc('month', day)::date, channel, kind, outcome, sum(number)
    FROM delta GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (institution_id, month, channel, kind, outcome) DO UPDATE SET number = c.number + excluded.number
  )
  SELECT coalesce(sum(number), 0), min(day) INTO v_number, v_first FROM delta;
  INSERT INTO statistics_wait (way, subject_id, institution_id, began_on, ended_on)
  SELECT 'first_look', * FROM statistics_first_looks(v_mark.xid, v_until, v_mark.restored_until, 'infinity',
    least(v_mark.first_day, v_first))
  ON CONFLICT (way, subject_id) DO NOTHING;
  UPDATE statistics_watermark SET xid = v_until, first_day = least(first_day, v_first), rolled_up_at = now();
  RETURN v_number;
END $$;
REVOKE ALL ON FUNCTION statistics_roll_up() FROM PUBLIC;
