"""Read a file with monthly counts of another source, and find every mistake in it.

A file has the columns `maand`, `instelling` and `uitwisselingen`, and a line for each number. It is CSV or XLSX as
`partners.officefiles` reads it. Months are YYYY-MM (or a first day that a spreadsheet made of it). Institutions have
their name in the portal, whatever its casing and spaces, or their KBO number. Numbers are whole and not negative. A
month without data has no line. Lines with `Totaal` as month or institution are not counts, but must equal the sum of
the others.
"""

from __future__ import annotations

import datetime
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product

from django.utils.translation import gettext as _

from partners.models import Institution
from partners.officefiles import Column, HeadingError, Line, OfficeFile, OfficeFileError, find_columns
from partners.periods import today
from partners.texts import name_key

from ..enums import Measure
from .filereading import (
    HEADER,
    LINE,
    MOST_MISTAKES,
    Mistake,
    Refused,
    institution_key,
    institutions_by_key,
    line_mistake,
    month_of,
    shown,
    text_of,
)

MONTH, INSTITUTION = "maand", "instelling"
# The name of the third column decides the measure. A new kind of counts adds its own here (docs/figures.md).
MEASURES = {"uitwisselingen": Measure.EXCHANGE}
COLUMNS = (
    Column(MONTH, ("month",)),
    Column(INSTITUTION, ("institution",)),
    Column("uitwisselingen", ("exchanges",), required=False),
)
TOTAL = "Totaal"


@dataclass(frozen=True)
class Cell:
    """A number of a file: its line, the month (YYYY-MM) and the name of the institution; each of the two or `TOTAL`."""

    line: int
    month: str
    institution: str
    number: int

    @property
    def is_total(self) -> bool:
        """It is the sum of other lines."""
        return TOTAL in {self.month, self.institution}

    @property
    def first_day(self) -> datetime.date:
        """The first day of the month. Not for a total of all months."""
        return datetime.date.fromisoformat(f"{self.month}-01")


@dataclass
class Reading:
    """The contents of a file: how it is read, its columns, the one with the numbers, its cells and its mistakes."""

    read_as: str = ""
    columns: list[str] = field(default_factory=list)
    column: str = ""
    cells: list[Cell] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, line: int | None, column: str, words: str) -> None:
        """Add a mistake."""
        self.mistakes.append(Mistake(line, column, words))

    @property
    def measure(self) -> Measure:
        """What the numbers count."""
        return MEASURES[self.column]

    @property
    def numbers(self) -> list[Cell]:
        """The cells that are counts, in the order of the file."""
        return [cell for cell in self.cells if not cell.is_total]


def read_counts(content: bytes) -> tuple[Reading, Mapping[str, Institution]]:
    """Return what a file says, and the institutions by name. Raises Refused with every mistake."""
    institutions = {institution.name: institution for institution in Institution.objects.all()}
    reading = _read(content, _names(institutions.values()))
    if not reading.mistakes:
        _check_totals(reading)
    if len(reading.mistakes) < MOST_MISTAKES:
        _check_institutions(reading, institutions)
    if reading.mistakes:
        raise Refused(sorted(reading.mistakes, key=lambda mistake: (mistake.line is None, mistake.line)))
    return reading, institutions


def _names(institutions: Iterable[Institution]) -> dict[str, str]:
    """Return the names of institutions, and Totaal, by the ways in which a file may write them."""
    by_key = institutions_by_key(institutions)
    return {key: each.name for key, each in by_key.items()} | {name_key(TOTAL): TOTAL}


def _read(content: bytes, names: Mapping[str, str]) -> Reading:
    reading = Reading()
    try:
        file = OfficeFile(io.BytesIO(content))
        reading.read_as = file.read_as
        lines = file.lines()
        if _read_heading(next(lines, None), reading):
            seen: dict[tuple[str, str], int] = {}
            for line in lines:
                _read_row(line, names, reading, seen)
                if len(reading.mistakes) >= MOST_MISTAKES:
                    reading.wrong(None, "", _("er zijn er nog meer: verbeter deze eerst"))
                    break
            if not reading.numbers and not reading.mistakes:
                reading.wrong(None, "", _("het bestand bevat geen aantallen"))
    except OfficeFileError as error:
        reading.wrong(error.line, str(LINE), error.reason)
    return reading


def _read_heading(heading: Line | None, reading: Reading) -> bool:
    """Set the columns of `reading`. Return False, with the mistake in `reading`, if the heading is wrong."""
    if heading is None:
        reading.wrong(None, "", _("het bestand is leeg"))
        return False
    mistake = heading.mistake
    try:
        reading.columns = find_columns(heading.values, COLUMNS)
    except HeadingError as error:
        mistake = mistake or str(error)
    measures = [name for name in reading.columns if name in MEASURES]
    if len(measures) == 1:
        [reading.column] = measures
    else:
        mistake = mistake or _("één kolom %(columns)s is nodig") % {"columns": ", ".join(MEASURES)}
    if any(value for value, name in zip(heading.values, reading.columns, strict=False) if not name):
        mistake = mistake or _("er is een andere kolom")
    if mistake:
        columns = " / ".join(f"{MONTH},{INSTITUTION},{column}" for column in MEASURES)
        words = _("de kolommen zijn %(columns)s; %(mistake)s") % {"columns": columns, "mistake": mistake}
        reading.wrong(heading.number, str(HEADER), words)
    return not mistake


def _read_row(
    line: Line, names: Mapping[str, str], reading: Reading, seen: dict[tuple[str, str], int]
) -> None:
    if mistake := line_mistake(line, reading.columns):
        reading.wrong(line.number, str(LINE), mistake)
        return
    text = text_of(line, reading.columns)
    mistakes = len(reading.mistakes)
    month = _month(text[MONTH], line.number, reading)
    name = names.get(institution_key(text[INSTITUTION]), text[INSTITUTION])
    if not name:
        reading.wrong(line.number, INSTITUTION, _("er staat geen instelling"))
    number = _number(text[reading.column], line.number, reading)
    if number is None or len(reading.mistakes) > mistakes:
        return
    if (month, name) in seen:
        words = _("%(month)s van %(institution)s staat al op regel %(line)s")
        values_of = {"month": month, "institution": name, "line": seen[month, name]}
        reading.wrong(line.number, MONTH, words % values_of)
        return
    seen[month, name] = line.number
    reading.cells.append(Cell(line.number, month, name, number))


def _month(text: str, line: int, reading: Reading) -> str:
    """Return `Totaal` or the month as YYYY-MM; add a mistake if it is neither."""
    if name_key(text) == name_key(TOTAL):
        return TOTAL
    month = month_of(text)
    if not month:
        words = _("verwacht: een maand als JJJJ-MM of %(total)s, gevonden: %(text)s")
        reading.wrong(line, MONTH, words % {"total": TOTAL, "text": shown(text)})
    elif month > f"{today():%Y-%m}":
        reading.wrong(line, MONTH, _("%(month)s moet nog komen") % {"month": month})
    return month or ""


def _number(text: str, line: int, reading: Reading) -> int | None:
    if re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
        return int(text)
    if not text:
        words = _("het aantal ontbreekt; een maand zonder gegevens heeft geen regel, nul schrijft u als 0")
    elif re.fullmatch(r"-[0-9]+", text, re.ASCII):
        words = _("%(text)s is negatief") % {"text": shown(text)}
    elif re.fullmatch(r"[0-9]+", text, re.ASCII):
        words = _("het aantal heeft meer dan 18 cijfers")
    else:
        words = _("verwacht: een geheel getal zonder punten of spaties, gevonden: %(text)s")
        words = words % {"text": shown(text)}
    reading.wrong(line, reading.column, words)
    return None


def _check_totals(reading: Reading) -> None:
    sums: Counter[tuple[str, str]] = Counter()
    for cell in reading.numbers:
        for month, institution in product((cell.month, TOTAL), (cell.institution, TOTAL)):
            sums[month, institution] += cell.number
    for cell in reading.cells:
        total = sums[cell.month, cell.institution]
        if cell.is_total and total != cell.number:
            words = _("bij %(month)s, %(institution)s staat %(stated)s, de regels tellen op tot %(total)s")
            values = {
                "month": cell.month,
                "institution": cell.institution,
                "stated": cell.number,
                "total": total,
            }
            reading.wrong(cell.line, reading.column, words % values)


def _check_institutions(reading: Reading, institutions: Mapping[str, Institution]) -> None:
    unknown: set[str] = set()
    for cell in reading.cells:
        if cell.institution not in {TOTAL, *institutions, *unknown}:
            unknown.add(cell.institution)
            words = _("geen instelling heet %(name)s of heeft dat KBO-nummer")
            reading.wrong(cell.line, INSTITUTION, words % {"name": shown(cell.institution)})
