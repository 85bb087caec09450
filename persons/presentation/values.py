"""How single values of a message read on the screen: dates, periods, yes and no.

A `Value` also has the spelling of the message, so that a page can carry both. Texts are in the language of the
request; texts of a message are never translated or marked up here. Figures are written by the same functions as
on the client list (`persons.formats`): percentages are cut, never rounded up.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from django.utils import dateformat, timezone
from django.utils.formats import get_format

from partners.periods import today

from ..attendance import Unit, Units
from ..formats import NBSP, clock, day, units
from ..language import gettext, per_language

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)


class Form(StrEnum):
    """How a value is written in HTML: plain, as a time element, as a data element, or as a remark beside one."""

    TEXT = "text"
    DATE = "date"
    DATA = "data"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a dossier: the `text` to read, the `raw` spelling of the message when that differs, and the
    `code` beside the text (the code of a name)."""

    text: str
    raw: str = ""
    code: str = ""
    form: Form = Form.TEXT


# Values that read as one: both days of a period, a value and the remarks about it.
Values = tuple[Value, ...]


@per_language
def day_text(date: datetime.date) -> str:
    """Return a day in words: "2 februari 2026"."""
    return day(date)


@per_language
def table_day(date: datetime.date) -> str:
    """Return a day for a table of many: "ma 2-2-2026"."""
    written = dateformat.format(date, get_format("SHORT_DATE_FORMAT"))
    return f"{dateformat.format(date, 'D').lower()} {written}"


@per_language
def units_text(amount: Units, unit: Unit) -> str:
    """Return lesson time in its own unit: "52 u 48", "45 min", "12 lestijden"."""
    if not amount and unit is Unit.MINUTE:
        return gettext("%(hours)s u").replace(" ", NBSP) % {"hours": 0}
    return units(amount, unit)


def moment_text(moment: datetime.datetime) -> str:
    """Return a moment in Brussels: "vandaag om 06.12 uur", "22 november 2026 om 06.12 uur"."""
    date = timezone.localdate(moment)
    words = {"day": day_text(date), "time": clock(moment)}
    if date == today():
        return gettext("vandaag om %(time)s") % words
    return gettext("%(day)s om %(time)s") % words


@lru_cache(maxsize=8192)
def as_date(text: str) -> datetime.date | None:
    """Return the day written as yyyy-mm-dd; None when it is incomplete (1991-00-00), open or no date."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, number = map(int, match.groups())
    if year in (0, 9999):
        return None
    try:
        return datetime.date(year, month, number)
    except ValueError:
        return None


def is_impossible(text: str) -> bool:
    """Return True for a date that never was, as 1990-02-30; False for one that is incomplete, open or no date."""
    match = _DATE.fullmatch(text)
    if match is None or as_date(text) is not None:
        return False
    year, month, number = match.groups()
    return year not in ("0000", "9999") and not {month, number} & {"00", "99"}


def date_value(text: str) -> Value:
    """Return a date of a message in words; an incomplete one as received, and an impossible one with a mark."""
    date = as_date(text)
    if date is not None:
        return Value(day_text(date), raw=text, form=Form.DATE)
    if is_impossible(text):
        return Value(gettext("%(date)s (bestaat niet)") % {"date": text})
    return Value(text)


def birth_text(received: str) -> str:
    """Return the date of birth in words, as far as it is known: day, month, year or nothing at all."""
    date = as_date(received)
    if date is not None:
        return gettext("geboren op %(day)s") % {"day": day_text(date)}
    if is_impossible(received):
        return gettext("geboren op %(date)s zoals ontvangen (die dag bestaat niet)") % {"date": received}
    match = _DATE.fullmatch(received)
    if match is None or match[1] in ("0000", "9999"):
        return gettext("geboortedatum onbekend")
    if "01" <= match[2] <= "12":
        month = dateformat.format(datetime.date(int(match[1]), int(match[2]), 1), "F Y")
        return gettext("geboren in %(month)s (dag onbekend)") % {"month": month}
    return gettext("geboren in %(year)s (dag en maand onbekend)") % {"year": match[1]}


def yes_no(yes: bool, raw: str) -> Value:
    """Return yes or no in words."""
    return Value(gettext("ja") if yes else gettext("nee"), raw=raw, form=Form.DATA)


def period_values(first: str, last: str) -> Values:
    """Return a period of a message from its two dates as received; one of them may be missing."""
    if first and last:
        return date_value(first), Value("–"), date_value(last)
    if first:
        return Value(gettext("vanaf")), date_value(first)
    return Value(gettext("tot en met")), date_value(last)


@per_language
def period_text(first: datetime.date | None, last: datetime.date | None) -> str:
    """Return a period in words, the year once where that is enough: "12 januari – 30 juni 2026"; "" without days."""
    if first and last:
        if first == last:
            return day_text(first)
        begin = dateformat.format(first, "j F") if first.year == last.year else day_text(first)
        return f"{begin} – {day_text(last)}"
    if first:
        return gettext("vanaf %(day)s") % {"day": day_text(first)}
    if last:
        return gettext("tot en met %(day)s") % {"day": day_text(last)}
    return ""
