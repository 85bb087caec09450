"""Hashes of numbers, shields, and who may look all the same: what the rules above every mandate read."""

import django.db.models.deletion
import django.utils.timezone
import partners.periods
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0013_own_numbers"),
        ("persons", "0024_housing_and_own_courses"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HashKey",
            fields=[
                ("id", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("key_id", models.CharField(blank=True, max_length=16)),
            ],
            options={
                "verbose_name": "sleutel van de hashes",
                "verbose_name_plural": "sleutels van de hashes",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", True)), name="hash_key_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberHash",
            fields=[
                (
                    "insz",
                    models.CharField(max_length=11, primary_key=True, serialize=False, verbose_name="INSZ"),
                ),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "verbose_name": "hash van een nummer",
                "verbose_name_plural": "hashes van nummers",
                "default_permissions": (),
                "indexes": [models.Index(fields=["hash"], name="number_hash")],
            },
        ),
        migrations.CreateModel(
            name="OwnFileReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="tijdstip")),
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "account van een cliënt",
                "verbose_name_plural": "accounts van cliënten",
                "ordering": ["-at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="NamedLooker",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("insz", models.CharField(max_length=11, verbose_name="INSZ")),
                ("reason", models.CharField(max_length=250, verbose_name="reden")),
                ("valid_from", models.DateField(default=partners.periods.today, verbose_name="van")),
                ("valid_until", models.DateField(verbose_name="tot en met")),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="gemaakt op"),
                ),
                ("ended_at", models.DateTimeField(null=True, verbose_name="beëindigd op")),
                (
                    "end_reason",
                    models.CharField(blank=True, max_length=250, verbose_name="reden van het einde"),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="beëindigd door",
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
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="door",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="collega",
                    ),
                ),
            ],
            options={
                "verbose_name": "wie mag kijken",
                "verbose_name_plural": "wie mag kijken",
                "ordering": ["-made_at", "-pk"],
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["insz", "user"], name="named_looker_number")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("insz__regex", "^[0-9]{11}$")), name="named_looker_insz_digits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="named_looker_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("valid_from"))),
                        name="named_looker_period_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            models.Q(("end_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="named_looker_end_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Shield",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("insz", models.CharField(max_length=11, verbose_name="INSZ")),
                ("reason", models.CharField(max_length=250, verbose_name="reden")),
                ("valid_from", models.DateField(default=partners.periods.today, verbose_name="van")),
                ("valid_until", models.DateField(verbose_name="tot en met")),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="gemaakt op"),
                ),
                ("ended_at", models.DateTimeField(null=True, verbose_name="beëindigd op")),
                (
                    "end_reason",
                    models.CharField(blank=True, max_length=250, verbose_name="reden van het einde"),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="beëindigd door",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.institution",
                        verbose_name="instelling",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="door",
                    ),
                ),
            ],
            options={
                "verbose_name": "afscherming",
                "verbose_name_plural": "afschermingen",
                "ordering": ["-made_at", "-pk"],
                "abstract": False,
                "default_permissions": ("view", "add"),
                "indexes": [models.Index(fields=["insz"], name="shield_number")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("insz__regex", "^[0-9]{11}$")), name="shield_insz_digits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="shield_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("valid_from"))),
                        name="shield_period_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            models.Q(("end_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="shield_end_has_reason",
                    ),
                ],
            },
        ),
        # Numbers of before have no hash yet: the web process does not start until `rehash_numbers` made them.
        migrations.RunSQL(
            "INSERT INTO persons_hashkey (id, key_id) SELECT true, ''"
            " WHERE EXISTS (SELECT FROM persons_person) OR EXISTS (SELECT FROM persons_inscription)",
            migrations.RunSQL.noop,
        ),
    ]
