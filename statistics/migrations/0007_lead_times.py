"""Waits of the portal that ended, so that lead times need not read the log.

The first looks come from the log once, and the arrivals of dossiers from the changes that are still there. The roll-up
and triggers add to them.
"""

from django.db import migrations, models

FIRST_LOOKS = """
INSERT INTO statistics_wait (way, subject_id, institution_id, began_on, ended_on)
SELECT 'first_look', i.id, i.institution_id, i.began_on, greatest(i.began_on, c.day)
FROM (
  SELECT inscription_id, (min(at) AT TIME ZONE 'Europe/Brussels')::date AS day FROM consultations_consultation
  WHERE channel = 'portal' AND kind = 'file' AND outcome = 'shown' AND inscription_id IS NOT NULL
  GROUP BY inscription_id
) c
JOIN (
  SELECT id, institution_id, greatest(valid_from, (registered_at AT TIME ZONE 'Europe/Brussels')::date) AS began_on
  FROM persons_inscription WHERE voided_at IS NULL AND carried_from_id IS NULL AND registered_by_id IS NOT NULL
    AND registered_at >= (SELECT date_trunc('day', min(at), 'Europe/Brussels') FROM consultations_consultation)
) i ON i.id = c.inscription_id
"""
FIRST_DOSSIERS = """
INSERT INTO statistics_wait (way, subject_id, institution_id, began_on, ended_on)
SELECT 'first_dossier', i.id, i.institution_id, i.began_on, greatest(i.began_on, c.day)
FROM (
  SELECT inscription_id, (min(at) AT TIME ZONE 'Europe/Brussels')::date AS day FROM persons_change
  WHERE kind = 'arrived' AND inscription_id IS NOT NULL GROUP BY inscription_id
) c
JOIN (
  SELECT id, institution_id, greatest(valid_from, (registered_at AT TIME ZONE 'Europe/Brussels')::date) AS began_on
  FROM persons_inscription WHERE voided_at IS NULL AND carried_from_id IS NULL
) i ON i.id = c.inscription_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("statistics", "0006_adoption_mails"),
        ("consultations", "0004_archives"),
        ("persons", "0029_lead_times"),
    ]

    operations = [
        migrations.CreateModel(
            name="Wait",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("question", "“klopt niet?” in het portaal"),
                            ("first_look", "van inschrijving tot eerste inzage"),
                            ("first_dossier", "van wachten op de KBI tot eerste dossier"),
                        ],
                        max_length=20,
                    ),
                ),
                ("subject_id", models.BigIntegerField()),
                ("institution_id", models.BigIntegerField()),
                ("began_on", models.DateField()),
                ("ended_on", models.DateField()),
            ],
            options={
                "verbose_name": "doorlooptijd",
                "verbose_name_plural": "doorlooptijden van omwegen",
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["ended_on"],
                        include=("way", "institution_id", "began_on"),
                        name="wait_ended",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("way", "subject_id"), name="wait_once"),
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["question", "first_look", "first_dossier"])),
                        name="wait_way_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_on__gte", models.F("began_on"))), name="wait_in_order"
                    ),
                ],
            },
        ),
        migrations.RunSQL(FIRST_LOOKS, migrations.RunSQL.noop),
        migrations.RunSQL(FIRST_DOSSIERS, migrations.RunSQL.noop),
    ]
