"""A detour can be corrected and withdrawn; each step is an event."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0011_successors"),
        ("persons", "0016_ended_and_replaced"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessRequestEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("answered", "beantwoord"),
                            ("corrected", "verbeterd"),
                            ("withdrawn", "ingetrokken als vergissing"),
                        ],
                        max_length=12,
                        verbose_name="stap",
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="tijdstip")),
                ("user_name", models.CharField(blank=True, max_length=201, verbose_name="door")),
                (
                    "old_third_party",
                    models.CharField(
                        choices=[
                            ("reception_office", "onthaalbureau (IN-Gent, Atlas, Amal)"),
                            ("agency", "agentschap"),
                            ("school", "school of centrum (CVO, CBE)"),
                            ("hvn", "Huis van het Nederlands"),
                            ("ocmw", "ander OCMW"),
                            ("vdab", "VDAB"),
                            ("client", "de cliënt zelf"),
                            ("software_supplier", "softwareleverancier"),
                            ("other", "andere"),
                        ],
                        max_length=20,
                        verbose_name="gevraagd aan, ervoor",
                    ),
                ),
                ("old_asked_on", models.DateField(verbose_name="gevraagd op, ervoor")),
                ("old_answered_on", models.DateField(null=True, verbose_name="beantwoord op, ervoor")),
                ("old_has_result", models.BooleanField(null=True, verbose_name="met resultaat, ervoor")),
            ],
            options={
                "verbose_name": "stap van een aanvraag via een derde",
                "verbose_name_plural": "stappen van aanvragen via een derde",
                "ordering": ["-at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.RemoveConstraint(
            model_name="accessrequest",
            name="accessrequest_once",
        ),
        migrations.AddField(
            model_name="accessrequest",
            name="withdrawn_at",
            field=models.DateTimeField(null=True, verbose_name="ingetrokken"),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("institution", "asked_on", "insz", "third_party"),
                name="accessrequest_once",
            ),
        ),
        migrations.AddField(
            model_name="accessrequestevent",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="persons.accessrequest",
                verbose_name="aanvraag",
            ),
        ),
        migrations.AddField(
            model_name="accessrequestevent",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="account",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrequestevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("what__in", ["answered", "corrected", "withdrawn"])),
                name="accessrequestevent_step_known",
            ),
        ),
    ]
