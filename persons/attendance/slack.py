"""Slack: how many lessons to come may be missed, and with which lesson the norm is lost if all of them are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from operator import itemgetter

from .lessons import Units

# A lesson to come: its day and its length.
Coming = tuple[date, Units]


def may_miss(coming: Sequence[Coming], spare: Units) -> int:
    """Return the largest number of lessons of which any may be missed, if the others are attended.

    `spare` is the units that may still be missed; 0 or more. Any k lessons may be missed exactly when the k longest
    may.
    """
    longest = sorted([units for _, units in coming], reverse=True)
    for number, units in enumerate(longest):
        spare -= units
        if spare < 0:
            return number
    return len(longest)


def decides_on(coming: Iterable[Coming], spare: Units) -> date | None:
    """Return the day of the lesson with which more than `spare` units are missed, if all are missed from now on.

    None when all of them together may be missed.
    """
    for day, units in sorted(coming, key=itemgetter(0)):
        spare -= units
        if spare < 0:
            return day
    return None
