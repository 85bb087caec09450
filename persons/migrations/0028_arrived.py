import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """When a dossier arrived: one that no one needs stays for a while after that.

    Of those that are there, the moment of the newest message is the best that is known.
    """

    dependencies = [("persons", "0027_own_file_answers")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="arrived_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="Wanneer het dossier er kwam, ook opnieuw.",
            ),
        ),
        migrations.RunSQL("UPDATE persons_person SET arrived_at = refreshed_at", migrations.RunSQL.noop),
    ]
