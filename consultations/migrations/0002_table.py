"""The table of the log: one partition for each Brussels month, no foreign keys.

`manage.py hand_over_log` gives it to the role `kbi_log` and loads its rules and functions. A later change of this table
is made there too, because the owner of the other tables may not alter it (docs/changing.md).
"""

from django.db import migrations

TABLE = """
CREATE TABLE consultations_consultation (
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  kind varchar(16) NOT NULL CHECK (kind IN ('file', 'section', 'list', 'search', 'pasted_list', 'export', 'print',
    'follow', 'registration', 'log_reading')),
  channel varchar(8) NOT NULL CHECK (channel IN ('portal', 'machine', 'command')),
  outcome varchar(8) NOT NULL CHECK (outcome IN ('shown', 'empty', 'refused', 'aborted')),
  rule varchar(32) NOT NULL DEFAULT '',
  user_id bigint,
  user_name varchar(201) NOT NULL DEFAULT '',
  role varchar(20) NOT NULL DEFAULT '',
  institution_id bigint,
  mandate_id bigint,
  capacity varchar(24) NOT NULL DEFAULT '',
  legal_basis varchar(400) NOT NULL DEFAULT '',
  inscription_id bigint,
  insz varchar(11) NOT NULL DEFAULT '',
  target varchar(64) NOT NULL DEFAULT '',
  term varchar(100) NOT NULL DEFAULT '',
  numbers varchar(11)[] NOT NULL DEFAULT '{}',
  blocks varchar(48)[] NOT NULL DEFAULT '{}',
  shown varchar(11)[] NOT NULL DEFAULT '{}',
  purpose varchar(250) NOT NULL DEFAULT '',
  reason varchar(250) NOT NULL DEFAULT '',
  request_id uuid DEFAULT NULLIF(current_setting('app.request', true), '')::uuid,
  parent_id uuid,
  escape_id bigint,
  salt bytea NOT NULL DEFAULT uuid_send(gen_random_uuid()),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX consultations_consultation_institution ON consultations_consultation (institution_id, at);
CREATE INDEX consultations_consultation_insz ON consultations_consultation (insz, at);
CREATE INDEX consultations_consultation_xid ON consultations_consultation (xid);
-- Rows outside every month go here: no look is lost because a partition is missing.
CREATE TABLE consultations_consultation_rest PARTITION OF consultations_consultation DEFAULT;
"""


class Migration(migrations.Migration):
    dependencies = [("consultations", "0001_initial"), ("partners", "0002_once")]

    # No reverse: a log is not dropped by a step backwards.
    operations = [migrations.RunSQL(TABLE)]
