"""Import counts from another source. A file is checked first, and imported completely or not at all."""

from __future__ import annotations

import datetime
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from partners.models import Institution
from partners.officefiles import (
    HOW_TO_SAVE,
    Column,
    HeadingError,
    Line,
    OfficeFile,
    OfficeFileError,
    find_columns,
    open_file,
)
from partners.periods import today
from partners.texts import name_key

from ..enums import Measure
from ..models import ImportedCount

MONTH, INSTITUTION = "maand", "instelling"
# The name of the third column decides the measure. A new kind of counts adds its own here (docs/figures.md).
MEASURES = {"uitwisselingen": Measure.EXCHANGE}
COLUMNS = (
    Column(MONTH, ("month",)),
    Column(INSTITUTION, ("institution",)),
    Column("uitwisselingen", ("exchanges",), required=False),
)
TOTAL = "Totaal"
DIGITS_NOT_SHOWN = 8
LONGEST_SHOWN = 100
LARGEST = 10 * 1024 * 1024  # bytes; a century of months of 300 institutions is a tenth of it


@dataclass(frozen=True)
class Mistake:
    """A mistake in a file: its line (the header is 1; None for the whole file), its field and an explanation."""

    line: int | None
    field: str
    words: str

    def __str__(self) -> str:
        place = f"line {self.line}, {self.field}: " if self.line else ""
        return place + self.words


class Refused(Exception):
    """The file was refused; `mistakes` has every mistake in it."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(str(mistake) for mistake in mistakes))
        self.mistakes = list(mistakes)


@dataclass(frozen=True)
class Imported:
    """The result of an import: the numbers of new, replaced and unchanged rows, and the total of the file.

    `read_as` is the encoding and delimiter of the file, or XLSX, in words.
    """

    added: int
    replaced: int
    unchanged: int
    total: int
    read_as: str


@dataclass(frozen=True)
class _Cell:
    line: int
    month: str  # YYYY-MM, or Totaal for all months
    institution: str  # a name, or Totaal for all institutions
    number: int

    @property
    def is_total(self) -> bool:
        return TOTAL in {self.month, self.institution}

    @property
    def first_day(self) -> datetime.date:
        return datetime.date.fromisoformat(f"{self.month}-01")


@dataclass
class _Reading:
    """The contents of a file: how it is read, its columns, the one with the numbers, its cells and its mistakes."""

    read_as: str = ""
    columns: list[str] = field(default_factory=list)
    column: str = ""
    cells: list[_Cell] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, line: int | None, column: str, words: str) -> None:
        self.mistakes.append(Mistake(line, column, words))

    @property
    def measure(self) -> Measure:
        return MEASURES[self.column]

    @property
    def numbers(self) -> list[_Cell]:
        return [cell for cell in self.cells if not cell.is_total]


def import_counts(content: bytes, *, source: str, replace: bool = False) -> Imported:
    """Import a file with the columns `maand`, `instelling` and `uitwisselingen` and a line for each number.

    The file is CSV or XLSX as `partners.officefiles` reads it. Months are YYYY-MM (or a first day that a spreadsheet
    made of it), institutions have their name in the portal, whatever its casing and spaces, numbers are whole and not
    negative. A month without data has no line. Lines with `Totaal` as month or institution are not imported, but must
    equal the sum of the others. Pages show `source` with the numbers.

    Importing the same file again changes nothing. A number that exists with another value or source is refused unless
    `replace`. Raises Refused with every mistake; nothing is written then.
    """
    source = source.strip()
    if not source:
        raise Refused([Mistake(None, "", "a source must be named")])
    if len(source) > 500:
        raise Refused([Mistake(None, "", "the source is longer than 500 characters")])
    institutions = {institution.name: institution for institution in Institution.objects.all()}
    reading = _read(content, {name_key(name): name for name in (*institutions, TOTAL)})
    if reading.mistakes:
        raise Refused(reading.mistakes)
    _check_totals(reading)
    _check_institutions(reading, institutions)
    if reading.mistakes:
        raise Refused(reading.mistakes)
    return _write(reading, institutions, source, replace)


def import_file(path: Path, *, source: str, replace: bool = False) -> Imported:
    """Import the file at `path`, see `import_counts`."""
    try:
        with open_file(path) as raw:
            content = raw.read(LARGEST + 1)
    except (OfficeFileError, OSError) as error:
        raise Refused([Mistake(None, "", getattr(error, "reason", "the file cannot be read"))]) from error
    if len(content) > LARGEST:
        raise Refused([Mistake(None, "", f"the file is larger than {LARGEST} bytes")])
    return import_counts(content, source=source, replace=replace)


def _read(content: bytes, names: Mapping[str, str]) -> _Reading:
    """Read the file; `names` are the names of institutions, and Totaal, by their `name_key`."""
    reading = _Reading()
    try:
        file = OfficeFile(io.BytesIO(content))
        reading.read_as = file.read_as
        lines = file.lines()
        if _read_heading(next(lines, None), reading):
            seen: dict[tuple[str, str], int] = {}
            for line in lines:
                _read_row(line, names, reading, seen)
            if not reading.numbers and not reading.mistakes:
                reading.wrong(None, "", "the file contains no numbers")
    except OfficeFileError as error:
        reading.wrong(error.line, "line", error.reason)
    return reading


def _read_heading(heading: Line | None, reading: _Reading) -> bool:
    """Set the columns of `reading`. Return False, with the mistake in `reading`, if the heading is wrong."""
    if heading is None:
        reading.wrong(None, "", "the file is empty")
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
        mistake = mistake or f"one column of {', '.join(MEASURES)} is required"
    if any(value for value, name in zip(heading.values, reading.columns, strict=False) if not name):
        mistake = mistake or "another column"
    if mistake:
        headers = " or ".join(f"{MONTH},{INSTITUTION},{column}" for column in MEASURES)
        reading.wrong(heading.number, "header", f"expected {headers}; {mistake}")
    return not mistake


def _read_row(
    line: Line, names: Mapping[str, str], reading: _Reading, seen: dict[tuple[str, str], int]
) -> None:
    values, columns = line.values, reading.columns
    if line.mistake or any(values[len(columns) :]):
        reading.wrong(
            line.number, "line", line.mistake or f"expected {len(columns)} fields, found {len(values)}"
        )
        return
    if not "".join(values).isprintable():
        reading.wrong(line.number, "line", f"contains characters that cannot be shown. {HOW_TO_SAVE}")
        return
    text = dict.fromkeys(columns, "") | dict(zip(columns, values, strict=False))
    mistakes = len(reading.mistakes)
    month = _month(text[MONTH], line.number, reading)
    name = names.get(name_key(text[INSTITUTION]), text[INSTITUTION])
    if not name:
        reading.wrong(line.number, INSTITUTION, "no institution is named")
    number = _number(text[reading.column], line.number, reading)
    if number is None or len(reading.mistakes) > mistakes:
        return
    if (month, name) in seen:
        reading.wrong(line.number, MONTH, f"{month} of {name} is already on line {seen[month, name]}")
        return
    seen[month, name] = line.number
    reading.cells.append(_Cell(line.number, month, name, number))


def _month(text: str, line: int, reading: _Reading) -> str:
    """Return `Totaal` or the month as YYYY-MM; add a mistake if it is neither."""
    if name_key(text) == name_key(TOTAL):
        return TOTAL
    month = re.fullmatch(r"((?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2]))(?:-01)?", text, re.ASCII)
    if not month:
        reading.wrong(line, MONTH, f"expected a month as YYYY-MM or {TOTAL}, found {_shown(text)}")
    elif month[1] > f"{today():%Y-%m}":
        reading.wrong(line, MONTH, f"{month[1]} is still to come")
    return month[1] if month else ""


def _shown(text: str) -> str:
    """Return a value for a message. A value that may be the number of a person is not repeated."""
    if sum(map(str.isdigit, text)) >= DIGITS_NOT_SHOWN:
        return "a longer number"
    return text[:LONGEST_SHOWN] or "nothing"


def _number(text: str, line: int, reading: _Reading) -> int | None:
    if re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
        return int(text)
    if not text:
        words = "the number is missing; a month without data has no line, zero is written 0"
    elif re.fullmatch(r"-[0-9]+", text, re.ASCII):
        words = f"{_shown(text)} is negative"
    elif re.fullmatch(r"[0-9]+", text, re.ASCII):
        words = "the number has more than 18 digits"
    else:
        words = f"expected a whole number without separators, found {_shown(text)}"
    reading.wrong(line, reading.column, words)
    return None


def _check_totals(reading: _Reading) -> None:
    sums: Counter[tuple[str, str]] = Counter()
    for cell in reading.numbers:
        for month, institution in product((cell.month, TOTAL), (cell.institution, TOTAL)):
            sums[month, institution] += cell.number
    for cell in reading.cells:
        total = sums[cell.month, cell.institution]
        if cell.is_total and total != cell.number:
            reading.wrong(
                cell.line,
                reading.column,
                f"{cell.month}, {cell.institution} is stated as {cell.number}, the lines add up to {total}",
            )


def _check_institutions(reading: _Reading, institutions: Mapping[str, Institution]) -> None:
    unknown: set[str] = set()
    for cell in reading.cells:
        if cell.institution not in {TOTAL, *institutions, *unknown}:
            unknown.add(cell.institution)
            reading.wrong(cell.line, INSTITUTION, f"no institution is named {_shown(cell.institution)}")


@transaction.atomic
def _write(
    reading: _Reading, institutions: Mapping[str, Institution], source: str, replace: bool
) -> Imported:
    with connection.cursor() as cursor:
        # Let a second import wait, so that it compares with the rows of the first.
        cursor.execute("LOCK TABLE statistics_importedcount IN SHARE ROW EXCLUSIVE MODE")
    existing = {
        (count.institution_id, count.month): count
        for count in ImportedCount.objects.filter(measure=reading.measure)
    }
    new, changed, unchanged = [], [], 0
    now = timezone.now()
    for cell in reading.numbers:
        institution = institutions[cell.institution]
        count = existing.get((institution.pk, cell.first_day))
        if count is None:
            new.append(
                ImportedCount(
                    institution=institution,
                    month=cell.first_day,
                    measure=reading.measure,
                    number=cell.number,
                    source=source,
                    imported_at=now,
                )
            )
        elif (count.number, count.source) == (cell.number, source):
            unchanged += 1
        elif replace:
            count.number, count.source, count.imported_at = cell.number, source, now
            changed.append(count)
        else:
            reading.wrong(
                cell.line,
                reading.column,
                f"{cell.month} of {institution.name} is {count.number} already (source: {count.source}), the"
                f" file says {cell.number}; --replace takes the file's",
            )
    if reading.mistakes:
        raise Refused(reading.mistakes)
    ImportedCount.objects.bulk_create(new)
    ImportedCount.objects.bulk_update(changed, ["number", "source", "imported_at"])
    total = sum(cell.number for cell in reading.numbers)
    return Imported(len(new), len(changed), unchanged, total, reading.read_as)
