"""A line of the client list says whether the client is in a caseload."""

from django.db import migrations, models

IN_CASELOAD = """
UPDATE persons_clientlistentry e SET in_caseload = true
WHERE EXISTS (SELECT FROM persons_caseloadrow c WHERE c.institution_id = e.institution_id AND c.insz = e.insz)
"""


class Migration(migrations.Migration):
    dependencies = [("persons", "0014_questions")]

    operations = [
        migrations.AddField(
            model_name="clientlistentry",
            name="in_caseload",
            field=models.BooleanField(default=False),
        ),
        migrations.RunSQL(IN_CASELOAD, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="clientlistentry",
            index=models.Index(
                condition=models.Q(("in_caseload", False)),
                fields=["institution", "sort_key", "inscription"],
                name="client_list_no_colleague",
            ),
        ),
    ]
