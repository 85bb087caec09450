from django.db import migrations, models


class Migration(migrations.Migration):
    """Filters of the client list that a user gave a name."""

    dependencies = [("partners", "0011_successors")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="saved_filters",
            field=models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                editable=False,
                help_text="Per naam die de gebruiker koos, de codes van de filters.",
                verbose_name="bewaarde filters",
            ),
        ),
    ]
