"""An index for one status of the client list in the order of urgency."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0011_successors"),
        ("persons", "0021_reminders"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="clientlistentry",
            index=models.Index(
                fields=["institution", "verdict", "urgency", "sort_key", "inscription"],
                name="client_list_verdict_urgency",
            ),
        ),
    ]
