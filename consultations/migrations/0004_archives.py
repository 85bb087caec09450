"""Tables for archived months and for the last seal of each place. `manage.py hand_over_log` gives them to `kbi_log`."""

from django.db import migrations

TABLES = """
-- The months that `manage.py retire_log` moved to a file. The signature is over the other columns.
CREATE TABLE consultations_archive (
  month date PRIMARY KEY CHECK (isfinite(month) AND month = date_trunc('month', month)),
  row_count bigint NOT NULL CHECK (row_count > 0),
  last_seal bigint NOT NULL,
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  signature bytea NOT NULL,
  signed_by varchar(16) NOT NULL
);

-- The last seal that a web service or a mailbox got. The folder says so itself.
CREATE TABLE consultations_publication (
  place varchar(8) PRIMARY KEY,
  number bigint NOT NULL
);
"""


class Migration(migrations.Migration):
    dependencies = [("consultations", "0003_seals")]

    # No reverse: that a month was archived is not forgotten by a step backwards.
    operations = [migrations.RunSQL(TABLES)]
