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
    """How many working days a period has (first and last day included), and by which calendar.

    `closed` are the closing days that took a weekday away. `covered` is False when the calendar holds no closing
    day at all for some year of the period: then the number is one of weekdays only.
    """

    first: datetime.date
    last: datetime.date
    calendar: Calendar | None
    number: int
    closed: tuple[ClosingDay, ...]
    covered: bool

    def per_day(self, total: int) -> Decimal | None:
        """`total` per working day, rounded half up: to a whole number, below 100 to a tenth; None without one.

        Nothing is 0, as everywhere.
        """
        if not self.number:
            return None
        if not total:
            return Decimal(0)
        if total >= 100 * self.number:
            return Decimal(rounded(total, self.number))
        return Decimal(rounded(total * 10, self.number)).scaleb(-1)


def rounded(numerator: int, denominator: int) -> int:
    """The quotient of two positive whole numbers, rounded half up to a whole number."""
    return (2 * numerator + denominator) // (2 * denominator)


def weekdays(first: datetime.date, last: datetime.date) -> int:
    """The number of Mondays to Fridays from `first` to `last`, both included; 0 when they are reversed."""
    days = (last - first).days + 1
    if days <= 0:
        return 0
    weeks, rest = divmod(days, 7)
    return weeks * 5 + sum((first.weekday() + extra) % 7 < 5 for extra in range(rest))


def working_days(first: datetime.date, last: datetime.date, calendar: Calendar | None) -> WorkingDays:
    """The working days from `first` to `last`, both included; `calendar` None counts every Monday to Friday."""
    [found] = working_days_of([(first, last)], calendar)
    return found


def working_days_of(
    periods: Sequence[tuple[datetime.date, datetime.date]], calendar: Calendar | None
) -> list[WorkingDays]:
    """`working_days` of several periods, in two queries whatever their number."""
    if not periods or calendar is None:
        return [WorkingDays(a, b, calendar, weekdays(a, b), (), True) for a, b in periods]
    earliest, latest = min(a for a, _ in periods), max(b for _, b in periods)
    closings = list(ClosingDay.objects.on_working_days(calendar, earliest, latest).order_by("day"))
    filled = {day.year for day in ClosingDay.objects.filter(calendar=calendar).dates("day", "year")}
    answer = []
    for first, last in periods:
        closed = tuple(closing for closing in closings if first <= closing.day <= last)
        covered = filled.issuperset(range(first.year, last.year + 1))
        number = max(weekdays(first, last) - len(closed), 0)
        answer.append(WorkingDays(first, last, calendar, number, closed, covered))
    return answer
