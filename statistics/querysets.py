"""Querysets of imported counts, closing days, expectations, monthly reports and published months."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q


class ImportedCountQuerySet(models.QuerySet):
    def of_months(self, measure: str, first: datetime.date, until: datetime.date) -> ImportedCountQuerySet:
        """Return the numbers of `measure` from month `first` up to but not including `until` (first days of months)."""
        return self.filter(measure=measure, month__gte=first, month__lt=until)


class ClosingDayQuerySet(models.QuerySet):
    def on_working_days(self, calendar: str, first: datetime.date, last: datetime.date) -> ClosingDayQuerySet:
        """Return the closing days of `calendar` on Monday to Friday, from `first` to `last` inclusive."""
        return self.filter(calendar=calendar, day__range=(first, last), day__iso_week_day__lte=5)


class ExpectationQuerySet(models.QuerySet):
    def touching(self, first: datetime.date, last: datetime.date) -> ExpectationQuerySet:
        """Return those that count in a month from `first` to `last` (first days of months, both included)."""
        return self.filter(Q(last_month=None) | Q(last_month__gte=first), first_month__lte=last)


class CarefulReportQuerySet(models.QuerySet):
    def latest_versions(self) -> CarefulReportQuerySet:
        """Return the last version of each institution and month."""
        return self.order_by("institution_id", "month", "-version").distinct("institution_id", "month")


class PublishedMonthQuerySet(models.QuerySet):
    def latest_versions(self) -> PublishedMonthQuerySet:
        """Return the last version of each month, the newest month first."""
        return self.order_by("-month", "-version").distinct("month")
