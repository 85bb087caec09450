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
from partners.officefiles import HOW_TO_SAVE, Line, OfficeFile, OfficeFileError, fold
from partners.periods import today
from partners.texts import name_key

from ..enums import Measure
from ..models import ImportedCount

MONTH, INSTITUTION = "maand", "instelling"
# The name of the third column decides the measure. A new kind of counts adds its own here (docs/figures.md).
MEASURES = {"uitwisselingen": Measure.EXCHANGE}
TOTAL = "Totaal"
_LONG_NUMBER = re.compile(r"\d(?:[^\w,]{0,3}\d){8,}")
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
    """The result of an import: the numbers of new, replaced and unchanged rows, and the total of the file."""

    added: int
    replaced: int
    unchanged: int
    total: int


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
    """The contents of a file: the name of its third column, its cells, and its mistakes."""

    column: str = ""
    cells: list[_Cell] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, line: int | None, column: str, words: str) -> None:
        # A client list given by mistake must not have its numbers repeated here.
        self.mistakes.append(Mistake(line, column, _LONG_NUMBER.sub("…", words)))

    @property
    def measure(self) -> Measure:
        return MEASURES[self.column]

    @property
    def numbers(self) -> list[_Cell]:
        return [cell for cell in self.cells if not cell.is_total]


def import_counts(content: bytes, *, source: str, replace: bool = False) -> Imported:
    """Import a CSV file with the columns `maand,instelling,uitwisselingen` and a line for each number.

    The file is CSV or XLSX as `partners.officefiles` reads it. Months are YYYY-MM, institutions have their name in the
    portal, whatever its casing and spaces, numbers are whole and not negative. A month without data has no line. Lines
    with `Totaal` as month or institution are not imported, but must equal the sum of the others. Pages show `source`
    with the numbers.

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
    """Import the file at `path`, see `import_counts`. Raises OSError if it cannot be read."""
    if path.stat().st_size > LARGEST:
        raise Refused([Mistake(None, "", f"the file is larger than {LARGEST} bytes")])
    return import_counts(path.read_bytes(), source=source, replace=replace)


def _read(content: bytes, names: Mapping[str, str]) -> _Reading:
    """Read the file; `names` are the names of institutions, and Totaal, by their `name_key`."""
    reading = _Reading()
    try:
        lines = OfficeFile(io.BytesIO(content)).lines()
    except OfficeFileError as error:
        reading.wrong(error.line, "line", error.reason)
        return reading
    heading = next(lines, None)
    if heading is None:
        reading.wrong(None, "", "the file is empty")
        return reading
    header = [fold(column) for column in heading.values[:3]]
    if (
        header[:2] != [MONTH, INSTITUTION]
        or header[2:] not in [[name] for name in MEASURES]
        or any(heading.values[3:])
    ):
        headers = " or ".join(f"{MONTH},{INSTITUTION},{column}" for column in MEASURES)
        reading.wrong(1, "header", f"expected {headers}, found {','.join(heading.values)}")
        return reading
    reading.column = header[2]
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        if line.mistake:
            reading.wrong(line.number, "line", line.mistake)
        else:
            _read_row(line, names, reading, seen)
    if not reading.numbers and not reading.mistakes:
        reading.wrong(None, "", "the file contains no numbers")
    return reading


def _read_row(
    line: Line, names: Mapping[str, str], reading: _Reading, seen: dict[tuple[str, str], int]
) -> None:
    values = line.values
    if any(values[3:]):
        reading.wrong(line.number, "line", f"expected 3 fields, found {len(values)}")
        return
    if not "".join(values).isprintable():
        reading.wrong(line.number, "line", f"contains characters that cannot be shown. {HOW_TO_SAVE}")
        return
    month, name, number_text = (*values, "", "")[:3]
    month = TOTAL if name_key(month) == name_key(TOTAL) else month
    name = names.get(name_key(name), name)
    mistakes = len(reading.mistakes)
    _check_month(month, line.number, reading)
    if not name:
        reading.wrong(line.number, INSTITUTION, "no institution is named")
    number = _number(number_text, line.number, reading)
    if number is None or len(reading.mistakes) > mistakes:
        return
    if (month, name) in seen:
        reading.wrong(line.number, MONTH, f"{month} of {name} is already on line {seen[month, name]}")
        return
    seen[month, name] = line.number
    reading.cells.append(_Cell(line.number, month, name, number))


def _check_month(text: str, line: int, reading: _Reading) -> None:
    if text == TOTAL:
        return
    if not re.fullmatch(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])", text, re.ASCII):
        reading.wrong(line, MONTH, f"expected a month as YYYY-MM or {TOTAL}, found {text or 'nothing'}")
    elif text > f"{today():%Y-%m}":
        reading.wrong(line, MONTH, f"{text} is still to come")


def _number(text: str, line: int, reading: _Reading) -> int | None:
    if re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
        return int(text)
    if not text:
        words = "the number is missing; a month without data has no line, zero is written 0"
    elif re.fullmatch(r"-[0-9]+", text, re.ASCII):
        words = f"{text} is negative"
    elif re.fullmatch(r"[0-9]+", text, re.ASCII):
        words = "the number has more than 18 digits"
    else:
        words = f"expected a whole number without separators, found {text}"
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
            reading.wrong(cell.line, INSTITUTION, f"no institution is named {cell.institution}")


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
    return Imported(len(new), len(changed), unchanged, sum(cell.number for cell in reading.numbers))
