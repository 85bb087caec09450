"""Invitations, the last sign-in at an institution, an address for each access, and the roles in the words of the glossary."""

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import partners.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0009_access_steps"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="last_sign_in",
            field=models.DateTimeField(
                editable=False,
                help_text="Het aanmelden waarna de gebruiker hier laatst een bladzijde opende.",
                null=True,
                verbose_name="laatst aangemeld",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="public_id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True
            ),
        ),
        migrations.AlterField(
            model_name="mandateversion",
            name="may_register",
            field=models.CharField(
                choices=[
                    ("case_worker", "medewerkers"),
                    ("local_administrator", "alleen lokale beheerders"),
                    ("import", "alleen het agentschap, met een cliëntenlijst"),
                ],
                default="case_worker",
                max_length=20,
                verbose_name="wie schrijft in",
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("case_worker", "medewerker"),
                    ("local_administrator", "lokale beheerder"),
                    ("privacy_officer", "privacyverantwoordelijke"),
                ],
                default="case_worker",
                max_length=20,
                verbose_name="rol",
            ),
        ),
        migrations.AlterField(
            model_name="membershipevent",
            name="role",
            field=models.CharField(
                choices=[
                    ("case_worker", "medewerker"),
                    ("local_administrator", "lokale beheerder"),
                    ("privacy_officer", "privacyverantwoordelijke"),
                ],
                max_length=20,
                verbose_name="rol",
            ),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("email", partners.fields.NormalEmailField(max_length=254, verbose_name="e-mailadres")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("case_worker", "medewerker"),
                            ("local_administrator", "lokale beheerder"),
                            ("privacy_officer", "privacyverantwoordelijke"),
                        ],
                        max_length=20,
                        verbose_name="rol",
                    ),
                ),
                ("valid_until", models.DateField(verbose_name="toegang tot en met")),
                ("reason", models.CharField(max_length=250, verbose_name="reden")),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                (
                    "invited_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="uitgenodigd op"),
                ),
                ("expires_at", models.DateTimeField(verbose_name="geldig tot")),
                ("accepted_at", models.DateTimeField(null=True, verbose_name="aanvaard op")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="ingetrokken op")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="aanvaard door",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="partners.institution",
                        verbose_name="instelling",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uitgenodigd door",
                    ),
                ),
            ],
            options={
                "verbose_name": "uitnodiging",
                "verbose_name_plural": "uitnodigingen",
                "ordering": ["-invited_at", "-pk"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="invitation_email_lower",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["case_worker", "local_administrator", "privacy_officer"])
                        ),
                        name="invitation_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_at__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"
                        ),
                        name="invitation_one_outcome",
                    ),
                ],
            },
        ),
    ]
