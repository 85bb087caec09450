"""Indexes for the page of ended inscriptions, and for the persons with a newer number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("persons", "0015_lines_without_colleague")]

    operations = [
        migrations.AddIndex(
            model_name="inscription",
            index=models.Index(
                fields=["institution", "-valid_until", "-id"],
                name="inscription_by_end",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                fields=["insz"],
                condition=models.Q(doubts__has_key="newer_number"),
                name="person_newer_number",
            ),
        ),
    ]
