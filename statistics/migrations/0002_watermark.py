"""How far the log has been rolled up.

The watermark is a transaction number. Rows of transactions below `pg_snapshot_xmin` can no longer appear or disappear,
so they are rolled up once; all others are counted from the log itself. A watermark over ids or times would lose rows of
a transaction that committed late.

Transaction numbers mean something on one server only. A log that was dumped and restored elsewhere keeps its old
numbers; `server` shows that this happened, and `statistics_rebuild` counts all that was restored and notes up to which
moment (`restored_until`) rows are in the roll-up whatever their number.
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
"""


class Migration(migrations.Migration):
    dependencies = [("statistics", "0001_initial"), ("consultations", "0002_table")]

    operations = [migrations.RunSQL(WATERMARK, "DROP TABLE statistics_watermark")]
