"""Days as people and spreadsheets write them."""

from __future__ import annotations

import datetime
import re

_MIDNIGHT = r"(?:[ T]0?0:00(?::00(?:\.0+)?)?)?"
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}){_MIDNIGHT}")
_DAY_FIRST = re.compile(rf"([0-9]{{1,2}})([/.-])([0-9]{{1,2}})\2([0-9]{{4}}){_MIDNIGHT}")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{2}")
_DAY_NUMBER = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")


class InvalidDay(ValueError):
    """The text is not a day. The message is a sentence that says why, and never repeats the text."""


def read_day(text: str) -> datetime.date:
    """Return the day written as YYYY-MM-DD, d/m/yyyy, d-m-yyyy or d.m.yyyy. 3/4/2026 is 3 April.

    A time of midnight after it is left out. Raises InvalidDay for anything else: a year of two digits, another time,
    or the number of a day (46327), which a spreadsheet shows where the column is not formatted as a date.
    """
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = int(match[1]), int(match[3]), int(match[4])
    elif _DAY_NUMBER.fullmatch(text):
        raise InvalidDay("The number of a day in a spreadsheet; format the column as a date and save again.")
    elif _SHORT_YEAR.fullmatch(text):
        raise InvalidDay("The year has two digits; write all four.")
    else:
        raise InvalidDay("Not a date; write YYYY-MM-DD or d/m/yyyy.")
    if month > 12:
        raise InvalidDay(
            "The month is over 12; dates are read as day/month/year. Write YYYY-MM-DD or d/m/yyyy."
        )
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise InvalidDay("No such day; write YYYY-MM-DD or d/m/yyyy.") from None
