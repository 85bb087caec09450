"""Inscriptions point to the mandate that stays of each address, and list lines are of one version.

Where an address had several mandates (partners 0006), the inscription of one of them would open under the next. It is
cut to the days of its own mandate: its end where a later mandate follows, its beginning where an earlier one came
before. An inscription that shares no day with its mandate has never opened anything and gets a day of its own in 1900,
on which no version is in force.
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
  SELECT i.id, b.mandate_id, greatest(i.valid_from, b.earliest) AS valid_from, least(i.valid_until, b.latest) AS valid_until,
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
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

# As `persons_refresh_client_list` does for the versions that are not over.
LINES = """
INSERT INTO persons_clientlistentry (inscription_id, version_id, institution_id, person_id, public_id, capacity,
  counts_from, counts_until, valid_until, sort_key, insz, last_name, first_name, birth_date,
  verdict, parts, target_code, target_type, as_of)
SELECT i.id, v.id, i.institution_id, i.person_id, i.public_id, m.capacity,
  greatest(i.valid_from, v.valid_from), least(i.valid_until, v.valid_until), i.valid_until,
  coalesce(nullif(p.sort_key, ''), U&'\\FFFF'), p.insz, p.last_name, p.first_name, p.birth_date,
  CASE WHEN 'VormingsActiviteiten' = ANY (v.blocks) THEN s.verdict END,
  CASE WHEN 'VormingsActiviteiten' = ANY (v.blocks) THEN s.parts END,
  CASE WHEN 'Doelgroep' = ANY (v.blocks) THEN coalesce(s.target_code, '') ELSE '' END,
  CASE WHEN 'Doelgroep' = ANY (v.blocks) THEN coalesce(s.target_type, '') ELSE '' END,
  (p.as_of AT TIME ZONE 'Europe/Brussels')::date
FROM persons_inscription i
JOIN persons_person p ON p.id = i.person_id
JOIN partners_mandate m ON m.id = i.mandate_id
JOIN partners_mandateversion v ON v.mandate_id = m.id
LEFT JOIN persons_standing s ON s.person_id = p.id
WHERE greatest(i.valid_from, v.valid_from) <= least(i.valid_until, v.valid_until)
  AND coalesce(v.valid_until, 'infinity') >= (now() AT TIME ZONE 'Europe/Brussels')::date;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0006_mandate_versions"),
        ("persons", "0005_nameless_last"),
    ]

    # No reverse: the days that were cut are not stored.
    operations = [
        migrations.DeleteModel("ClientListEntry"),
        migrations.RunSQL(INSCRIPTIONS),
        migrations.CreateModel(
            name="ClientListEntry",
            fields=[
                (
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
                (
                    "inscription",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="persons.inscription",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="partners.mandateversion",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="partners.institution",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="persons.person"
                    ),
                ),
                ("public_id", models.UUIDField()),
                ("capacity", models.CharField(max_length=24)),
                ("counts_from", models.DateField()),
                ("counts_until", models.DateField()),
                ("valid_until", models.DateField()),
                ("sort_key", models.CharField(db_collation="C", max_length=420)),
                ("insz", models.CharField(max_length=11)),
                ("last_name", models.CharField(max_length=200)),
                ("first_name", models.CharField(max_length=200)),
                ("birth_date", models.CharField(blank=True, max_length=10)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("out_of_reach", "Niet meer haalbaar"),
                            ("contradictory", "Na te kijken"),
                            ("reachable", "Onder de norm, haalbaar"),
                            ("kept", "Norm gehaald"),
                            ("no_lessons", "Nog geen oordeel"),
                            ("suspended", "Opgeschort"),
                            ("exempt", "Vrijgesteld"),
                        ],
                        max_length=16,
                        null=True,
                    ),
                ),
                ("parts", models.JSONField(null=True)),
                ("target_code", models.CharField(blank=True, max_length=24)),
                ("target_type", models.CharField(blank=True, max_length=24)),
                ("as_of", models.DateField()),
            ],
            options={
                "verbose_name": "regel van de cliëntenlijst",
                "verbose_name_plural": "regels van de cliëntenlijst",
                "ordering": ["sort_key", "inscription_id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["institution", "sort_key", "inscription"], name="client_list_by_name"
                    ),
                    models.Index(
                        fields=["institution", "verdict", "sort_key", "inscription"],
                        include=("counts_from", "counts_until", "version"),
                        name="client_list_by_verdict",
                    ),
                    models.Index(
                        fields=["institution", "valid_until", "sort_key", "inscription"],
                        include=("counts_from", "counts_until", "version"),
                        name="client_list_by_end",
                    ),
                    models.Index(fields=["institution", "insz"], name="client_list_by_insz"),
                ],
                "constraints": [],
            },
        ),
        migrations.RunSQL(LINES),
    ]
