"""What the agency expects of the use, and the numbers of clients that it depends on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.enums import InstitutionKind
from partners.fields import OneLineField
from partners.models import Institution

from ..enums import Basis
from ..querysets import (
    ExpectationQuerySet,
)
from .counts import IMPORTED_BY_SOMEONE, StoredFile


class ClientCount(models.Model):
    """How many clients an institution had in a Brussels month: numbers with an inscription that counted on a day of it.

    Each number counts once, also when the KBI has no dossier of it yet. A month without a row has no data; a row with 0
    means that no client was inscribed. Only the database function `statistics_count_clients` writes this table: it
    counts the running month until today, and once more when the month is over (`is_final`); then the row stays.
    """

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="client_counts", verbose_name=_("instelling")
    )
    month = models.DateField(_("maand"), help_text=_("Eerste dag van de maand."))
    number = models.PositiveIntegerField(_("aantal"))
    counted_at = models.DateTimeField(_("geteld op"))
    is_final = models.BooleanField(_("definitief"))

    class Meta:
        verbose_name = _("aantal cliënten")
        verbose_name_plural = _("aantallen cliënten")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["institution", "month"], name="client_count_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="client_count_month_starts_on_first"),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.month:%Y-%m}: {self.number}"


class ExpectationFile(StoredFile):
    """A file with expectations."""

    class Meta(StoredFile.Meta):
        verbose_name = _("bestand met verwachtingen")
        verbose_name_plural = _("bestanden met verwachtingen")
        constraints = [
            models.CheckConstraint(condition=IMPORTED_BY_SOMEONE, name="expectation_file_imported_by_someone")
        ]


class Expectation(models.Model):
    """How many consultations the agency expects of an institution, or of each institution of a kind, in a month.

    It counts from `first_month` to `last_month`, both included; without a last month until another one replaces it. Of
    two for the same institution or kind the one that was added last counts. One of the institution itself goes before
    one of its kind (`services.targets` in `expected`). Rows are only added: what was expected before stays on record
    with its author and date.

    Below `bottleneck_share` per cent of it, the use is a bottleneck.
    """

    institution = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="expectations",
        verbose_name=_("instelling"),
    )
    kind = models.CharField(
        _("soort instelling"),
        max_length=16,
        blank=True,
        choices=InstitutionKind,
        help_text=_("Geldt voor elke instelling van deze soort die geen eigen verwachting heeft."),
    )
    first_month = models.DateField(_("van maand"))
    last_month = models.DateField(_("tot en met maand"), null=True, blank=True)
    basis = models.CharField(_("grondslag"), max_length=12, choices=Basis, default=Basis.MONTHLY)
    number = models.DecimalField(_("aantal"), max_digits=9, decimal_places=2, null=True, blank=True)
    bottleneck_share = models.PositiveSmallIntegerField(
        _("knelpunt onder (%)"),
        default=50,
        help_text=_("Onder dit deel van de verwachting is het gebruik een knelpunt."),
    )
    source = OneLineField(
        _("bron"), max_length=500, help_text=_("Bijvoorbeeld “Plan 2026 van het agentschap”.")
    )
    added_at = models.DateTimeField(_("ingevoerd op"), default=timezone.now, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("ingevoerd door"),
    )
    file = models.ForeignKey(
        ExpectationFile,
        on_delete=models.PROTECT,
        related_name="expectations",
        null=True,
        editable=False,
        verbose_name=_("bestand"),
    )

    objects = ExpectationQuerySet.as_manager()

    class Meta:
        verbose_name = _("verwachting")
        verbose_name_plural = _("verwachtingen")
        ordering = ["-added_at", "-pk"]
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(
                condition=Q(institution__isnull=False, kind="")
                | Q(institution__isnull=True, kind__in=InstitutionKind.values),
                name="expectation_of_institution_or_kind",
                violation_error_message=_("Kies een instelling of een soort, niet allebei."),
            ),
            models.CheckConstraint(
                condition=Q(first_month__day=1) & (Q(last_month=None) | Q(last_month__day=1)),
                name="expectation_months_start_on_first",
            ),
            models.CheckConstraint(
                condition=Q(last_month=None) | Q(last_month__gte=F("first_month")),
                name="expectation_period_in_order",
                violation_error_message=_("De periode eindigt voor ze begint."),
            ),
            models.CheckConstraint(
                condition=Q(basis=Basis.NONE, number=None)
                | Q(basis__in=[Basis.MONTHLY, Basis.PER_CLIENT], number__gte=0),
                name="expectation_number_fits_basis",
                violation_error_message=_("Deze grondslag vraagt een aantal, “geen verwachting” geen."),
            ),
            models.CheckConstraint(
                condition=Q(bottleneck_share__range=(1, 100)),
                name="expectation_share_is_percentage",
                violation_error_message=_("Een percentage van 1 tot en met 100."),
            ),
            models.CheckConstraint(condition=~Q(source=""), name="expectation_has_source"),
        ]

    def __str__(self) -> str:
        scope = self.institution.name if self.institution else self.get_kind_display()
        return f"{scope} {self.first_month:%Y-%m}: {self.get_basis_display()}"


class DeviationNote(models.Model):
    """What the agency notes about the use of an institution in a month, beside its expectation. Rows are only added.

    The institution reads it too.
    """

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="deviation_notes", verbose_name=_("instelling")
    )
    month = models.DateField(_("maand"), help_text=_("Eerste dag van de maand."))
    text = OneLineField(
        _("nota"),
        max_length=500,
        help_text=_("Waarom het gebruik afwijkt. De instelling leest dit ook; noem geen personen."),
    )
    added_at = models.DateTimeField(_("geschreven op"), default=timezone.now, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("geschreven door"),
    )

    class Meta:
        verbose_name = _("nota bij een afwijking")
        verbose_name_plural = _("nota's bij afwijkingen")
        ordering = ["-month", "-added_at", "-pk"]
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="deviation_note_month_starts_on_first"),
            models.CheckConstraint(condition=~Q(text=""), name="deviation_note_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.month:%Y-%m}"
