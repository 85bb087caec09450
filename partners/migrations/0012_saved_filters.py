from django.db import migrations, models


class Migration(migrations.Migration):
    """Filters of the client list that a user gave a name, encrypted because the name is the user's own text."""

    dependencies = [("partners", "0011_successors")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="saved_filters",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                help_text="Versleuteld: de gebruiker kiest de namen.",
                verbose_name="bewaarde filters",
            ),
        ),
    ]
