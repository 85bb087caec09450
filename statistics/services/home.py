"""What the first page of the admin counts: the last thirteen months, what ends soon, and who opened no file."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Exists, Min, OuterRef, Q

from partners.enums import AccessStatus, Role
from partners.models import Institution, MandateVersion, Membership
from partners.periods import months_later, today
from partners.querysets import ENDING_SOON, MANDATE_ENDING_SOON

from ..figures import CONSULTATION, Figure
from .counting import first_month, last_days, monthly, next_month

QUIET_DAYS = 30
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


@dataclass(frozen=True)
class Quiet:
    """An institution with access that opened no file lately. `last` is the last day it did, None for never."""

    institution: Institution
    since: datetime.date
    last: datetime.date | None


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


def quiet_institutions(figure: Figure = CONSULTATION) -> list[Quiet] | None:
    """Return institutions with users who have access today, but that opened no file for thirty days.

    The longest silence comes first. Institutions whose first access began less than thirty days ago are left out; what
    was only proposed is no access.
    None while the log is younger than thirty days: it cannot show earlier use.
    """
    now = today()
    since = now - datetime.timedelta(days=QUIET_DAYS)
    begins = first_month()
    if begins is None or begins > since:
        return None
    with_access = Membership.objects.in_force(now).values("institution_id")
    institutions = {
        institution.pk: institution
        for institution in Institution.objects.active()
        .filter(pk__in=with_access)
        .annotate(since=Min("memberships__valid_from", filter=Q(memberships__status=AccessStatus.CONFIRMED)))
        .filter(since__lte=since)
    }
    days = last_days(figure, institutions, since)
    quiet = [
        Quiet(institution, institution.since, days.get(pk))
        for pk, institution in institutions.items()
        if (last := days.get(pk)) is None or last < since
    ]
    return sorted(quiet, key=lambda entry: (entry.last or datetime.date.min, entry.institution.name))
