"""Counting the log: a roll-up kept up to a watermark, read together with the live tail in one statement.

The watermark is a transaction number. Rows of transactions below `pg_snapshot_xmin` can no longer appear or
disappear, so they are rolled up once; all others are counted where they stand. A watermark over ids or times would
lose what was written by a transaction that committed late.

Transaction numbers mean something on one server only. A log that was dumped and restored elsewhere keeps the old
numbers; `server` tells that this happened, and `statistics_rebuild` counts all that was restored and notes up to
which moment (`restored_until`) rows are in the roll-up whatever their number.
"""

from django.db import migrations

WATERMARK = """
CREATE TABLE statistics_watermark (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  xid xid8 NOT NULL,
  server text NOT NULL,
  restored_until timestamptz NOT NULL DEFAULT '-infinity',
  first_day date,
  rolled_up_at timestamptz
);
INSERT INTO statistics_watermark (xid, server) SELECT '0', system_identifier FROM pg_control_system();

CREATE FUNCTION statistics_month(p_at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT date_trunc('month', p_at AT TIME ZONE 'Europe/Brussels')::date $$;
CREATE FUNCTION statistics_day(p_at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT (p_at AT TIME ZONE 'Europe/Brussels')::date $$;
-- The moment at which a Brussels day begins.
CREATE FUNCTION statistics_begin(p_day date) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT p_day::timestamp AT TIME ZONE 'Europe/Brussels' $$;

CREATE FUNCTION statistics_assert_same_server(p_server text) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p_server <> (SELECT system_identifier::text FROM pg_control_system()) THEN
    RAISE EXCEPTION 'the roll-up was made on another database server'
      USING ERRCODE = 'KB001', HINT = 'Run manage.py roll_up --rebuild once after a dump and restore.';
  END IF;
END $$;
"""

# Adds rows of the log to both roll-ups in one statement and answers how many there were.
ROLL_UP = """
CREATE FUNCTION statistics_roll_up() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_mark statistics_watermark%ROWTYPE;
  v_until xid8;
  v_first date;
  v_number bigint;
BEGIN
  -- Of two at once the second waits here, and goes on from where the first one came.
  SELECT * INTO v_mark FROM statistics_watermark FOR UPDATE;
  PERFORM statistics_assert_same_server(v_mark.server);
  v_until := pg_snapshot_xmin(pg_current_snapshot());
  WITH delta AS MATERIALIZED (
    SELECT institution_id, statistics_day(at) AS day, channel, kind, outcome, count(*) AS number
    FROM persons_consultation
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
  UPDATE statistics_watermark SET xid = v_until, first_day = least(first_day, v_first), rolled_up_at = now();
  RETURN v_number;
END $$;

-- From scratch. Rows whose number no transaction of this server can have had yet came with a restore; so did
-- everything logged before the last of them. They are counted now and left out ever after.
CREATE FUNCTION statistics_rebuild() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_from date;
  v_until xid8;
  v_restored timestamptz;
  v_number bigint;
BEGIN
  PERFORM FROM statistics_watermark FOR UPDATE;
  -- Months of which the log is gone (it is kept ten years) stand in the roll-up alone, and stay.
  SELECT coalesce(date_trunc('month', statistics_day(min(at)))::date, 'infinity') INTO v_from FROM persons_consultation;
  DELETE FROM statistics_dailycount WHERE day >= v_from;
  DELETE FROM statistics_monthlycount WHERE month >= v_from;
  WITH seen AS MATERIALIZED (
    SELECT pg_snapshot_xmin(s) AS lower, pg_snapshot_xmax(s) AS upper FROM pg_current_snapshot() AS s
  ), restored AS MATERIALIZED (
    SELECT coalesce(max(at), '-infinity') AS until FROM persons_consultation WHERE xid >= (SELECT upper FROM seen)
  ), daily AS (
    INSERT INTO statistics_dailycount (institution_id, day, channel, kind, outcome, number)
    SELECT institution_id, statistics_day(at), channel, kind, outcome, count(*)
    FROM persons_consultation
    WHERE xid < (SELECT lower FROM seen) OR at <= (SELECT until FROM restored)
    GROUP BY 1, 2, 3, 4, 5
    RETURNING number
  )
  SELECT lower, until, (SELECT coalesce(sum(number), 0) FROM daily) INTO v_until, v_restored, v_number
  FROM seen, restored;
  INSERT INTO statistics_monthlycount (institution_id, month, channel, kind, outcome, number)
  SELECT institution_id, date_trunc('month', day)::date, channel, kind, outcome, sum(number)
  FROM statistics_dailycount WHERE day >= v_from GROUP BY 1, 2, 3, 4, 5;
  UPDATE statistics_watermark SET xid = v_until, restored_until = v_restored, rolled_up_at = now(),
    first_day = (SELECT min(day) FROM statistics_dailycount),
    server = (SELECT system_identifier FROM pg_control_system());
  RETURN v_number;
END $$;

REVOKE ALL ON FUNCTION statistics_roll_up() FROM PUBLIC;
REVOKE ALL ON FUNCTION statistics_rebuild() FROM PUBLIC;
"""

# These run with the owner's rights and decide themselves who may read what: the agency's pages everything, an
# institution itself, anybody else nothing. STABLE: all statements inside see the snapshot of the one that calls.
# The planner cannot know how short the tail is: it is read by its index, which is right at any length.
READ = """
CREATE FUNCTION statistics_may_read(p_institution bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT app_scope() = 'agency' OR coalesce(p_institution = app_institution(), false) $$;

CREATE FUNCTION statistics_monthly(
  p_from date, p_until date, p_institution bigint, p_channels text[], p_kinds text[], p_outcomes text[]
) RETURNS TABLE (institution_id bigint, month date, number bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 4000
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  v_mark statistics_watermark%ROWTYPE;
BEGIN
  IF NOT statistics_may_read(p_institution) THEN
    RETURN;
  END IF;
  SELECT * INTO v_mark FROM statistics_watermark;
  PERFORM statistics_assert_same_server(v_mark.server);
  RETURN QUERY
    WITH tail AS MATERIALIZED (
      SELECT institution_id, at, channel, kind, outcome FROM persons_consultation
      WHERE xid >= v_mark.xid AND at > v_mark.restored_until
        AND at >= statistics_begin(p_from) AND at < statistics_begin(p_until)
    )
    SELECT c.institution_id, c.month, sum(c.number)
    FROM (
      SELECT institution_id, month, number, channel, kind, outcome FROM statistics_monthlycount
      WHERE month >= p_from AND month < p_until
      UNION ALL
      SELECT institution_id, statistics_month(at), 1, channel, kind, outcome FROM tail
    ) c
    WHERE c.channel = ANY (p_channels) AND c.kind = ANY (p_kinds) AND c.outcome = ANY (p_outcomes)
      AND (p_institution IS NULL OR c.institution_id = p_institution)
    GROUP BY 1, 2;
END $$;

-- The last day within [p_from, ∞) on which each institution did what is counted, and the last day ever of those that
-- did not; only institutions of p_institutions.
CREATE FUNCTION statistics_last_days(
  p_institutions bigint[], p_from date, p_channels text[], p_kinds text[], p_outcomes text[]
) RETURNS TABLE (institution_id bigint, day date)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 300
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  v_mark statistics_watermark%ROWTYPE;
BEGIN
  IF app_scope() <> 'agency' THEN
    RETURN;
  END IF;
  SELECT * INTO v_mark FROM statistics_watermark;
  PERFORM statistics_assert_same_server(v_mark.server);
  RETURN QUERY
    WITH tail AS MATERIALIZED (
      SELECT institution_id, statistics_day(max(at)) AS day FROM persons_consultation
      WHERE xid >= v_mark.xid AND at > v_mark.restored_until
        AND channel = ANY (p_channels) AND kind = ANY (p_kinds) AND outcome = ANY (p_outcomes)
      GROUP BY 1
    ), recent AS MATERIALIZED (
      SELECT institution_id, max(day) AS day FROM statistics_dailycount
      WHERE day >= p_from
        AND channel = ANY (p_channels) AND kind = ANY (p_kinds) AND outcome = ANY (p_outcomes)
      GROUP BY 1
    )
    SELECT asked.id, greatest(tail.day, coalesce(recent.day, (
      SELECT c.day FROM statistics_dailycount c
      WHERE c.institution_id = asked.id
        AND c.channel = ANY (p_channels) AND c.kind = ANY (p_kinds) AND c.outcome = ANY (p_outcomes)
      ORDER BY c.day DESC LIMIT 1
    )))
    FROM unnest(p_institutions) AS asked(id)
    LEFT JOIN tail ON tail.institution_id = asked.id
    LEFT JOIN recent ON recent.institution_id = asked.id;
END $$;

-- The month in which the log begins: before it there are no data, after it nothing means zero.
CREATE FUNCTION statistics_first_month() RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
DECLARE
  v_mark statistics_watermark%ROWTYPE;
BEGIN
  SELECT * INTO v_mark FROM statistics_watermark;
  -- Of the tail only what lies before the first day can tell anything new: few partitions, usually none.
  RETURN date_trunc('month', least(v_mark.first_day, (
    SELECT statistics_day(min(at)) FROM persons_consultation
    WHERE xid >= v_mark.xid AND at > v_mark.restored_until
      AND at < statistics_begin(coalesce(v_mark.first_day, 'infinity')))))::date;
END $$;

REVOKE ALL ON FUNCTION statistics_monthly(date, date, bigint, text[], text[], text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION statistics_last_days(bigint[], date, text[], text[], text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION statistics_first_month() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION statistics_monthly(date, date, bigint, text[], text[], text[]) TO kbi_web;
GRANT EXECUTE ON FUNCTION statistics_last_days(bigint[], date, text[], text[], text[]) TO kbi_web;
GRANT EXECUTE ON FUNCTION statistics_first_month() TO kbi_web;
"""

RIGHTS = """
ALTER TABLE statistics_importedcount ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_or_agency ON statistics_importedcount FOR SELECT TO kbi_web
  USING ((SELECT app_scope()) = 'agency' OR institution_id = (SELECT app_institution()));
GRANT SELECT ON statistics_importedcount TO kbi_web;

ALTER TABLE statistics_closingday ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON statistics_closingday FOR SELECT TO kbi_web USING (true);
CREATE POLICY agency_writes ON statistics_closingday TO kbi_web USING ((SELECT app_scope()) = 'agency');
GRANT SELECT, INSERT, UPDATE, DELETE ON statistics_closingday TO kbi_web;
"""

BACK = """
DROP POLICY agency_writes ON statistics_closingday; DROP POLICY read ON statistics_closingday;
DROP POLICY own_or_agency ON statistics_importedcount;
DROP FUNCTION statistics_first_month();
DROP FUNCTION statistics_last_days(bigint[], date, text[], text[], text[]);
DROP FUNCTION statistics_monthly(date, date, bigint, text[], text[], text[]);
DROP FUNCTION statistics_may_read(bigint);
DROP FUNCTION statistics_rebuild(); DROP FUNCTION statistics_roll_up();
DROP FUNCTION statistics_assert_same_server(text);
DROP FUNCTION statistics_begin(date); DROP FUNCTION statistics_day(timestamptz);
DROP FUNCTION statistics_month(timestamptz);
DROP TABLE statistics_watermark;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("statistics", "0001_initial"),
        ("persons", "0003_log"),
        ("partners", "0002_bound_session"),
    ]

    operations = [
        migrations.RunSQL(WATERMARK + ROLL_UP + READ + RIGHTS, BACK),
    ]
