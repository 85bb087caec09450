"""What the agency sees first: this month, last month, who has not looked."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Min

from partners.models import Institution, Membership, today

from ..figures import CONSULTATION, Figure
from .counting import first_month, last_days, monthly

QUIET_DAYS = 30


@dataclass(frozen=True)
class MonthSoFar:
    """All institutions together, in the running month and in the one before; None where there are no data."""

    month: datetime.date
    this: int | None
    before: datetime.date
    last: int | None


@dataclass(frozen=True)
class Quiet:
    """An institution with access that has not looked for a while; `last` is the last day it did, None for never."""

    institution: Institution
    since: datetime.date
    last: datetime.date | None


def this_month(figure: Figure) -> MonthSoFar:
    """The running Brussels month so far and the one before it, of all institutions together."""
    month = today().replace(day=1)
    before = (month - datetime.timedelta(days=1)).replace(day=1)
    counted = monthly(figure, before, (month + datetime.timedelta(days=32)).replace(day=1))
    begins = first_month()

    def sum_of(wanted: datetime.date) -> int | None:
        numbers = [
            number for (_institution, counted_month), number in counted.items() if counted_month == wanted
        ]
        if not numbers and (begins is None or wanted < begins):
            return None
        return sum(numbers)

    return MonthSoFar(month, sum_of(month), before, sum_of(before))


def quiet_institutions(figure: Figure = CONSULTATION) -> list[Quiet] | None:
    """Institutions of which somebody may look today and nobody did for thirty days, longest silent first.

    Only those whose first membership began at least thirty days ago: access of last week says nothing yet. None
    while the log itself is younger: who looked before it began is not known.
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
        .annotate(since=Min("memberships__valid_from"))
        .filter(since__lte=since)
    }
    looked = last_days(figure, institutions, since)
    quiet = [
        Quiet(institution, institution.since, looked.get(pk))
        for pk, institution in institutions.items()
        if (last := looked.get(pk)) is None or last < since
    ]
    return sorted(quiet, key=lambda entry: (entry.last or datetime.date.min, entry.institution.name))
