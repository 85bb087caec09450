"""Count wrong passwords in a table of the portal (partners/slowing.py), in place of the tables of django-axes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0007_one_mandate_for_each_address"),
    ]

    operations = [
        migrations.RunSQL(
            "DROP TABLE IF EXISTS axes_accessattemptexpiration, axes_accessattempt, axes_accessfailurelog, axes_accesslog",
            migrations.RunSQL.noop,
        ),
        migrations.CreateModel(
            name="FailedSignIns",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.CharField(max_length=320, verbose_name="e-mailadres")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("device", "een browser waarin de gebruiker zich eerder aanmeldde"),
                            ("address", "onbekende browsers op één netwerkadres"),
                            ("all", "alle onbekende browsers samen"),
                        ],
                        max_length=8,
                        verbose_name="bron",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=32)),
                ("failures", models.PositiveIntegerField(default=0, verbose_name="foute wachtwoorden")),
                ("since", models.DateTimeField(verbose_name="sinds")),
                ("last_at", models.DateTimeField(verbose_name="laatste")),
                ("until", models.DateTimeField(verbose_name="wacht tot")),
            ],
            options={
                "verbose_name": "vertraagde aanmelding",
                "verbose_name_plural": "vertraagde aanmeldingen",
                "ordering": ["-until", "email", "kind"],
                "default_permissions": ["view", "change"],
                "constraints": [
                    models.UniqueConstraint(fields=("email", "kind", "source"), name="failed_sign_ins_once")
                ],
            },
        ),
    ]
