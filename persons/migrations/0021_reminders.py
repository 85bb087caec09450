"""Reminders of clients; the view of the own looks has a model only."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0011_successors"),
        ("persons", "0020_name_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnLook",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(editable=False, verbose_name="tijdstip")),
                (
                    "place",
                    models.BigIntegerField(editable=False, help_text="Microseconden, voor de volgorde."),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("file", "dossier geopend"),
                            ("section", "onderdeel opengeklapt"),
                            ("list", "lijst bekeken"),
                            ("search", "gezocht"),
                            ("pasted_list", "geplakte lijst opgezocht"),
                            ("export", "uitgevoerd naar een bestand"),
                            ("print", "afgedrukt"),
                            ("follow", "gevolgd of niet meer gevolgd"),
                            ("hand_over", "cliënten aan een collega gegeven"),
                            ("registration", "ingeschreven"),
                            ("extension", "inschrijving verlengd"),
                            ("ending", "inschrijving beëindigd"),
                            ("inscription", "inschrijving bekeken"),
                            ("log_reading", "logboek gelezen"),
                            ("access_request", "aanvraag via een derde genoteerd of bekeken"),
                            ("question", "vraag over een gegeven gesteld, bekeken of beantwoord"),
                            ("set_aside", "opzijgezette berichten bekeken"),
                            ("upload", "cliëntenlijst opgeladen of nagekeken"),
                            ("reminder", "herinnering gezet, bekeken of afgewerkt"),
                        ],
                        max_length=16,
                        verbose_name="wat",
                    ),
                ),
                ("capacity", models.CharField(max_length=24, verbose_name="hoedanigheid")),
                ("inscription_id", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "eigen inzage",
                "verbose_name_plural": "eigen inzagen",
                "db_table": "persons_ownlook",
                "ordering": ["-place", "-id"],
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("insz", models.CharField(max_length=11, verbose_name="INSZ")),
                ("day", models.DateField(verbose_name="dag")),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("call_client", "cliënt bellen"),
                            ("call_school", "school bellen"),
                            ("certificate", "attest vragen"),
                            ("talk", "gesprek"),
                            ("extend", "inschrijving verlengen"),
                            ("check_file", "dossier nakijken"),
                            ("letter", "brief"),
                            ("other", "andere"),
                        ],
                        max_length=16,
                        verbose_name="onderwerp",
                    ),
                ),
                ("set_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="gezet op")),
                ("done_at", models.DateTimeField(null=True, verbose_name="gedaan op")),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.institution",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="gezet door",
                    ),
                ),
            ],
            options={
                "verbose_name": "herinnering",
                "verbose_name_plural": "herinneringen",
                "ordering": ["day", "pk"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["institution", "day", "insz", "id"],
                        name="reminder_by_day",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("insz__regex", "^[0-9]{11}$")), name="reminder_insz_digits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "subject__in",
                                [
                                    "call_client",
                                    "call_school",
                                    "certificate",
                                    "talk",
                                    "extend",
                                    "check_file",
                                    "letter",
                                    "other",
                                ],
                            )
                        ),
                        name="reminder_subject_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=("institution", "insz", "day", "subject"),
                        name="reminder_once",
                    ),
                ],
            },
        ),
    ]
