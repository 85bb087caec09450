"""Which blocks an escape may show under a version: none, until the agency proposes and confirms a version with some."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0014_office_hours")]

    operations = [
        migrations.AddField(
            "mandateversion",
            "escape_blocks",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=48),
                blank=True,
                db_default=[],
                default=list,
                help_text="Wat een medewerker zonder inschrijving enkele uren ziet, met een reden die de"
                " privacyverantwoordelijke nakijkt. Niets aangevinkt: geen noodinzage.",
                size=None,
                verbose_name="onderdelen bij een noodinzage",
            ),
        ),
        migrations.AddConstraint(
            "mandateversion",
            models.CheckConstraint(
                condition=models.Q(("escape_blocks__contained_by", models.F("blocks"))),
                name="mandateversion_escape_within_blocks",
                violation_error_message="Een noodinzage toont alleen onderdelen die de machtiging geeft.",
            ),
        ),
    ]
