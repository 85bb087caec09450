import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("partners", "0008_failed_sign_ins"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("case_worker", "medewerker"),
                            ("local_administrator", "lokale beheerder"),
                            ("privacy_officer", "privacyverantwoordelijke"),
                        ],
                        max_length=24,
                    ),
                ),
                ("file_name", models.CharField(max_length=100, verbose_name="bestand")),
                ("read_as", models.CharField(help_text="Hoe het bestand gelezen werd.", max_length=100)),
                (
                    "is_complete",
                    models.BooleanField(
                        default=False,
                        help_text="Cliënten die er niet in staan, worden voorgesteld om te beëindigen.",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checked", "na te kijken"),
                            ("running", "bezig"),
                            ("done", "klaar"),
                            ("stopped", "gestopt"),
                        ],
                        default="checked",
                        max_length=8,
                    ),
                ),
                ("end_reason", models.CharField(blank=True, max_length=250)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="opgeladen op"),
                ),
                (
                    "progressed_at",
                    models.DateTimeField(help_text="Wanneer het laatste deel klaar was.", null=True),
                ),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.institution",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "opgeladen cliëntenlijst",
                "verbose_name_plural": "opgeladen cliëntenlijsten",
                "ordering": ["-created_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="UploadRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField(verbose_name="rij")),
                ("insz", models.CharField(blank=True, max_length=11, verbose_name="INSZ")),
                (
                    "capacity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("in_onderzoek", "Dossier in onderzoek"),
                            ("leefloon", "Leefloon"),
                            ("equivalent_leefloon", "Equivalent leefloon"),
                            ("andere_hulp", "Andere hulp"),
                            ("schuldbemiddeling", "Schuldbemiddeling"),
                            ("andere_begeleiding", "Andere begeleiding"),
                            ("werkzoekende", "Werkzoekende"),
                            ("sociale_huurder", "Sociale huurder"),
                            ("kandidaat_huurder", "Kandidaat-huurder"),
                            ("cursist", "Cursist NT2"),
                            ("inburgeraar", "Inburgeraar"),
                        ],
                        max_length=24,
                        verbose_name="hoedanigheid",
                    ),
                ),
                ("valid_from", models.DateField(null=True, verbose_name="van")),
                ("valid_until", models.DateField(null=True, verbose_name="tot en met")),
                ("reason", models.CharField(blank=True, max_length=250, verbose_name="reden")),
                ("proof", models.CharField(blank=True, max_length=250, verbose_name="bewijs")),
                ("inscription", models.UUIDField(null=True)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("registered", "nieuw"),
                            ("brought_forward", "eindigt vroeger: laatste dag wordt vervroegd"),
                            ("exists", "staat er al, niets te doen"),
                            ("double", "dubbel in het bestand"),
                            ("wrong", "fout"),
                            ("missing", "staat niet in het bestand: beëindigen?"),
                        ],
                        max_length=16,
                    ),
                ),
                ("field", models.CharField(blank=True, max_length=16)),
                ("mistake", models.CharField(blank=True, max_length=300)),
                ("chosen", models.BooleanField(default=False)),
                ("outcome", models.CharField(blank=True, max_length=16)),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="caseload.upload"
                    ),
                ),
            ],
            options={
                "verbose_name": "rij van een cliëntenlijst",
                "verbose_name_plural": "rijen van cliëntenlijsten",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(fields=["institution", "-created_at"], name="uploads_latest"),
        ),
        migrations.AddIndex(
            model_name="uploadrow",
            index=models.Index(fields=["upload", "id"], name="upload_rows_in_order"),
        ),
    ]
