"""Days and periods of whole days. No Django: the attendance rule and the readers of messages use them too."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

BRUSSELS: Final = ZoneInfo("Europe/Brussels")


def today() -> date:
    """Return today's date in Brussels. The portal uses no other calendar."""
    return datetime.now(BRUSSELS).date()


def begin_of(day: date) -> datetime:
    """Return the moment at which a day begins in Brussels."""
    return datetime.combine(day, time(), BRUSSELS)


def months_later(day: date, months: int) -> date:
    """Return the same day of the month `months` later, or the last day of that month, as PostgreSQL adds months."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class Period(NamedTuple):
    """The days from `first` to `last`, both included; None leaves that side open.

    In the database a period is a pair of columns: `partners.querysets.covering` is the same rule as a condition.
    """

    first: date | None
    last: date | None

    def covers(self, day: date) -> bool:
        """Return True if `day` is in the period."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)
