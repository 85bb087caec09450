"""Inscriptions point to the mandate that stays of each address, and list lines are of one version.

Where an address had several mandates (partners 0006), the inscription of one of them would open under the next. It is
cut to the days of its own mandate: its end where a later mandate follows, its beginning where an earlier one came
before. An inscription that shares no day with its mandate has never opened anything and gets a day of its own in 1900,
on which no version is in force.

The lines of the client list change in place: a line of a former mandate becomes the line of the version that the
mandate became. Django cannot change a primary key into one of two columns, so the statements are written out.
"""

import django.db.models.deletion
from django.db import migrations, models

INSCRIPTIONS = """
CREATE TEMPORARY TABLE moved ON COMMIT DROP AS
WITH bounds AS (
  SELECT v.id AS former_id, v.mandate_id, count(*) OVER address > 1 AS merged,
    CASE WHEN v.valid_from > min(v.valid_from) OVER address THEN v.valid_from END AS earliest,
    CASE WHEN v.valid_from < max(v.valid_from) OVER address THEN v.valid_until END AS latest
  FROM partners_mandateversion v
  WINDOW address AS (PARTITION BY v.mandate_id)
), cut AS (
  SELECT i.id, b.mandate_id, greatest(i.valid_from, b.earliest) AS valid_from,
    least(i.valid_until, b.latest) AS valid_until,
    row_number() OVER (PARTITION BY i.institution_id, i.insz, b.mandate_id ORDER BY i.id)::integer AS place
  FROM persons_inscription i JOIN bounds b ON b.former_id = i.mandate_id
  WHERE b.merged
)
SELECT id, mandate_id,
  CASE WHEN valid_from <= valid_until THEN valid_from ELSE DATE '1900-01-01' + place END AS valid_from,
  CASE WHEN valid_from <= valid_until THEN valid_until ELSE DATE '1900-01-01' + place END AS valid_until
FROM cut;
UPDATE persons_inscription i SET valid_from = m.valid_from, valid_until = m.valid_until FROM moved m
WHERE m.id = i.id AND (i.valid_from, i.valid_until) IS DISTINCT FROM (m.valid_from, m.valid_until);
UPDATE persons_inscription i SET mandate_id = m.mandate_id FROM moved m
WHERE m.id = i.id AND i.mandate_id IS DISTINCT FROM m.mandate_id;
DROP TABLE moved;
"""

# A version has the primary key of the mandate that it was, so the line's mandate is its version.
LINES = """
ALTER TABLE persons_clientlistentry
  ADD COLUMN version_id bigint, ADD COLUMN capacity varchar(24), ADD COLUMN counts_from date,
  ADD COLUMN counts_until date;
UPDATE persons_clientlistentry e SET version_id = v.id, capacity = m.capacity, valid_until = i.valid_until,
  counts_from = greatest(i.valid_from, v.valid_from), counts_until = least(i.valid_until, v.valid_until)
FROM persons_inscription i, partners_mandateversion v, partners_mandate m
WHERE i.id = e.inscription_id AND v.id = e.mandate_id AND m.id = v.mandate_id;
DELETE FROM persons_clientlistentry e USING partners_mandateversion v
WHERE v.id = e.version_id AND (e.counts_from > e.counts_until
  OR v.valid_until < (now() AT TIME ZONE 'Europe/Brussels')::date);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
ALTER TABLE persons_clientlistentry
  ALTER COLUMN version_id SET NOT NULL, ALTER COLUMN capacity SET NOT NULL, ALTER COLUMN counts_from SET NOT NULL,
  ALTER COLUMN counts_until SET NOT NULL,
  DROP CONSTRAINT persons_clientlistentry_pkey, ADD PRIMARY KEY (inscription_id, version_id),
  ADD CONSTRAINT persons_clientlistentry_version_id_fk FOREIGN KEY (version_id)
    REFERENCES partners_mandateversion (id) DEFERRABLE INITIALLY DEFERRED,
  DROP COLUMN mandate_id, DROP COLUMN valid_from;  -- and with them the two indexes that name them
CREATE INDEX persons_clientlistentry_version_id ON persons_clientlistentry (version_id);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0006_mandate_versions"),
        ("persons", "0006_on_track"),
    ]

    # No reverse: the days that were cut are not stored.
    operations = [
        migrations.RunSQL(INSCRIPTIONS),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(LINES)],
            [
                migrations.RemoveIndex("clientlistentry", "client_list_by_verdict"),
                migrations.RemoveIndex("clientlistentry", "client_list_by_end"),
                migrations.RemoveField("clientlistentry", "mandate"),
                migrations.RemoveField("clientlistentry", "valid_from"),
                migrations.AlterField(
                    "clientlistentry",
                    "inscription",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="persons.inscription",
                    ),
                ),
                migrations.AddField(
                    "clientlistentry",
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="partners.mandateversion",
                    ),
                ),
                migrations.AddField(
                    "clientlistentry",
                    "pk",
                    models.CompositePrimaryKey(
                        "inscription_id",
                        "version_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                migrations.AddField("clientlistentry", "capacity", models.CharField(max_length=24)),
                migrations.AddField("clientlistentry", "counts_from", models.DateField()),
                migrations.AddField("clientlistentry", "counts_until", models.DateField()),
            ],
        ),
        migrations.AddIndex(
            "clientlistentry",
            models.Index(
                fields=["institution", "verdict", "sort_key", "inscription"],
                include=["counts_from", "counts_until", "version"],
                name="client_list_by_verdict",
            ),
        ),
        migrations.AddIndex(
            "clientlistentry",
            models.Index(
                fields=["institution", "valid_until", "sort_key", "inscription"],
                include=["counts_from", "counts_until", "version"],
                name="client_list_by_end",
            ),
        ),
    ]
