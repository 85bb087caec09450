"""What the first page of the admin counts: the last thirteen months, and what ends soon."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from partners.enums import Role
from partners.models import MandateVersion, Membership
from partners.periods import months_later, today
from partners.querysets import ENDING_SOON, MANDATE_ENDING_SOON

from ..figures import Figure
from .counting import first_month, monthly, next_month

RECENT = 13  # months in the chart


@dataclass(frozen=True)
class RecentMonths:
    """The totals of all institutions in the running Brussels month and the twelve before it, the oldest first.

    A count is None in months without data. `begins` is the month in which the log begins, None without a log.
    """

    months: tuple[datetime.date, ...]
    counts: tuple[int | None, ...]
    begins: datetime.date | None

    @property
    def is_empty(self) -> bool:
        """True if no month has data."""
        return not any(count is not None for count in self.counts)


@dataclass(frozen=True)
class EndingAccess:
    """Access in force that ends within thirty days and that nothing follows: how much, and at how many institutions.

    `last_administrators` counts the institutions that then have no local administrator left.
    """

    number: int
    institutions: int
    last_administrators: int


def recent_months(figure: Figure) -> RecentMonths:
    """Return the totals of the last thirteen months. Raises CountedElsewhere."""
    running = today().replace(day=1)
    months = tuple(months_later(running, back) for back in range(-RECENT + 1, 1))
    totals = dict.fromkeys(months, 0)
    for (_institution, month), number in monthly(figure, months[0], next_month(running)).items():
        totals[month] += number
    begins = first_month()
    counts = tuple(totals[month] if begins is not None and month >= begins else None for month in months)
    return RecentMonths(months, counts, begins)


def ending_access() -> EndingAccess:
    """Count the access that ends soon, in one statement."""
    day = today()
    later = Membership.objects.confirmed().filter(
        institution=OuterRef("institution"),
        role=Role.LOCAL_ADMINISTRATOR,
        user__is_active=True,
        valid_until__gt=OuterRef("valid_until"),
    )
    counts = (
        Membership.objects.in_force(day)
        .ending(day, day + ENDING_SOON)
        .annotate(has_later=Exists(later))
        .aggregate(
            number=Count("pk"),
            institutions=Count("institution", distinct=True),
            last_administrators=Count(
                "institution", distinct=True, filter=Q(role=Role.LOCAL_ADMINISTRATOR, has_later=False)
            ),
        )
    )
    return EndingAccess(**counts)


def ending_mandates() -> list[MandateVersion]:
    """Return the versions of mandates in force that end within ninety days and that nothing follows, by last day."""
    day = today()
    return list(
        MandateVersion.objects.in_force(day)
        .ending(day, day + MANDATE_ENDING_SOON)
        .select_related("mandate__institution")
        .order_by("valid_until", "mandate", "pk")
    )
