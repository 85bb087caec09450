"""The first visible sheet of an OpenDocument spreadsheet (ODS): its limits, and the text of each cell.

The parts of the file have the limits of a workbook. The content is read without a tree, a row at a time.
"""

from __future__ import annotations

import datetime
import math
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _
from lxml import etree

from partners.texts import one_line

from .lines import MAX_LINE, TOO_LONG, Line, OfficeFileError
from .workbooks import (
    CHUNK,
    LAST_ROW,
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ELEMENTS,
    MAX_ROWS,
    cell_text,
    check_archive,
    letter_of,
    percentage_text,
    too_large,
)

_MEDIA_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_CONTENT = "content.xml"
_NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
}


def _named(prefix: str, name: str) -> str:
    return f"{{{_NAMESPACES[prefix]}}}{name}"


_TABLE, _ROW = _named("table", "table"), _named("table", "table-row")
_CELLS = {_named("table", "table-cell"), _named("table", "covered-table-cell")}
_PARAGRAPH = _named("text", "p")
_BREAKS = {_named("text", "line-break"): "\n", _named("text", "tab"): "\t", _named("text", "s"): " "}
# What is beside the text of a cell: comments, and every drawing.
_ASIDE = (_named("office", "annotation"), "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}")
_STYLE, _TABLE_STYLE = _named("style", "style"), _named("style", "table-properties")


def is_spreadsheet(raw: BinaryIO) -> bool:
    """Return True if a ZIP file of no more than the largest size says that it is an OpenDocument spreadsheet."""
    if raw.seek(0, 2) > MAX_BYTES:
        return False
    try:
        with zipfile.ZipFile(raw) as archive:
            part = archive.getinfo("mimetype")
            # Office programs do not pack it. Unpacking could take much memory: the parts are not checked yet.
            if part.compress_type != zipfile.ZIP_STORED or part.file_size != len(_MEDIA_TYPE):
                return False
            return archive.read(part) == _MEDIA_TYPE
    except Exception:
        # Whatever is wrong with it, it is not what it should be; who reads it as a workbook says what it is.
        return False


def check(raw: BinaryIO, most: int | None = None) -> str:
    """Read `raw` to its end, and return in words how it is read.

    Raises OfficeFileError if it is damaged or not within limits: `most` is the number of rows under the heading.
    """
    most = MAX_ROWS if most is None else most
    check_archive(raw)
    for filled, line in enumerate(read_lines(raw), start=1):
        if filled > most + 1:  # with the heading
            raise OfficeFileError(
                line.number, _("meer dan %(number)s rijen. Splits de lijst") % {"number": most}
            )
    return "ODS"


def read_lines(raw: BinaryIO) -> Iterator[Line]:
    """Yield the rows of the first visible sheet, `check`ed before; empty rows after the first are left out."""
    sheet = _Sheet()
    parser = etree.XMLParser(target=sheet, resolve_entities=False, no_network=True, huge_tree=True)
    for chunk in _chunks(raw):
        try:
            parser.feed(chunk)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise _damaged() from error
        yield from sheet.take()
    try:
        parser.close()
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _damaged() from error
    yield from sheet.take()
    if not sheet.is_found:
        raise OfficeFileError(None, _("deze werkmap heeft geen zichtbaar blad"))


def _chunks(raw: BinaryIO) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(raw) as archive, archive.open(_CONTENT) as content:
            while chunk := content.read(CHUNK):
                yield chunk
    except Exception as error:
        # The module raises its own exception for a damaged file, and those of zlib, the codecs and its lookups.
        raise _damaged() from error


def _damaged() -> OfficeFileError:
    return OfficeFileError(
        None,
        _(
            "dit rekenblad is beschadigd, of er staat een wachtwoord op. Bewaar het als Excel-werkmap (*.xlsx) zonder"
            " wachtwoord, of als CSV UTF-8"
        ),
    )


@dataclass
class _Cell:
    """A cell while it is read: its attributes, its paragraphs, and how often it is repeated."""

    attributes: Mapping[str, str]
    paragraphs: list[str] = field(default_factory=list)

    def mistake(self) -> str:
        """Return what is wrong with it, as a text with the letter of its column left open; "" if nothing is."""
        if self.attributes.get(_named("calcext", "value-type")) == "error":
            return _("Kolom %(letter)s toont een fout van het rekenblad; verbeter ze daar.")
        kind = self.attributes.get(_named("office", "value-type"))
        if _named("table", "formula") in self.attributes and kind is None and not self.paragraphs:
            return _(
                "Kolom %(letter)s heeft een formule zonder bewaarde uitkomst; open het bestand in Excel en bewaar het,"
                " of plak de waarden."
            )
        return ""

    def text(self) -> str:
        """Return its value as text, as `workbooks` does."""
        kind = self.attributes.get(_named("office", "value-type"))
        if kind in {"float", "percentage", "currency"}:
            number = float(self.attributes.get(_named("office", "value"), ""))
            if not math.isfinite(number):
                raise ValueError("no number")
            return percentage_text(number) if kind == "percentage" else cell_text(number)
        if kind == "date":
            stated = self.attributes.get(_named("office", "date-value"), "")
            return cell_text(datetime.datetime.fromisoformat(stated))
        if kind == "boolean":
            return cell_text(self.attributes.get(_named("office", "boolean-value")) == "true")
        shown = "\n".join(self.paragraphs)
        return shown or self.attributes.get(_named("office", "string-value"), "")


class _Sheet:
    """Makes lines of the first visible sheet as a parser meets its elements (a target of `lxml.etree.XMLParser`)."""

    def __init__(self) -> None:
        self.is_found = False  # the first visible sheet has begun
        self._is_in_sheet = False
        self._depth = self._tables = self._elements = self._aside = self._length = 0
        self._number = 0  # of the last row
        self._style = ""
        self._hidden: set[str] = set()
        self._row: list[str] | None = None
        self._repeat = 1  # of the row
        self._mistake = ""
        self._cell: _Cell | None = None
        self._is_in_paragraph = False
        self._lines: list[tuple[int, Line]] = []  # each with how often it is repeated

    def take(self) -> Iterator[Line]:
        """Yield the lines that are complete, once."""
        lines, self._lines = self._lines, []
        for repeat, line in lines:
            for offset in range(repeat):
                yield Line(line.number + offset, line.values, line.mistake)

    def doctype(self, *_: object) -> None:
        raise _damaged()  # no spreadsheet writes one; entities need it

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._elements = (
            1 if tag == _ROW else self._elements + 1
        )  # a limit for each row, and apart from these
        if self._elements > MAX_ELEMENTS or self._depth > MAX_COLUMNS:
            raise too_large()
        if self._aside or tag.startswith(_ASIDE):
            self._aside += 1
        elif tag == _STYLE:
            self._style = attributes.get(_named("style", "name"), "")
        elif tag == _TABLE_STYLE:
            if attributes.get(_named("table", "display")) == "false":
                self._hidden.add(self._style)
        elif tag == _TABLE:
            self._start_table(attributes)
        elif self._is_in_sheet and self._tables == 1:
            self._start_in_sheet(tag, attributes)

    def _start_table(self, attributes: Mapping[str, str]) -> None:
        self._tables += 1
        is_hidden = attributes.get(_named("table", "style-name"), "") in self._hidden
        if self._tables == 1 and not self.is_found and not is_hidden:
            self.is_found = self._is_in_sheet = True

    def _start_in_sheet(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == _ROW:
            self._row, self._length, self._mistake = [], 0, ""
            self._repeat = _repeated(attributes, "number-rows-repeated")
            if self._number + self._repeat > LAST_ROW:
                raise too_large()
        elif tag in _CELLS and self._row is not None:
            self._cell = _Cell(dict(attributes))
        elif tag == _PARAGRAPH and self._cell is not None:
            self._cell.paragraphs.append("")
            self._is_in_paragraph = True
        elif tag in _BREAKS:
            self.data(_BREAKS[tag])

    def data(self, text: str) -> None:
        if self._is_in_paragraph and not self._aside and self._cell is not None:
            self._length += len(text)
            if self._length <= MAX_LINE:
                self._cell.paragraphs[-1] += text

    def end(self, tag: str) -> None:
        self._depth -= 1
        if self._aside:
            self._aside -= 1
        elif tag == _TABLE:
            self._tables -= 1
            self._is_in_sheet = self._is_in_sheet and self._tables > 0
        elif not (self._is_in_sheet and self._tables == 1):
            return
        elif tag == _PARAGRAPH:
            self._is_in_paragraph = False
        elif tag in _CELLS:
            self._end_cell()
        elif tag == _ROW:
            self._end_row()

    def _end_cell(self) -> None:
        cell, self._cell = self._cell, None
        if cell is None or self._row is None or len(self._row) >= MAX_COLUMNS:
            return
        if mistake := cell.mistake():
            self._mistake = self._mistake or mistake % {"letter": letter_of(len(self._row) + 1)}
        repeat = _repeated(cell.attributes, "number-columns-repeated")
        self._row += [cell.text()] * min(repeat, MAX_COLUMNS - len(self._row))

    def _end_row(self) -> None:
        values, self._row = self._row or [], None
        first, self._number = self._number + 1, self._number + self._repeat
        while values and not values[-1]:
            values.pop()
        mistake = self._mistake
        if self._length > MAX_LINE or sum(map(len, values)) > MAX_LINE:
            mistake = str(TOO_LONG)
        if mistake:
            values = []
        if mistake or values:
            self._lines.append((self._repeat, Line(first, [one_line(value) for value in values], mistake)))
        elif first == 1:
            self._lines.append((1, Line(1, [])))

    def close(self) -> None:
        pass


def _repeated(attributes: Mapping[str, str], name: str) -> int:
    """Return how often a row or cell is repeated. Raises ValueError for no number."""
    number = int(attributes.get(_named("table", name), 1))
    if number < 1:
        raise ValueError(name)
    return number
