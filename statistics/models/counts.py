"""Counts from the log (the roll-up), and counts of other sources, imported from files."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.fields import OneLineField
from partners.models import Institution

from ..enums import Measure
from ..querysets import (
    ImportedCountQuerySet,
)


class Count(models.Model):
    """The number of log rows with the same institution, channel, kind and outcome in a period.

    There is no foreign key: the log outlives institutions, and rows without an institution count too. Only the database
    function `statistics_roll_up` writes these tables.
    """

    institution_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=8)
    kind = models.CharField(max_length=16)
    outcome = models.CharField(max_length=8)
    number = models.PositiveIntegerField()

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.channel} {self.kind} {self.outcome}: {self.number}"


class DailyCount(Count):
    """The roll-up by Brussels day, for the last day on which an institution opened a file."""

    day = models.DateField()

    class Meta(Count.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "day", "channel", "kind", "outcome"],
                nulls_distinct=False,
                name="daily_count_once",
            )
        ]
        indexes = [models.Index(fields=["day"], name="daily_count_day")]


class MonthlyCount(Count):
    """The roll-up by Brussels month: the cost of reading a year does not depend on the length of the log.

    Its verbose name is the title of the admin page that shows it.
    """

    month = models.DateField(help_text=_("Eerste dag van de maand."))

    class Meta(Count.Meta):
        verbose_name = _("maandelijkse raadplegingen")
        verbose_name_plural = _("maandelijkse raadplegingen per instelling")
        permissions = [
            ("view_monthly", "Can see the monthly figures of every institution"),
            ("view_home", "Can see the figures on the home page of the admin"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["institution_id", "month", "channel", "kind", "outcome"],
                nulls_distinct=False,
                name="monthly_count_once",
            )
        ]
        indexes = [
            # Covers reading a year of one figure.
            models.Index(
                fields=["kind", "outcome", "channel", "month"],
                include=["institution_id", "number"],
                name="monthly_count_figure",
            )
        ]


class StoredFile(models.Model):
    """A file that an administrator uploaded: checked first, and then imported.

    Only a file without mistakes is stored, and it stays as evidence of what came from it.
    """

    name = OneLineField(_("bestand"), max_length=120)
    source = OneLineField(_("bron"), max_length=500)
    content = models.BinaryField()
    added_at = models.DateTimeField(_("opgeladen op"), default=timezone.now, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("opgeladen door")
    )
    imported_at = models.DateTimeField(_("ingevoerd op"), null=True, editable=False)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("ingevoerd door"),
    )

    class Meta:
        abstract = True
        ordering = ["-added_at", "-pk"]
        default_permissions = ("view", "add", "delete")

    def __str__(self) -> str:
        return self.name


IMPORTED_BY_SOMEONE = Q(imported_at=None, imported_by=None) | Q(
    imported_at__isnull=False, imported_by__isnull=False
)


class CountFile(StoredFile):
    """A file with counts of another source."""

    class Meta(StoredFile.Meta):
        verbose_name = _("bestand met aantallen")
        verbose_name_plural = _("bestanden met aantallen")
        constraints = [
            models.CheckConstraint(condition=IMPORTED_BY_SOMEONE, name="count_file_imported_by_someone")
        ]


class ImportedCount(models.Model):
    """A number for an institution and a month from another source, stored as stated, with that source.

    A month without a row has no data; a row with 0 means zero. `file` is empty for a count that a command imported.
    """

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="imported_counts", verbose_name=_("instelling")
    )
    month = models.DateField(_("maand"), help_text=_("Eerste dag van de maand."))
    measure = models.CharField(_("wat"), max_length=16, choices=Measure)
    number = models.PositiveBigIntegerField(_("aantal"))
    source = models.CharField(_("bron"), max_length=500)
    imported_at = models.DateTimeField(_("ingevoerd op"), default=timezone.now, editable=False)
    file = models.ForeignKey(
        CountFile,
        on_delete=models.PROTECT,
        related_name="counts",
        null=True,
        editable=False,
        verbose_name=_("bestand"),
    )

    objects = ImportedCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("ingevoerd aantal")
        verbose_name_plural = _("ingevoerde aantallen")
        ordering = ["month", "institution__name", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["institution", "month", "measure"], name="imported_count_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="imported_count_month_starts_on_first"),
            models.CheckConstraint(
                condition=Q(measure__in=Measure.values), name="imported_count_measure_known"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="imported_count_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.month:%Y-%m}: {self.number}"


class EarlierCount(models.Model):
    """The number that an imported count had before it was corrected. Only a trigger writes it."""

    count = models.ForeignKey(ImportedCount, on_delete=models.CASCADE, related_name="earlier")
    number = models.PositiveBigIntegerField(_("aantal"))
    source = models.CharField(_("bron"), max_length=500)
    imported_at = models.DateTimeField(_("ingevoerd op"))
    replaced_at = models.DateTimeField(_("vervangen op"))

    class Meta:
        verbose_name = _("eerder aantal")
        verbose_name_plural = _("eerdere aantallen")
        ordering = ["-replaced_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.number)
