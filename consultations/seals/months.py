"""Months and moments as the text that `form.place_of` returns. No Django."""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import NamedTuple

from partners.periods import BRUSSELS, months_later

# The month of moments that no calendar has, such as "infinity": only a superuser can write them.
NEVER = datetime.date(9999, 12, 1)


class Month(NamedTuple):
    """A Brussels month, with its bounds in UTC."""

    first: datetime.date
    begins: bytes
    ends: bytes

    def has(self, at: bytes) -> bool:
        """Return True if the moment is in this month; never for `NEVER`."""
        return self.begins <= at < self.ends


@lru_cache
def month_from(first: datetime.date) -> Month:
    """The month that begins on this day; one without bounds for `NEVER`."""
    try:
        return Month(first, _begins(first), _begins(months_later(first, 1)))
    except (ValueError, OverflowError):
        return Month(NEVER, b"", b"")


def month_of(at: bytes) -> Month:
    """The month of a moment; `NEVER` when no calendar has it."""
    try:
        utc = datetime.datetime.fromisoformat(at.decode()).replace(tzinfo=datetime.UTC)
        return month_from(utc.astimezone(BRUSSELS).date().replace(day=1))
    except (ValueError, OverflowError):
        return month_from(NEVER)


def shifted(at: datetime.datetime, by: datetime.timedelta) -> datetime.datetime:
    """A moment moved by a length of time; the first or last one that Python has when there is none."""
    try:
        return at + by
    except OverflowError:
        day = datetime.date.min if by < datetime.timedelta(0) else datetime.date.max
        return datetime.datetime.combine(day, datetime.time(12), datetime.UTC)


def second(at: datetime.datetime) -> bytes:
    """A moment as text, without its fraction."""
    return f"{at.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S}".encode()


def _begins(day: datetime.date) -> bytes:
    return second(datetime.datetime(day.year, day.month, day.day, tzinfo=BRUSSELS))
