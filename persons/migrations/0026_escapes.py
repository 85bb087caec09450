"""Escapes: a file for one user for some hours without an inscription, and what the privacy officer finds of them."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0017_signals"),
        ("persons", "0025_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelTable(
            name="personuserobjectpermission",
            table="persons_user_grant",
        ),
        migrations.CreateModel(
            name="Escape",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("user_name", models.CharField(max_length=201, verbose_name="door")),
                ("insz", models.CharField(max_length=11, verbose_name="INSZ")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            (
                                "urgent_aid",
                                "Dringende hulpvraag: de inschrijving kan niet wachten op een onderzoek",
                            ),
                            ("household", "Sociaal onderzoek bij iemand van het gezin van een cliënt"),
                            (
                                "job_interview",
                                "Gesprek vandaag met iemand die nog niet als werkzoekende is ingeschreven",
                            ),
                            ("allocation", "Toewijzing van een woning vandaag"),
                            ("tenancy", "Dringende vraag over de taalkennis van een huurder"),
                            ("course_start", "Plaatsing in een cursus die vandaag of morgen begint"),
                            (
                                "at_the_desk",
                                "Inburgeraar aan de balie met een dringende vraag over het traject",
                            ),
                            ("safety", "Gevaar voor de betrokkene of voor iemand anders"),
                        ],
                        max_length=16,
                        verbose_name="reden",
                    ),
                ),
                ("explanation", models.CharField(max_length=255, verbose_name="toelichting")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="begonnen")),
                ("ends_at", models.DateTimeField(verbose_name="eindigt")),
                ("due_on", models.DateField(verbose_name="na te kijken ten laatste op")),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.institution",
                        verbose_name="instelling",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.mandateversion",
                        verbose_name="versie van de machtiging",
                    ),
                ),
            ],
            options={
                "verbose_name": "noodinzage",
                "verbose_name_plural": "noodinzages",
                "ordering": ["-at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="EscapeReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("justified", "terecht"),
                            ("not_justified", "niet terecht"),
                            ("unclear", "onduidelijk"),
                        ],
                        max_length=16,
                        verbose_name="oordeel",
                    ),
                ),
                ("note", models.CharField(max_length=500, verbose_name="nota")),
                ("user_name", models.CharField(max_length=201, verbose_name="door")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="tijdstip")),
                (
                    "escape",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="persons.escape",
                        verbose_name="noodinzage",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "oordeel over een noodinzage",
                "verbose_name_plural": "oordelen over noodinzages",
                "ordering": ["-at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="escape",
            index=models.Index(fields=["institution", "-at"], name="escape_of_institution"),
        ),
        migrations.AddIndex(
            model_name="escape",
            index=models.Index(fields=["user", "at"], name="escape_of_user"),
        ),
        migrations.AddConstraint(
            model_name="escape",
            constraint=models.CheckConstraint(
                condition=models.Q(("insz__regex", "^[0-9]{11}$")), name="escape_insz_digits"
            ),
        ),
        migrations.AddConstraint(
            model_name="escape",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        [
                            "urgent_aid",
                            "household",
                            "job_interview",
                            "allocation",
                            "tenancy",
                            "course_start",
                            "at_the_desk",
                            "safety",
                        ],
                    )
                ),
                name="escape_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="escape",
            constraint=models.CheckConstraint(
                condition=models.Q(("explanation__regex", "^.{10,255}$")), name="escape_has_explanation"
            ),
        ),
        migrations.AddConstraint(
            model_name="escape",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("at"))), name="escape_hours_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="escapereview",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", ["justified", "not_justified", "unclear"])),
                name="review_verdict_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="escapereview",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", ""), _negated=True), name="review_has_note"
            ),
        ),
    ]
