"""The answers of the block Wooncode, and the judgement of the courses of each school."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("persons", "0023_changes")]

    operations = [
        migrations.AddField("standing", "housing", models.JSONField(null=True)),
        migrations.AddField(
            "standing",
            "by_supplier",
            models.JSONField(
                null=True,
                help_text="By KBO number: the judgement of the courses of that centre, null where that is the one of all"
                " courses.",
            ),
        ),
        migrations.AddField("clientlistentry", "housing", models.JSONField(null=True)),
        migrations.AddField(
            "clientlistentry", "is_unmet", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddIndex(
            "clientlistentry",
            models.Index(
                fields=["institution", "sort_key", "inscription"],
                condition=Q(is_unmet=True),
                name="client_list_unmet",
            ),
        ),
    ]
