"""Working days: Monday to Friday, minus the closing days of a named calendar."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..enums import Calendar
from ..models import ClosingDay


@dataclass(frozen=True)
class WorkingDays:
    """The number of working days in a period (first and last day included), by a calendar.

    `closed` are the closing days on a weekday. `covered` is False if the calendar has no closing day at all in some
    year of the period: only weekends are left out then.
    """

    first: datetime.date
    last: datetime.date
    calendar: Calendar | None
    number: int
    closed: tuple[ClosingDay, ...]
    covered: bool

    def per_day(self, total: int) -> Decimal | None:
        """Return `total` per working day, rounded half up to a whole number, or to a tenth below 100.

        None if there is no working day.
        """
        if not self.number:
            return None
        if not total:
            return Decimal(0)
        if total >= 100 * self.number:
            return Decimal(rounded(total, self.number))
        return Decimal(rounded(total * 10, self.number)).scaleb(-1)


def rounded(numerator: int, denominator: int) -> int:
    """Return the quotient of two positive whole numbers, rounded half up to a whole number."""
    return (2 * numerator + denominator) // (2 * denominator)


def weekdays(first: datetime.date, last: datetime.date) -> int:
    """Return the number of Mondays to Fridays from `first` to `last` inclusive; 0 if `last` is before `first`."""
    days = (last - first).days + 1
    if days <= 0:
        return 0
    weeks, rest = divmod(days, 7)
    return weeks * 5 + sum((first.weekday() + extra) % 7 < 5 for extra in range(rest))


def working_days(first: datetime.date, last: datetime.date, calendar: Calendar | None) -> WorkingDays:
    """Return the working days from `first` to `last` inclusive. Without `calendar`, every Monday to Friday counts."""
    [days] = working_days_of([(first, last)], calendar)
    return days


def working_days_of(
    periods: Sequence[tuple[datetime.date, datetime.date]], calendar: Calendar | None
) -> list[WorkingDays]:
    """Return `working_days` of each period, in two queries for all of them."""
    if not periods or calendar is None:
        return [WorkingDays(a, b, calendar, weekdays(a, b), (), True) for a, b in periods]
    earliest, latest = min(a for a, _ in periods), max(b for _, b in periods)
    closings = list(ClosingDay.objects.on_working_days(calendar, earliest, latest).order_by("day"))
    years = {day.year for day in ClosingDay.objects.filter(calendar=calendar).dates("day", "year")}
    results = []
    for first, last in periods:
        closed = tuple(closing for closing in closings if first <= closing.day <= last)
        covered = years.issuperset(range(first.year, last.year + 1))
        number = max(weekdays(first, last) - len(closed), 0)
        results.append(WorkingDays(first, last, calendar, number, closed, covered))
    return results
