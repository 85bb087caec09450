"""A birth date as users type it, and as messages have it: a part that is not known is zero (`1986-00-00`).

Pure functions. No message of an exception repeats the date.
"""

from __future__ import annotations

import datetime
import re
from typing import Literal

from partners.periods import today
from partners.texts import visible

Reason = Literal["date", "future", "short_year"]

_FIRST_YEAR = 1880
_FORMS = [
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<day>\d{1,2})([/.-]|\s+)(?P<month>\d{1,2})([/.-]|\s+)(?P<year>\d{4})",
        r"(?P<year>\d{4})[/-](?P<month>\d{1,2})[/-](?P<day>\d{1,2})",
        r"(?P<month>\d{1,2})[/-](?P<year>\d{4})",
        r"(?P<year>\d{4})-(?P<month>\d{1,2})",
        r"(?P<year>\d{4})",
    )
]
# Only with slashes: 86.03.12 is the beginning of an INSZ.
_SHORT_YEAR = re.compile(r"\d{1,2}/\d{1,2}/\d{2}", re.ASCII)


class InvalidBirthDate(ValueError):
    """The text is meant as a date, and cannot be a birth date.

    `reason` is "date" (no such day), "future", or "short_year" (two digits, so the century is not clear).
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def parse(text: str) -> str | None:
    """Return the date in `text` as `1986-03-12`, or `1986-03` or `1986` when the rest is missing or zero.

    The day goes first, or the year: 12/3/1986, 12-03-1986, 12.3.1986, 1986-03-12, 3/1986, 1986. Return None for other
    text. Raises InvalidBirthDate.
    """
    typed = visible(text).strip()
    if _SHORT_YEAR.fullmatch(typed):
        raise InvalidBirthDate("short_year")
    match = next(filter(None, (form.fullmatch(typed) for form in _FORMS)), None)
    if match is None:
        return None
    parts = match.groupdict()
    year, month, day = (int(parts.get(name) or 0) for name in ("year", "month", "day"))
    try:
        first = datetime.date(year, month or 1, day or 1)
    except ValueError:
        raise InvalidBirthDate("date") from None
    if year < _FIRST_YEAR or (day and not month):
        raise InvalidBirthDate("date")
    if first > today():
        raise InvalidBirthDate("future")
    return "-".join([f"{year:04d}", *(f"{part:02d}" for part in (month, day) if part)])


def written(birth: str) -> str:
    """Return a date of `parse` as users write it: "12/3/1986", "3/1986" or "1986".

    >>> written("1986-03-12")
    '12/3/1986'
    """
    year, *others = birth.split("-")
    return "/".join([*(str(int(part)) for part in reversed(others)), year])
