"""What was counted: the roll-up of the log, counts from outside, closing days. No person appears here.

The web role reads the roll-up through database functions only (migration 0002): they add the live tail of the log
and let an institution see nothing but itself.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Institution

from .enums import Calendar, Measure
from .querysets import ClosingDayQuerySet, ImportedCountQuerySet


class Count(models.Model):
    """How many rows of the log share institution, channel, kind and outcome within a period.

    No foreign key: the log outlives institutions, and looks of somebody without an institution count too.
    Written by the database function `statistics_roll_up` alone.
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
    """The roll-up by Brussels day: when an institution last looked is read from it."""

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
    """The roll-up by Brussels month, so that a year of all institutions costs the same however long the log is.

    Its name on the screen is that of the page in the admin that shows it.
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
            # A year of one figure is read from here alone.
            models.Index(
                fields=["kind", "outcome", "channel", "month"],
                include=["institution_id", "number"],
                name="monthly_count_figure",
            )
        ]


class ImportedCount(models.Model):
    """A number that another source states for an institution and a month, kept as stated, with its source.

    A month without a row is a month without data; a row of 0 is zero.
    """

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="imported_counts", verbose_name=_("instelling")
    )
    month = models.DateField(_("maand"), help_text=_("Eerste dag van de maand."))
    measure = models.CharField(_("wat"), max_length=16, choices=Measure)
    number = models.PositiveBigIntegerField(_("aantal"))
    source = models.CharField(_("bron"), max_length=500)
    imported_at = models.DateTimeField(_("ingevoerd op"), default=timezone.now, editable=False)

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


class ClosingDay(models.Model):
    """A day on which the offices of a calendar are closed. Saturdays and Sundays need no row.

    Each year has its own rows, so a day that is added or dropped from some year on leaves the others as they were.
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
        """Raises ValidationError at the day when it stands in the calendar already."""
        if ClosingDay.objects.filter(calendar=self.calendar, day=self.day).exclude(pk=self.pk).exists():
            raise ValidationError({"day": _("Deze dag staat al in deze kalender.")})
