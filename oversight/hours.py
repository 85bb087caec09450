"""The hours in which an institution works, to tell which looks were outside them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from partners.models import Institution

SATURDAY = 6  # of ISO weeks, which begin on Monday


@dataclass(frozen=True)
class Hours:
    """From `opens` until just before `closes`, in Brussels, from Monday to Friday. Holidays are ordinary days."""

    opens: datetime.time
    closes: datetime.time

    @classmethod
    def of(cls, institution: Institution) -> Hours:
        """Return the hours of an institution, which the agency changes on its page."""
        return cls(institution.opens_at, institution.closes_at)

    @property
    def outside(self) -> Q:
        """The condition that the moment `at` of a row is outside these hours. In Python: `is_outside`."""
        return Q(at__iso_week_day__gte=SATURDAY) | Q(at__time__lt=self.opens) | Q(at__time__gte=self.closes)

    def is_outside(self, moment: datetime.datetime) -> bool:
        """Return True if `moment`, an aware one, is outside these hours. In SQL: `outside`."""
        return self.is_outside_at(timezone.localtime(moment))

    def is_outside_at(self, local: datetime.datetime) -> bool:
        """Return True if `local`, a date and time in Brussels, is outside these hours."""
        return local.isoweekday() >= SATURDAY or not self.opens <= local.time() < self.closes
