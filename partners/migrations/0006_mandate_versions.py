"""Mandates get versions: each row becomes a confirmed version, and rows with one address become one mandate.

A version has the primary key of the row it comes from, so `mandate_id` in an older row of the log is the number of the
version that was in force. The mandate of an address is its oldest row. Migration 0007 removes the other rows, after
the app `persons` has pointed its inscriptions to the one that stays.
"""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

VERSIONS = """
INSERT INTO partners_mandateversion (id, mandate_id, status, legal_reference, legal_title, legal_url, blocks, max_months,
  may_register, valid_from, valid_until, is_example, proposed_at, confirmed_at, end_reason)
SELECT id, first_value(id) OVER (PARTITION BY institution_kind, institution_id, capacity ORDER BY id), 'confirmed',
  legal_reference, legal_title, legal_url, blocks, max_months, 'case_worker', valid_from, valid_until, is_example,
  now(), now(), ''
FROM partners_mandate;
INSERT INTO partners_mandateevent (version_id, action, at, user_name, valid_until, reason)
SELECT id, 'confirmed', now(), '', valid_until, '' FROM partners_mandateversion;
SELECT setval(pg_get_serial_sequence('partners_mandateversion', 'id'), coalesce(max(id), 0) + 1, false)
FROM partners_mandateversion;
"""

# A range of one number compares for equality, so that no extension is needed. Deferrable: one statement confirms a
# version and ends the one before it, and PostgreSQL checks a deferrable constraint after the statement, not row by row.
MANDATE_ONCE = """
ALTER TABLE partners_mandate DROP CONSTRAINT mandate_once;
ALTER TABLE partners_mandateversion ADD CONSTRAINT mandate_once EXCLUDE USING gist (
  int8range(mandate_id, mandate_id, '[]') WITH &&,
  daterange(valid_from, valid_until, '[]') WITH &&
) WHERE (status = 'confirmed') DEFERRABLE INITIALLY IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0005_mandate_longest_period")]

    # No reverse: the older shape cannot say who confirmed a version, nor keep its steps.
    operations = [
        migrations.CreateModel(
            name="MandateVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="partners.mandate",
                        verbose_name="machtiging",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "voorgesteld"),
                            ("confirmed", "bevestigd"),
                            ("withdrawn", "ingetrokken"),
                        ],
                        default="proposed",
                        editable=False,
                        max_length=12,
                        verbose_name="toestand",
                    ),
                ),
                (
                    "legal_reference",
                    models.CharField(
                        help_text="bv. Beraadslaging nr. 12/2015", max_length=80, verbose_name="referentie"
                    ),
                ),
                ("legal_title", models.CharField(max_length=250, verbose_name="rechtsgrond")),
                (
                    "legal_url",
                    models.CharField(
                        blank=True,
                        max_length=300,
                        validators=[django.core.validators.URLValidator(schemes=["https", "http"])],
                        verbose_name="vindplaats",
                    ),
                ),
                (
                    "blocks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=48),
                        default=list,
                        size=None,
                        verbose_name="dossieronderdelen",
                    ),
                ),
                (
                    "max_months",
                    models.PositiveSmallIntegerField(
                        default=24,
                        help_text="Een inschrijving duurt ten hoogste zo lang. Ten hoogste 120 maanden.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                        verbose_name="langste inschrijving (maanden)",
                    ),
                ),
                (
                    "may_register",
                    models.CharField(
                        choices=[
                            ("case_worker", "dossierbeheerders"),
                            ("local_administrator", "alleen lokale beheerders"),
                            ("import", "alleen het agentschap, met een cliëntenlijst"),
                        ],
                        default="case_worker",
                        max_length=20,
                        verbose_name="wie schrijft in",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="van")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="tot en met")),
                (
                    "is_example",
                    models.BooleanField(
                        default=False,
                        help_text="De echte beraadslagingen zijn niet openbaar; een voorbeeld is zo gemerkt.",
                        verbose_name="voorbeeld",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="voorgesteld door",
                    ),
                ),
                (
                    "proposed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="voorgesteld op"
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="bevestigd door",
                    ),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="bevestigd op"),
                ),
                (
                    "end_reason",
                    models.CharField(
                        blank=True, editable=False, max_length=250, verbose_name="reden van het einde"
                    ),
                ),
            ],
            options={
                "verbose_name": "versie van een machtiging",
                "verbose_name_plural": "versies van machtigingen",
                "ordering": ["mandate", "-valid_from", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="mandateversion_period_in_order",
                        violation_error_message="Het einde ligt voor het begin.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("max_months__gte", 1), ("max_months__lte", 120)),
                        name="mandateversion_max_months_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["proposed", "confirmed", "withdrawn"])),
                        name="mandateversion_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("may_register__in", ["case_worker", "local_administrator", "import"])
                        ),
                        name="mandateversion_registrar_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "confirmed"), _negated=True),
                            ("confirmed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="mandateversion_confirmed_at_a_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "proposed")),
                        fields=("mandate",),
                        name="mandateversion_one_proposal",
                        violation_error_message="Voor deze machtiging staat al een voorstel open. Bevestig dat eerst, of trek het in.",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="MandateEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="partners.mandateversion",
                        verbose_name="versie",
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("proposed", "voorgesteld"),
                            ("confirmed", "bevestigd"),
                            ("ended", "vroeger beëindigd"),
                            ("succeeded", "opgevolgd door een nieuwe versie"),
                            ("withdrawn", "ingetrokken"),
                        ],
                        max_length=12,
                        verbose_name="stap",
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="tijdstip")),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                ("user_name", models.CharField(blank=True, max_length=201, verbose_name="door")),
                ("valid_until", models.DateField(null=True, verbose_name="tot en met")),
                ("reason", models.CharField(blank=True, max_length=250, verbose_name="reden")),
            ],
            options={
                "verbose_name": "stap in een machtiging",
                "verbose_name_plural": "stappen in machtigingen",
                "ordering": ["-at", "-pk"],
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.RunSQL(VERSIONS),
        migrations.RunSQL(MANDATE_ONCE),
    ]
