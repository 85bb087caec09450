"""The weekly mail that a case worker asked for."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("caseload", "0003_room_for_verdicts"),
        ("partners", "0011_successors"),
    ]

    operations = [
        migrations.CreateModel(
            name="WeeklyMail",
            fields=[
                (
                    "membership",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="weekly_mail",
                        serialize=False,
                        to="partners.membership",
                    ),
                ),
                ("language", models.CharField(max_length=8, verbose_name="taal")),
                ("sent_on", models.DateField(null=True, verbose_name="laatst verstuurd op")),
            ],
            options={
                "verbose_name": "wekelijkse mail",
                "verbose_name_plural": "wekelijkse mails",
                "default_permissions": (),
            },
        ),
    ]
