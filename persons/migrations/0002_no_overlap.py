"""Two inscriptions of one institution, person and mandate cannot overlap.

A range of one number compares for equality, so that no PostgreSQL extension is needed.
"""

from django.db import migrations

NO_OVERLAP = """
ALTER TABLE persons_inscription ADD CONSTRAINT inscription_no_overlap EXCLUDE USING gist (
  int8range(institution_id, institution_id, '[]') WITH &&,
  int8range(insz::bigint, insz::bigint, '[]') WITH &&,
  int8range(mandate_id, mandate_id, '[]') WITH &&,
  daterange(valid_from, valid_until, '[]') WITH &&
)
"""


class Migration(migrations.Migration):
    dependencies = [("persons", "0001_initial")]

    operations = [
        migrations.RunSQL(
            NO_OVERLAP, "ALTER TABLE persons_inscription DROP CONSTRAINT inscription_no_overlap"
        ),
    ]
