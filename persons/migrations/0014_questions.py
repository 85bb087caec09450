import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0011_successors"),
        ("persons", "0013_detours"),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("insz", models.CharField(max_length=11, verbose_name="INSZ")),
                ("block", models.CharField(max_length=48, verbose_name="dossieronderdeel")),
                ("item_key", models.CharField(max_length=120)),
                ("item_text", models.CharField(max_length=300, verbose_name="gegeven")),
                ("item_digest", models.BinaryField(max_length=32)),
                (
                    "supplier_kbo",
                    models.CharField(max_length=10, verbose_name="ondernemingsnummer van de leverancier"),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("attended", "de cliënt was aanwezig"),
                            ("justified", "de cliënt had een geldige reden (attest)"),
                            ("not_there", "de cliënt volgt deze cursus of les niet"),
                            ("moment", "dag, uur of periode klopt niet"),
                            ("twice", "het staat er dubbel"),
                            ("outdated", "het gegeven is verouderd"),
                            ("wrong", "het gegeven is fout"),
                        ],
                        max_length=12,
                        verbose_name="reden",
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="gevraagd op"),
                ),
                ("due_on", models.DateField(verbose_name="ten laatste op")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("changed", "aangepast"), ("stays", "blijft"), ("unknown", "onbekend")],
                        max_length=8,
                        verbose_name="antwoord",
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True, verbose_name="beantwoord op")),
                (
                    "changed_at",
                    models.DateTimeField(null=True, verbose_name="aangepast door een nieuw bericht op"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="persons.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "vraag over een gegeven",
                "verbose_name_plural": "vragen over gegevens",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="QuestionAsker",
            fields=[
                (
                    "question",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="asker",
                        serialize=False,
                        to="persons.question",
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=30, verbose_name="uw dossiernummer")),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "steller van een vraag",
                "verbose_name_plural": "stellers van vragen",
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["person"], name="question_person"),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["supplier_kbo", "due_on"], name="question_supplier"),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(
                condition=models.Q(("answer", ""), ("changed_at__isnull", True)),
                fields=["insz"],
                name="question_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("insz__regex", "^[0-9]{11}$")), name="question_insz_digits"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("supplier_kbo__regex", "^[0-9]{10}$")), name="question_supplier_digits"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        ["attended", "justified", "not_there", "moment", "twice", "outdated", "wrong"],
                    )
                ),
                name="question_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at__isnull", True)),
                    models.Q(("answer__in", ["changed", "stays", "unknown"]), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="question_answer_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionasker",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference__regex", "^[A-Za-z0-9 ./_-]*$")),
                name="questionasker_reference_is_no_text",
            ),
        ),
    ]
