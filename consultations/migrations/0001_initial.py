import consultations.fields
import consultations.models
import django.contrib.postgres.fields
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Consultation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="tijdstip"
                    ),
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
                            ("registration", "ingeschreven"),
                            ("log_reading", "logboek gelezen"),
                        ],
                        max_length=16,
                        verbose_name="wat",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("portal", "portaal"),
                            ("machine", "toepassing over MAGDA"),
                            ("command", "opdracht"),
                        ],
                        max_length=8,
                        verbose_name="kanaal",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("shown", "getoond"),
                            ("empty", "niets gevonden"),
                            ("refused", "geweigerd"),
                            ("aborted", "afgebroken"),
                        ],
                        max_length=8,
                        verbose_name="uitkomst",
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_membership", "geen toegang tot deze instelling"),
                            ("role", "de rol laat dit niet toe"),
                            ("not_visible", "geen inschrijving in kracht"),
                            ("no_permission", "geen objectrecht"),
                        ],
                        max_length=32,
                        verbose_name="regel",
                    ),
                ),
                ("user_id", models.BigIntegerField(null=True)),
                ("user_name", models.CharField(blank=True, max_length=201, verbose_name="gebruiker")),
                ("role", models.CharField(blank=True, max_length=20, verbose_name="rol")),
                ("institution_id", models.BigIntegerField(null=True)),
                ("mandate_id", models.BigIntegerField(null=True)),
                ("capacity", models.CharField(blank=True, max_length=24, verbose_name="hoedanigheid")),
                ("legal_basis", models.CharField(blank=True, max_length=400, verbose_name="rechtsgrond")),
                ("inscription_id", models.BigIntegerField(null=True)),
                ("insz", models.CharField(blank=True, max_length=11, verbose_name="INSZ")),
                (
                    "target",
                    models.CharField(
                        blank=True,
                        help_text="Bij een weigering: het gevraagde adres.",
                        max_length=64,
                        verbose_name="gevraagd",
                    ),
                ),
                ("term", models.CharField(blank=True, max_length=100, verbose_name="zoekterm")),
                (
                    "numbers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=11),
                        default=list,
                        size=None,
                        verbose_name="gevraagde nummers",
                    ),
                ),
                (
                    "blocks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=48),
                        default=list,
                        size=None,
                        verbose_name="onderdelen",
                    ),
                ),
                (
                    "shown",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=11),
                        default=list,
                        size=None,
                        verbose_name="getoond",
                    ),
                ),
                ("purpose", models.CharField(blank=True, max_length=250, verbose_name="doel")),
                ("reason", models.CharField(blank=True, max_length=250, verbose_name="reden")),
                (
                    "request_id",
                    models.UUIDField(
                        default=consultations.fields.CurrentRequestId, editable=False, null=True
                    ),
                ),
                (
                    "parent_id",
                    models.UUIDField(
                        help_text="De rij van het dossier waarin dit onderdeel openging.", null=True
                    ),
                ),
                ("escape_id", models.BigIntegerField(null=True)),
                ("salt", models.BinaryField(default=consultations.models.new_salt, max_length=16)),
                (
                    "xid",
                    consultations.fields.TransactionIdField(
                        default=consultations.fields.CurrentTransactionId, editable=False
                    ),
                ),
            ],
            options={
                "verbose_name": "raadpleging",
                "verbose_name_plural": "raadplegingen",
                "db_table": "consultations_consultation",
                "managed": False,
                "default_permissions": (),
            },
        ),
    ]
