"""An institution that ended may have a successor: merged municipalities, for instance."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0010_invitations")]

    operations = [
        migrations.AddField(
            model_name="institution",
            name="ended_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="laatste dag"),
        ),
        migrations.AddField(
            model_name="institution",
            name="successor",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="predecessors",
                to="partners.institution",
                verbose_name="opvolger",
            ),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("successor__isnull", True),
                    models.Q(
                        ("ended_on__isnull", False),
                        models.Q(("successor", models.F("pk")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="institution_successor_follows",
            ),
        ),
    ]
