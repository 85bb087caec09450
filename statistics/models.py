"""Counts from the log (the roll-up), imported counts, closing days and lead times. No table here names a person.

The web role reads the roll-up only through the database functions in `sql/`. They add the rows of the log that are not
in the roll-up yet, and let an institution see its own counts only.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.fields import OneLineField
from partners.models import Institution

from .enums import Calendar, Measure, PortalWait
from .querysets import ClosingDayQuerySet, ImportedCountQuerySet


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


class CountFile(models.Model):
    """A file with counts of another source that an administrator uploaded: checked first, and then imported.

    Only a file without mistakes is stored, and it stays as evidence of the counts that came from it.
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
        verbose_name = _("bestand met aantallen")
        verbose_name_plural = _("bestanden met aantallen")
        ordering = ["-added_at", "-pk"]
        default_permissions = ("view", "add", "delete")
        constraints = [
            models.CheckConstraint(
                condition=Q(imported_at=None, imported_by=None)
                | Q(imported_at__isnull=False, imported_by__isnull=False),
                name="count_file_imported_by_someone",
            )
        ]

    def __str__(self) -> str:
        return self.name


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


class ClosingDay(models.Model):
    """A day on which the offices of a calendar are closed. Saturdays and Sundays need no row.

    Each year has its own rows, so adding or removing a day does not change other years.
    """

    calendar = models.CharField(
        _("kalender"), max_length=20, choices=Calendar, default=Calendar.FLEMISH_GOVERNMENT
    )
    day = models.DateField(_("dag"))
    name = models.CharField(_("naam"), max_length=80)

    objects = ClosingDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("sluitingsdag")
        verbose_name_plural = _("sluitingsdagen")
        ordering = ["-day", "calendar", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "day"],
                name="closing_day_once",
                violation_error_message=_("Deze dag staat al in deze kalender."),
            ),
            models.CheckConstraint(
                condition=Q(calendar__in=Calendar.values), name="closing_day_calendar_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}"

    def clean(self) -> None:
        """Raise ValidationError at the day if the calendar has it already."""
        if ClosingDay.objects.filter(calendar=self.calendar, day=self.day).exclude(pk=self.pk).exists():
            raise ValidationError({"day": _("Deze dag staat al in deze kalender.")})


class Wait(models.Model):
    """A wait of the portal that ended: from registration to the first look or dossier, or an answered question.

    `subject_id` is the inscription or the question, so that each counts once; there is no foreign key, because a
    question goes with its dossier and its wait stays. The roll-up adds first looks, triggers add the others. The web
    role reads none of them: `statistics_lead_times` returns numbers.
    """

    way = models.CharField(max_length=20, choices=PortalWait)
    subject_id = models.BigIntegerField()
    institution_id = models.BigIntegerField()
    began_on = models.DateField()
    ended_on = models.DateField()

    class Meta:
        verbose_name = _("doorlooptijd")
        verbose_name_plural = _("doorlooptijden van omwegen")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["way", "subject_id"], name="wait_once"),
            models.CheckConstraint(condition=Q(way__in=PortalWait.values), name="wait_way_known"),
            models.CheckConstraint(condition=Q(ended_on__gte=models.F("began_on")), name="wait_in_order"),
        ]
        indexes = [
            models.Index(
                fields=["ended_on"], include=["way", "institution_id", "began_on"], name="wait_ended"
            )
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.began_on} – {self.ended_on}"
