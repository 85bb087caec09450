"""The days on which the offices of a calendar are closed."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..enums import Calendar
from ..querysets import (
    ClosingDayQuerySet,
)


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
