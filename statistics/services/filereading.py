"""What readers of the agency's files share: mistakes, and institutions and months as files write them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.be import vat

from partners.models import Institution
from partners.officefiles import HOW_TO_SAVE, Line
from partners.texts import name_key

# The fields of a mistake that is about no column.
HEADER, LINE = gettext_lazy("kop"), gettext_lazy("hele regel")
DIGITS_NOT_SHOWN = 8
LONGEST_SHOWN = 100
MOST_MISTAKES = 200  # the reading stops there
LARGEST = 10 * 1024 * 1024  # bytes; a century of months of 300 institutions is a tenth of it
LONGEST_SOURCE = 500
EARLIEST, LATEST = datetime.date(2000, 1, 1), datetime.date(2099, 12, 1)  # months of files and forms


@dataclass(frozen=True)
class Mistake:
    """A mistake in a file: its line (the header is 1; None for the whole file), its field and an explanation."""

    line: int | None
    field: str
    words: str

    def __str__(self) -> str:
        if not self.line:
            return self.words
        return _("regel %(line)s, %(field)s: %(words)s") % {
            "line": self.line,
            "field": self.field,
            "words": self.words,
        }


class Refused(Exception):
    """The file was refused; `mistakes` has every mistake in it."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(str(mistake) for mistake in mistakes))
        self.mistakes = list(mistakes)


class OutOfDate(Exception):
    """Something else was imported since the user saw what the file changes. Nothing is written."""


def source_of(text: str) -> str:
    """Return a source without white space around it. Raises Refused for none, and for one that is too long."""
    source = text.strip()
    if not source:
        raise Refused([Mistake(None, "", _("noem de bron"))])
    if len(source) > LONGEST_SOURCE:
        raise Refused(
            [Mistake(None, "", _("de bron is langer dan %(most)s tekens") % {"most": LONGEST_SOURCE})]
        )
    return source


def institutions_by_key(institutions: Iterable[Institution]) -> dict[str, Institution]:
    """Return institutions by the ways in which a file may write them: see `institution_key`."""
    institutions = list(institutions)
    by_number = {each.kbo_number: each for each in institutions if each.kbo_number}
    return by_number | {name_key(each.name): each for each in institutions}


def institution_key(text: str) -> str:
    """Return the key for a name, whatever its casing and spaces, or a KBO number, with or without dots and country."""
    return vat.compact(text) if vat.is_valid(text) else name_key(text)


def line_mistake(line: Line, columns: Sequence[str]) -> str:
    """Return what is wrong with a line as a whole, "" if nothing is."""
    if line.mistake:
        return line.mistake
    if any(line.values[len(columns) :]):
        words = _("verwacht: %(expected)s velden, gevonden: %(number)s")
        return words % {"expected": len(columns), "number": len(line.values)}
    if not "".join(line.values).isprintable():
        return _("er staan tekens in die niet getoond kunnen worden. %(how)s") % {"how": HOW_TO_SAVE}
    return ""


def text_of(line: Line, columns: Sequence[str]) -> Mapping[str, str]:
    """Return the values of a line by column; a line that ends early has empty ones."""
    return dict.fromkeys(columns, "") | dict(zip(columns, line.values, strict=False))


def month_of(text: str) -> str | None:
    """Return a month as YYYY-MM, also of a first day that a spreadsheet made of it.

    None if it is no month, or not one from `EARLIEST` to `LATEST`.
    """
    month = re.fullmatch(r"([0-9]{4}-(?:0[1-9]|1[0-2]))(?:-01)?", text, re.ASCII)
    return month[1] if month and f"{EARLIEST:%Y-%m}" <= month[1] <= f"{LATEST:%Y-%m}" else None


def shown(text: str) -> str:
    """Return a value for a message. A value that may be the number of a person is not repeated."""
    if sum(map(str.isdigit, text)) >= DIGITS_NOT_SHOWN and not vat.is_valid(text):
        return _("een langer getal")
    return text[:LONGEST_SHOWN] or _("niets")
