"""When the invented users work: Monday to Friday, from eight to five, less in holidays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache

from partners.periods import BRUSSELS, months_later

from ..generator.dice import Dice
from ..generator.schooldays import free_days, public_holidays

_OPENS, _CLOSES = 8 * 60 + 5, 16 * 60 + 55  # minutes after midnight
_NOON, _AFTERNOON = 12 * 60, 13 * 60
_WEEKDAYS = (1.15, 1.1, 0.9, 1.05, 0.8)


def first_day(today: date) -> date:
    """Return the first day of the invented use: that of the same month a year ago."""
    return months_later(today.replace(day=1), -12)


def is_working_day(day: date) -> bool:
    """Return True on Monday to Friday, except on a public holiday."""
    return day.weekday() < 5 and day.toordinal() not in public_holidays(day.year)


def working_days(first: date, last: date) -> list[date]:
    """Return the working days from `first` to `last`, both included."""
    days = (first + timedelta(days=distance) for distance in range((last - first).days + 1))
    return [day for day in days if is_working_day(day)]


def last_working_day(today: date) -> date:
    """Return the last working day before `today`. Nothing is invented for today itself."""
    return before(today - timedelta(days=1))


@cache
def before(day: date) -> date:
    """Return `day`, or the last working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def busyness(day: date) -> float:
    """Return how much is done on a working day, where 1 is an ordinary one."""
    if (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 3):
        share = 0.35
    elif day.month in {7, 8}:
        share = 0.5
    else:
        share = 0.75 if day.toordinal() in free_days(day.year) else 1.0
    return share * _WEEKDAYS[day.weekday()]


def moment(day: date, dice: Dice) -> datetime:
    """Return a moment of the working hours of `day` in Brussels, more often before noon."""
    first, last = (_OPENS, _NOON) if dice.chance(0.6) else (_AFTERNOON, _CLOSES)
    minute = dice.between(first, last)
    clock = time(minute // 60, minute % 60, dice.between(0, 59), dice.between(0, 999) * 1000)
    return datetime.combine(day, clock, BRUSSELS)


def pick_day(days: Iterable[date], dice: Dice) -> date:
    """Return one of these days, busy ones more often."""
    days = list(days)
    while True:
        day = dice.pick(days)
        if dice.chance(busyness(day) / 1.15):
            return day
