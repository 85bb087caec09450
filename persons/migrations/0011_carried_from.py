"""An inscription says which one it took over: under a replaced number, or of an institution that it succeeds."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0011_successors"), ("persons", "0010_faster_registering")]

    operations = [
        migrations.AddField(
            model_name="inscription",
            name="carried_from",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="persons.inscription",
            ),
        ),
        migrations.AlterField(
            model_name="inscriptionevent",
            name="what",
            field=models.CharField(
                choices=[
                    ("registered", "ingeschreven"),
                    ("extended", "verlengd"),
                    ("ended", "beëindigd"),
                    ("withdrawn", "ingetrokken als vergissing"),
                    ("carried_over", "overgenomen"),
                    ("merged", "samengevoegd"),
                ],
                max_length=12,
                verbose_name="stap",
            ),
        ),
    ]
