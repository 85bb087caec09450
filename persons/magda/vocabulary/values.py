"""The allowed values in a message (dates, times, numbers, codes), and the shape of an element."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from typing import Any, Final

# Caches of valid values are emptied at this size, so that no message can fill the memory with them.
_ROOM = 50_000

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
# DatumType and Datum2_0Type of Generiek-02.00, whichever allows more; the commas are in the schema.
_OPEN_DATE = re.compile(r"[0-9,][0-9]{3}-[0-19,][0-9]-[0-39,][0-9]", re.ASCII)
# The pattern of VolledigDatumType allows this one day that never was.
_NEVER = "1900-02-29"
_WHITE = " \t\r\n"  # around a number or boolean it means nothing (XML Schema, whiteSpace collapse)
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{3}))?)?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})", re.ASCII)


class Days(dict[str, date | None]):
    """The day for every date as written in a message; looking up one the schema refuses is a ValueError.

    `complete`: only days of the calendar from 1900 to 2099 (Generiek-02.00, VolledigDatumType; DatumType of
    KBI-02.00). Otherwise month or day may be unknown (1991-00-00), the year 9999 or a 99 means "open", and a day may
    be impossible (1990-02-30); such dates give None (Generiek-02.00, DatumType and Datum2_0Type). One odd date never
    hides a dossier: the page shows it as received.
    """

    reason = "bad_date"
    wrong = "not a date of the calendar"

    def __init__(self, *, complete: bool) -> None:
        super().__init__()
        self._complete = complete

    def __missing__(self, text: str) -> date | None:
        if len(self) >= _ROOM:
            self.clear()
        day = self[text] = _complete_day(text) if self._complete else _day_or_none(text)
        return day

    def accepts(self, text: str) -> bool:
        """Return True if `text` is such a date; a valid one is remembered."""
        try:
            self[text]
        except ValueError:
            return False
        return True


class Values(frozenset[str]):
    """The values an enumeration of the schema allows."""

    reason = "bad_enum"
    wrong = "not a value of the enumeration"

    def accepts(self, text: str) -> bool:
        """Return True if `text` is one of them."""
        return text in self


class Booleans(Values):
    """The four ways to write an xs:boolean, with white space around it or not."""

    reason = "bad_value"
    wrong = "neither true nor false"

    def accepts(self, text: str) -> bool:
        """Return True if `text` is one of them."""
        return text.strip(_WHITE) in self


class Numbers(dict[str, Any]):
    """Numbers by their text in a message; looking up a text that `read` cannot convert is a ValueError."""

    reason = "bad_value"
    wrong = "not a number that is possible here"

    def __init__(self, read: Callable[[str], object]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> Any:
        if len(self) >= _ROOM:
            self.clear()
        number = self[text] = self._read(text)
        return number

    def accepts(self, text: str) -> bool:
        """Return True if `text` is such a number; a valid one is remembered."""
        try:
            self[text]
        except ValueError:
            return False
        return True


class Shape:
    """The checks below one element: its known children, the required ones among them, its attributes.

    Children that need no check (free text, code lists of the KBI) are not in `children`. An element without
    content counts as absent: ALLIS leaves fields empty.
    """

    __slots__ = ("attributes", "children", "required")

    def __init__(
        self,
        children: dict[str, Any] | None = None,
        required: Iterable[str] = (),
        attributes: dict[str, Any] | None = None,
    ) -> None:
        self.children: dict[str, Any] = children or {}
        self.required = tuple(required)
        self.attributes = tuple((attributes or {}).items())


def _complete_day(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError("not a date")
    if text == _NEVER:
        return None
    year, month, day = map(int, match.groups())
    if not 1900 <= year <= 2099:
        raise ValueError("not a year the schema allows")
    return date(year, month, day)


def _day_or_none(text: str) -> date | None:
    if _OPEN_DATE.fullmatch(text) is None:
        raise ValueError("not a date")
    if text.startswith("9999"):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def milliseconds(text: str) -> int:
    """Return a time, hh:mm[:ss[.fff]] (TijdType), in milliseconds since midnight; ValueError otherwise.

    24:00 to 29:59, which the schema allows, are on the next day.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError("not a time")
    hours, minutes, seconds, thousandths = (int(group or 0) for group in match.groups())
    if hours > 29 or minutes > 59 or seconds > 59:
        raise ValueError("not a time of the day")
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def decimal(text: str) -> Fraction:
    """Return an xs:decimal of at most 15 digits on either side, exact; ValueError otherwise."""
    text = text.strip(_WHITE)
    if _DECIMAL.fullmatch(text) is None:
        raise ValueError("not a decimal number")
    return Fraction(text)


def lestijden(text: str) -> int | Fraction:
    """Return a number of lestijden: a decimal, not negative; ValueError otherwise."""
    number = decimal(text)
    if number < 0:
        raise ValueError("negative")
    return number.numerator if number.denominator == 1 else number


def percentage(text: str) -> Fraction:
    """Return a TeBehalenAanwezigheidsGraad: a decimal from 0 to 100; ValueError otherwise."""
    number = decimal(text)
    if not 0 <= number <= 100:
        raise ValueError("not a percentage")
    return number


def natural(text: str) -> int:
    """Return a NatuurlijkGetalType: one to twenty digits; ValueError otherwise."""
    if re.fullmatch(r"[0-9]{1,20}", text, re.ASCII) is None:
        raise ValueError("not a natural number")
    return int(text)


def integer(text: str) -> int:
    """Return an xs:int; ValueError otherwise."""
    text = text.strip(_WHITE)
    if re.fullmatch(r"[+-]?0{0,90}[0-9]{1,10}", text, re.ASCII) is None or not -(2**31) <= int(text) < 2**31:
        raise ValueError("not an xs:int")
    return int(text)


DAY: Final = Days(complete=True)
OPEN_DAY: Final = Days(complete=False)
BOOLEAN: Final = Booleans(("true", "false", "1", "0"))
TRUE: Final = frozenset(("true", "1"))
