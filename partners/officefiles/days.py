"""Days as people and spreadsheets write them."""

from __future__ import annotations

import datetime
import re

from django.utils.translation import gettext as _

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
        raise InvalidDay(
            _(
                "Het nummer van een dag in een rekenblad; geef de kolom de opmaak van een datum en bewaar opnieuw."
            )
        )
    elif _SHORT_YEAR.fullmatch(text):
        raise InvalidDay(_("Het jaartal heeft twee cijfers; schrijf ze alle vier."))
    else:
        raise InvalidDay(_("Geen datum; schrijf d/m/jjjj of jjjj-mm-dd."))
    if month > 12:
        raise InvalidDay(
            _("De maand is hoger dan 12; een datum is dag/maand/jaar. Schrijf d/m/jjjj of jjjj-mm-dd.")
        )
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise InvalidDay(_("Deze dag bestaat niet; schrijf d/m/jjjj of jjjj-mm-dd.")) from None
