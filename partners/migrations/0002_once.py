"""Periods that may not overlap, and the table that counts sign-in attempts.

A range of one number compares for equality, so that no PostgreSQL extension is needed; a text is compared by its hash.
"""

from django.db import migrations

MEMBERSHIP_ONCE = """
ALTER TABLE partners_membership ADD CONSTRAINT membership_once EXCLUDE USING gist (
  int8range(user_id, user_id, '[]') WITH &&,
  int8range(institution_id, institution_id, '[]') WITH &&,
  int8range(hashtextextended(role, 0), hashtextextended(role, 0), '[]') WITH &&,
  daterange(valid_from, valid_until, '[]') WITH &&
)
"""

# A mandate for a kind has no institution, which is an open range; one for an institution has the kind ''.
MANDATE_ONCE = """
ALTER TABLE partners_mandate ADD CONSTRAINT mandate_once EXCLUDE USING gist (
  int8range(institution_id, institution_id, '[]') WITH &&,
  int8range(hashtextextended(institution_kind, 0), hashtextextended(institution_kind, 0), '[]') WITH &&,
  int8range(hashtextextended(capacity, 0), hashtextextended(capacity, 0), '[]') WITH &&,
  daterange(valid_from, valid_until, '[]') WITH &&
)
"""

CACHE = """
CREATE TABLE kbi_portal_cache (
  cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX kbi_portal_cache_expires ON kbi_portal_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]

    operations = [
        migrations.RunSQL(MEMBERSHIP_ONCE, "ALTER TABLE partners_membership DROP CONSTRAINT membership_once"),
        migrations.RunSQL(MANDATE_ONCE, "ALTER TABLE partners_mandate DROP CONSTRAINT mandate_once"),
        migrations.RunSQL(CACHE, "DROP TABLE kbi_portal_cache"),
    ]
