"""Check a public statement (parliamentary question 191 of 2015) against the number of working days."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from ..enums import Calendar
from ..figures import REPORTED_EXCHANGE
from .calendar import WorkingDays, working_days
from .counting import monthly

FIRST, LAST = datetime.date(2015, 9, 1), datetime.date(2015, 11, 30)
PER_DAY = 70_000  # "meer dan 70.000 per werkdag", answer to written question 191 of 14 December 2015


@dataclass(frozen=True)
class Quotient:
    """The total per working day of one calendar, rounded."""

    days: WorkingDays
    per_day: Decimal


@dataclass(frozen=True)
class Quoted:
    """The total of the period, and its number per working day by each calendar.

    `most_days` is the largest number of days for which the total is still more than `claimed` a day; `at_most_days` is
    the number per day then.
    """

    first: datetime.date
    last: datetime.date
    total: int
    claimed: int
    quotients: tuple[Quotient, ...]
    most_days: int
    at_most_days: int


def quoted(year: int) -> Quoted | None:
    """Return the statement on September to November 2015, or None for another year or without the imported months.

    Needs the agency's scope, because the statement is about all institutions together.
    """
    if year != FIRST.year:
        return None
    counts = monthly(REPORTED_EXCHANGE, FIRST, LAST + datetime.timedelta(days=1))
    if {month.month for _institution, month in counts} != {9, 10, 11}:
        return None
    total = sum(counts.values())
    if total <= PER_DAY:
        return None
    by_calendar = [working_days(FIRST, LAST, calendar) for calendar in (*Calendar, None)]
    most = (total - 1) // PER_DAY
    return Quoted(
        first=FIRST,
        last=LAST,
        total=total,
        claimed=PER_DAY,
        quotients=tuple(
            Quotient(days, per_day) for days in by_calendar if (per_day := days.per_day(total)) is not None
        ),
        most_days=most,
        at_most_days=total // most,
    )
