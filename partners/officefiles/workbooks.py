"""The first sheet of an XLSX file. openpyxl reads it; here are the limits and the text of each cell."""

from __future__ import annotations

import datetime
import re
import warnings
import zipfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from decimal import Context, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import etree

from partners.texts import one_line

from .lines import MAX_LINE, TOO_LONG, Line, OfficeFileError

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

MAX_BYTES = 10 << 20
MAX_UNPACKED = 100 << 20  # bytes of all parts
MAX_RATIO = 200  # unpacked to packed; a sheet of equal rows has about 50
RATIO_FROM = 1 << 20  # bytes unpacked; smaller parts may have any ratio
MAX_PARTS = 1000
MAX_ELEMENTS = (
    200_000  # XML elements in one row or text, and in a part apart from these; a full row has 50,000
)
MAX_ROWS = 100_000  # with a value in them
MAX_COLUMNS = 100  # the columns after these are left out
LAST_ROW = 1_048_576  # the format allows no more
_EXACT = 10**15  # a spreadsheet stores fifteen digits of a number
_FIFTEEN_DIGITS = Context(prec=15)
_LITERAL = re.compile(r'"[^"]*"|[\\_*].')  # what the format of a number shows as it is
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SIGNATURE = len(_OLD_EXCEL)
CHUNK = 1 << 16
_UNITS = {
    "worksheet": ("row", 3),
    "sst": ("si", 2),
}  # what openpyxl reads one at a time, and how deep it is in a part
_SAVE_AS_XLSX = gettext_lazy("Bewaar het als Excel-werkmap (*.xlsx) zonder wachtwoord, of als CSV UTF-8")


def is_workbook(start: bytes) -> bool:
    """Return True if a file with these first bytes is XLSX, or another format of spreadsheets that `check` refuses."""
    return start.startswith((_ZIP, _OLD_EXCEL))


def check(raw: BinaryIO, most: int | None = None) -> tuple[str, bool]:
    """Read `raw` to its end. Return in words how it is read, and whether it has formulas.

    Raises OfficeFileError if it is damaged or not within limits: `most` is the number of rows under the heading.
    """
    most = MAX_ROWS if most is None else most
    has_formulas = _check_parts(raw)
    with _readable():
        sheets = len(_load(raw, data_only=True).worksheets)
    for filled, line in enumerate(read_lines(raw, has_formulas), start=1):
        if filled > most + 1:  # with the heading
            raise OfficeFileError(
                line.number,
                _("meer dan %(number)s rijen. Splits de lijst") % {"number": most},
            )
    read_as = "XLSX" if sheets == 1 else _("XLSX, het eerste van %(number)s bladen") % {"number": sheets}
    return read_as, has_formulas


def read_lines(raw: BinaryIO, has_formulas: bool) -> Iterator[Line]:
    """Yield the rows of the first visible sheet, `check`ed before; empty rows after the first are left out."""
    with _readable():
        results = _rows(_load(raw, data_only=True))
        # The results of formulas, as last stored, do not show which cells are formulas.
        sources = _rows(_load(raw, data_only=False)) if has_formulas else None
    for number, cells in results:
        mistake = _mistake_in(cells, next(sources)[1] if sources else cells)
        with _readable():
            values = [] if mistake else [_text_of(cell) for cell in cells]
        while values and not values[-1]:
            values.pop()
        if sum(map(len, values)) > MAX_LINE:
            mistake, values = str(TOO_LONG), []
        if mistake or values or number == 1:
            yield Line(number, [one_line(value) for value in values], mistake)


@contextmanager
def _readable() -> Iterator[None]:
    """Raise OfficeFileError for whatever the library raises about a damaged file; its messages may have values."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except OfficeFileError:
        raise
    except Exception as error:
        # openpyxl has no exception of its own for this: it raises those of the ZIP, the XML and its own lookups.
        raise _damaged() from error


def _damaged() -> OfficeFileError:
    return OfficeFileError(
        None, _("deze werkmap is beschadigd. Open ze in Excel. %(how)s") % {"how": _SAVE_AS_XLSX}
    )


def too_large() -> OfficeFileError:
    """Return the error for a file that unpacks to too much."""
    return OfficeFileError(
        None,
        _(
            "de werkmap is uitgepakt te groot. Kopieer de lijst naar een nieuwe werkmap, of bewaar ze als CSV UTF-8"
        ),
    )


def _check_parts(raw: BinaryIO) -> bool:
    """Return whether a sheet has formulas. Raises OfficeFileError if a part could take much memory."""
    raw.seek(0)
    if raw.read(SIGNATURE) == _OLD_EXCEL:
        raise OfficeFileError(
            None,
            _("dit is een oud Excel-bestand, of er staat een wachtwoord op. %(how)s")
            % {"how": _SAVE_AS_XLSX},
        )
    parts = check_archive(raw, {"[Content_Types].xml", "xl/workbook.xml"})
    with _readable(), zipfile.ZipFile(raw) as archive:
        # Every part is looked at, also after one with formulas.
        return sum(_check_markup(archive, part) for part in parts) > 0


def check_archive(raw: BinaryIO, needed: Collection[str] = ()) -> list[zipfile.ZipInfo]:
    """Return the parts of a ZIP file, with those that are `needed`.

    Raises OfficeFileError if a part could take much memory. Only the directory is read, nothing is unpacked: no part
    unpacks to more than it says.
    """
    size = raw.seek(0, 2)
    raw.seek(0)
    if size > MAX_BYTES:
        raise OfficeFileError(
            None,
            _("groter dan %(number)s MB. Splits de lijst, of bewaar ze als CSV UTF-8")
            % {"number": MAX_BYTES >> 20},
        )
    with _readable(), zipfile.ZipFile(raw) as archive:
        parts = archive.infolist()
    if not set(needed) <= {part.filename for part in parts}:
        raise OfficeFileError(None, _("dit is geen Excel-werkmap. %(how)s") % {"how": _SAVE_AS_XLSX})
    for part in parts:
        # The module unpacks these two piece by piece, other methods in one go.
        if part.flag_bits & 1 or part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise OfficeFileError(
                None, _("een deel van deze werkmap is ongewoon ingepakt. %(how)s") % {"how": _SAVE_AS_XLSX}
            )
    if (
        len(parts) > MAX_PARTS
        or sum(part.file_size for part in parts) > MAX_UNPACKED
        or any(part.file_size > max(RATIO_FROM, part.compress_size * MAX_RATIO) for part in parts)
    ):
        raise too_large()
    return parts


class _Markup:
    """Counts the elements of a part as a parser meets them, without a tree (a target of `lxml.etree.XMLParser`).

    openpyxl follows entities, builds a tree of each row, and leaves out rows that are not in order.
    """

    def __init__(self) -> None:
        self.depth = self.units = self.inside = self.outside = self.row = 0
        self.unit = ("", 0)
        self.in_unit = self.has_formulas = False

    def doctype(self, *_: object) -> None:
        raise _damaged()  # no spreadsheet writes one; entities need it

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        name = tag.rpartition("}")[2]
        if self.depth == 1:
            self.unit = _UNITS.get(name, ("", 0))
        if (name, self.depth) == self.unit:
            self.units, self.inside, self.in_unit = self.units + 1, 0, True
            if name == "row":
                self._check_order(attributes)
        elif self.in_unit and self.depth > self.unit[1]:
            self.inside += 1
            self.has_formulas = self.has_formulas or name == "f"
        else:
            self.outside, self.in_unit = self.outside + 1, False
        if max(self.inside, self.outside) > MAX_ELEMENTS or max(self.units, self.row) > LAST_ROW:
            raise too_large()

    def end(self, tag: str) -> None:
        self.depth -= 1

    def close(self) -> None:
        pass

    def _check_order(self, attributes: Mapping[str, str]) -> None:
        row = int(attributes.get("r", self.row + 1))
        if row <= self.row:
            raise _damaged()
        self.row = row


def _check_markup(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Return whether the part has formulas. Raises OfficeFileError for markup that openpyxl should not see."""
    markup = _Markup()
    parser = etree.XMLParser(target=markup, resolve_entities=False, no_network=True, huge_tree=True)
    try:
        with archive.open(part) as content:
            while chunk := content.read(CHUNK):
                parser.feed(chunk)
        parser.close()
    except etree.XMLSyntaxError:
        # Pictures and macros are no XML. The name of a part does not say whether it is a sheet.
        if markup.depth or part.filename.endswith((".xml", ".rels")):
            raise
    return markup.has_formulas


def _load(raw: BinaryIO, *, data_only: bool) -> Workbook:
    # Most commands and pages read no workbook, and the import takes a quarter of a second.
    import openpyxl

    return openpyxl.load_workbook(raw, read_only=True, data_only=data_only, keep_links=False)


def _rows(workbook: Workbook) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield the number and cells of each row of the first visible sheet, those in between that are missing as well."""
    with _readable():
        sheet = next((each for each in workbook.worksheets if each.sheet_state == "visible"), None)
        if sheet is None:
            raise OfficeFileError(None, _("deze werkmap heeft geen zichtbaar blad"))
        # The size that the sheet states of itself may be wrong.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=MAX_COLUMNS)
    number = 0
    while True:
        with _readable():
            cells = next(rows, None)
        if cells is None:
            return
        number += 1
        yield number, cells


def letter_of(column: int) -> str:
    """Return the letters of a column, from 1."""
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


def _mistake_in(cells: tuple[Any, ...], sources: tuple[Any, ...]) -> str:
    for place, (cell, source) in enumerate(zip(cells, sources, strict=True), start=1):
        if cell.data_type == "e":
            return _("Kolom %(letter)s toont een fout van het rekenblad; verbeter ze daar.") % {
                "letter": letter_of(place)
            }
        # A formula with an empty text as its result has the type of a text.
        if source.data_type == "f" and cell.value is None and cell.data_type != "str":
            return _(
                "Kolom %(letter)s heeft een formule zonder bewaarde uitkomst; open het bestand in Excel en bewaar het,"
                " of plak de waarden."
            ) % {"letter": letter_of(place)}
    return ""


def _text_of(cell: Any) -> str:
    """Return the text of a cell of openpyxl. A percentage is a number with a format."""
    is_number = isinstance(cell.value, float | int) and not isinstance(cell.value, bool)
    if is_number and _is_percentage(cell.number_format):
        return percentage_text(cell.value)
    return cell_text(cell.value)


@lru_cache
def _is_percentage(number_format: str) -> bool:
    return "%" in _LITERAL.sub("", number_format)


def percentage_text(share: float) -> str:
    """Return a share of one as the percentage that a spreadsheet shows, all digits of it: 0.125 is "12.5 %"."""
    return f"{(_FIFTEEN_DIGITS.create_decimal(share) * 100).normalize():f} %"


def cell_text(value: object) -> str:
    """Return the value of a cell as text. A number that a spreadsheet rounds is in the form 8.56709E+21."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return str(value.date() if value.time() == datetime.time() else value)
    if isinstance(value, float | int) and not isinstance(value, bool):
        number = Decimal(value)
        if abs(number) >= _EXACT:
            return f"{number:.5E}"
        return str(int(value)) if number == int(value) else repr(value)
    return str(value)
