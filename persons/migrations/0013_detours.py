import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0011_successors"),
        ("persons", "0012_caseloads"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("insz", models.CharField(max_length=11, verbose_name="INSZ")),
                (
                    "third_party",
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
                        verbose_name="gevraagd aan",
                    ),
                ),
                ("asked_on", models.DateField(verbose_name="gevraagd op")),
                ("answered_on", models.DateField(null=True, verbose_name="beantwoord op")),
                ("has_result", models.BooleanField(null=True, verbose_name="met resultaat")),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "aanvraag via een derde",
                "verbose_name_plural": "aanvragen via een derde",
                "ordering": ["asked_on", "pk"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("insz__regex", "^[0-9]{11}$")), name="accessrequest_insz_digits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "third_party__in",
                                [
                                    "reception_office",
                                    "agency",
                                    "school",
                                    "hvn",
                                    "ocmw",
                                    "vdab",
                                    "client",
                                    "software_supplier",
                                    "other",
                                ],
                            )
                        ),
                        name="accessrequest_third_party_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_on__isnull", True), ("has_result__isnull", True)),
                            models.Q(
                                ("answered_on__gte", models.F("asked_on")), ("has_result__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="accessrequest_answer_after_question",
                    ),
                    models.UniqueConstraint(
                        fields=("institution", "asked_on", "insz", "third_party"), name="accessrequest_once"
                    ),
                ],
            },
        ),
    ]
