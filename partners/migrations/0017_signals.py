"""Signals for privacy officers, and stops of the looks of an account."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0016_heartbeats")]

    operations = [
        migrations.CreateModel(
            name="Signal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("escape", "noodinzage"),
                            ("many_escapes", "veel noodinzages door één collega"),
                            ("limit", "veel meer inzages dan gewoon werk vraagt"),
                            ("refusals", "veel geweigerde inzages"),
                            ("own_file_report", "een collega is hier ook cliënt"),
                        ],
                        max_length=16,
                        verbose_name="soort",
                    ),
                ),
                (
                    "reference",
                    models.CharField(editable=False, max_length=10, unique=True, verbose_name="kenmerk"),
                ),
                ("look", models.UUIDField(editable=False, null=True)),
                (
                    "raised_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="tijdstip"
                    ),
                ),
                ("times", models.PositiveIntegerField(default=1, editable=False, verbose_name="keer")),
                ("mailed_at", models.DateTimeField(editable=False, null=True, verbose_name="gemaild op")),
                (
                    "handled_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="afgehandeld op"),
                ),
                (
                    "handled_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="afgehandeld door",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.institution",
                        verbose_name="instelling",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "signaal",
                "verbose_name_plural": "signalen",
                "ordering": ["-raised_at", "-pk"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("handled_at__isnull", True)),
                        fields=["institution"],
                        name="signal_open_at_institution",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["escape", "many_escapes", "limit", "refusals", "own_file_report"],
                            )
                        ),
                        name="signal_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handled_at__isnull", True), ("handled_by__isnull", True)),
                            models.Q(("handled_at__isnull", False), ("handled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="signal_handled_by_someone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LookStop",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("escape", "noodinzage"),
                            ("many_escapes", "veel noodinzages door één collega"),
                            ("limit", "veel meer inzages dan gewoon werk vraagt"),
                            ("refusals", "veel geweigerde inzages"),
                            ("own_file_report", "een collega is hier ook cliënt"),
                        ],
                        max_length=16,
                        verbose_name="reden",
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="sinds")),
                ("until", models.DateTimeField(verbose_name="tot")),
            ],
            options={
                "verbose_name": "tijdelijk gestopte inzages",
                "verbose_name_plural": "tijdelijk gestopte inzages",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["limit", "refusals"])), name="look_stop_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("since"))), name="look_stop_lasts"
                    ),
                ],
            },
        ),
    ]
