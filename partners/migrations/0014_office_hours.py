import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    """The hours in which an institution works: the privacy officer sees which looks were outside them."""

    dependencies = [("partners", "0013_own_numbers")]

    operations = [
        migrations.AddField(
            model_name="institution",
            name="opens_at",
            field=models.TimeField(
                db_default=datetime.time(7),
                default=datetime.time(7),
                help_text="Van maandag tot en met vrijdag. Een inzage op een ander uur valt op in het logboek.",
                verbose_name="kantooruren van",
            ),
        ),
        migrations.AddField(
            model_name="institution",
            name="closes_at",
            field=models.TimeField(
                db_default=datetime.time(19), default=datetime.time(19), verbose_name="kantooruren tot"
            ),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_at__gt", models.F("opens_at"))),
                name="institution_closes_after_opening",
                violation_error_message="De kantooruren eindigen voor ze beginnen.",
            ),
        ),
    ]
