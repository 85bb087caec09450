"""Figures on the first page of the admin: this month, last month, and institutions that opened no file."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Min, Q

from partners.enums import AccessStatus
from partners.models import Institution, Membership
from partners.periods import today

from ..figures import CONSULTATION, Figure
from .counting import first_month, last_days, monthly, next_month

QUIET_DAYS = 30


@dataclass(frozen=True)
class MonthSoFar:
    """The totals of all institutions in the running month and the month before; None where there are no data."""

    month: datetime.date
    this: int | None
    before: datetime.date
    last: int | None


@dataclass(frozen=True)
class Quiet:
    """An institution with access that opened no file lately. `last` is the last day it did, None for never."""

    institution: Institution
    since: datetime.date
    last: datetime.date | None


def this_month(figure: Figure) -> MonthSoFar:
    """Return the totals of all institutions for the running Brussels month so far and the month before."""
    month = today().replace(day=1)
    before = (month - datetime.timedelta(days=1)).replace(day=1)
    counts = monthly(figure, before, next_month(month))
    begins = first_month()

    def total(first_day: datetime.date) -> int | None:
        numbers = [number for (_institution, day), number in counts.items() if day == first_day]
        if not numbers and (begins is None or first_day < begins):
            return None
        return sum(numbers)

    return MonthSoFar(month, total(month), before, total(before))


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
