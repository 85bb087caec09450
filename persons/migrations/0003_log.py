"""The log of who looked: appended only, one partition for each Brussels month, no foreign keys.

`xid` is the transaction that wrote the row: rows below `pg_snapshot_xmin` can no longer change place, which is what
the roll-up of the statistics and the seals go by.
"""

from django.db import migrations

LOG = """
CREATE TABLE persons_consultation (
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  kind varchar(8) NOT NULL CHECK (kind IN ('file', 'list', 'search')),
  channel varchar(8) NOT NULL CHECK (channel IN ('portal', 'export', 'magda', 'command')),
  outcome varchar(8) NOT NULL CHECK (outcome IN ('shown', 'empty', 'refused', 'aborted')),
  user_id bigint,
  user_name varchar(201) NOT NULL,
  role varchar(20) NOT NULL,
  institution_id bigint,
  mandate_id bigint,
  capacity varchar(24) NOT NULL,
  inscription_id bigint,
  insz varchar(11) NOT NULL,
  asked varchar(64) NOT NULL,
  blocks varchar(48)[] NOT NULL,
  shown varchar(11)[] NOT NULL,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX persons_consultation_institution ON persons_consultation (institution_id, at);
CREATE INDEX persons_consultation_insz ON persons_consultation (insz, at);
CREATE INDEX persons_consultation_xid ON persons_consultation (xid);

CREATE FUNCTION persons_log_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the log of consultations is appended to, never changed' USING ERRCODE = '42501';
END $$;
CREATE TRIGGER log_is_final BEFORE UPDATE OR DELETE ON persons_consultation
  FOR EACH ROW EXECUTE FUNCTION persons_log_is_final();
CREATE TRIGGER log_is_not_emptied BEFORE TRUNCATE ON persons_consultation
  FOR EACH STATEMENT EXECUTE FUNCTION persons_log_is_final();

ALTER TABLE persons_consultation ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_consultation FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_reads ON persons_consultation FOR SELECT TO kbi_owner USING ((SELECT app_owner_works()));
CREATE POLICY owner_appends ON persons_consultation FOR INSERT TO kbi_owner
  WITH CHECK ((SELECT app_owner_works()));
-- In the own name, now, and in this transaction: a row dated otherwise would escape the roll-up and the seals, and a
-- web server whose clock is wrong is told so by showing nothing.
CREATE POLICY appends_for_itself ON persons_consultation FOR INSERT TO kbi_web
  WITH CHECK (institution_id IS NOT DISTINCT FROM (SELECT app_institution())
              AND user_id IS NOT DISTINCT FROM (SELECT app_user())
              AND role = (SELECT app_role())
              AND at BETWEEN now() - interval '10 minutes' AND now() + interval '10 minutes'
              AND xid = pg_current_xact_id());
CREATE POLICY privacy_officer_reads ON persons_consultation FOR SELECT TO kbi_web
  USING (institution_id = (SELECT app_institution()) AND (SELECT app_role()) = 'privacy_officer');
GRANT SELECT, INSERT ON persons_consultation TO kbi_web;

-- Guards a partition like the table itself: without it one could reach the rows by the partition's own name.
CREATE FUNCTION persons_guard_log_partition(p_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER log_is_not_emptied BEFORE TRUNCATE ON %I
    FOR EACH STATEMENT EXECUTE FUNCTION persons_log_is_final()', p_name);
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', p_name);
  EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', p_name);
  EXECUTE format('CREATE POLICY owner_reads ON %I FOR SELECT TO kbi_owner USING ((SELECT app_owner_works()))',
    p_name);
END $$;

-- Rows outside every month still have a place: a look is never lost for want of a partition.
CREATE TABLE persons_consultation_rest PARTITION OF persons_consultation DEFAULT;
SELECT persons_guard_log_partition('persons_consultation_rest');

CREATE FUNCTION persons_ensure_log_partitions(p_from date, p_until date) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  v_month date := date_trunc('month', p_from)::date;
  v_name text;
  v_made integer := 0;
BEGIN
  WHILE v_month <= p_until LOOP
    v_name := 'persons_consultation_' || to_char(v_month, 'YYYYMM');
    IF to_regclass(v_name) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF persons_consultation FOR VALUES FROM (%L) TO (%L)', v_name,
        v_month::timestamp AT TIME ZONE 'Europe/Brussels',
        (v_month + interval '1 month')::timestamp AT TIME ZONE 'Europe/Brussels');
      PERFORM persons_guard_log_partition(v_name);
      v_made := v_made + 1;
    END IF;
    v_month := (v_month + interval '1 month')::date;
  END LOOP;
  RETURN v_made;
END $$;
REVOKE ALL ON FUNCTION persons_ensure_log_partitions(date, date) FROM PUBLIC;
REVOKE ALL ON FUNCTION persons_guard_log_partition(text) FROM PUBLIC;
SELECT persons_ensure_log_partitions(app_today(), (app_today() + interval '24 months')::date);
"""


class Migration(migrations.Migration):
    dependencies = [("persons", "0002_second_gate")]

    operations = [migrations.RunSQL(LOG, "DROP TABLE persons_consultation CASCADE")]
