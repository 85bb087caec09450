"""The lines of a CSV file."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import TextIO

from django.utils.translation import gettext_lazy as _

from partners.texts import one_line

from .lines import MAX_LINE, TOO_LONG, Line

DELIMITERS = {";": _("puntkomma’s"), ",": _("komma’s"), "\t": _("tabs"), "|": _("verticale strepen")}
MAX_LINES_OF_A_ROW = 50
_SEP = re.compile(r"""["']?sep=(?P<delimiter>[;,|\t])(?P=delimiter)*["']?\s*""", re.IGNORECASE)
_QUOTED = re.compile('"[^"]*"')
_QUOTE = _("Een aanhalingsteken is niet gesloten, of staat midden in een waarde.")
_ROW_IN_A_VALUE = _(
    "Een waarde loopt door over een regel die zelf een rij lijkt; misschien is een aanhalingsteken niet gesloten."
)


class _LongLine(Exception):
    """A line is longer than `MAX_LINE`."""


class _Source:
    """The lines for `csv.reader`. After a broken row, its further lines are read again as rows of their own.

    `row` has the lines of the row being read. Two limits keep an unclosed quotation mark from swallowing the file:
    `MAX_LINE` characters and `MAX_LINES_OF_A_ROW` lines. The text uses universal line ends.
    """

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self.row: list[str] = []
        self._size = 0  # characters of the row
        self.number = 1  # of the first line of the row

    def __iter__(self) -> _Source:
        return self

    def __next__(self) -> str:
        row = self.row
        if row and (len(row) == MAX_LINES_OF_A_ROW or self._size > MAX_LINE):
            raise StopIteration
        line = self._again.popleft() if self._again else self._read()
        if not line:
            raise StopIteration
        if len(line) > MAX_LINE and line[-1] != "\n":
            if row:
                self._again.appendleft(line)
                raise StopIteration
            row.append(line)
            raise _LongLine
        row.append(line)
        self._size += len(line)
        return line

    def _read(self) -> str:
        line = self._text.readline(MAX_LINE + 1)
        rest = line
        while len(line) > MAX_LINE and rest and rest[-1] != "\n":
            rest = self._text.readline(1 << 16)
        return line

    def next_row(self) -> None:
        """Begin with the line after those of the last row."""
        self.number += len(self.row)
        self.row.clear()
        self._size = 0

    def give_back(self) -> None:
        """Read all lines of this row but the first once more."""
        self._again.extendleft(reversed(self.row[1:]))
        del self.row[1:]


def delimiter_of(text: TextIO) -> tuple[str, bool]:
    """Return the delimiter, and whether a first line such as `sep=;` names it. Reads one line of `text`.

    Otherwise it is the delimiter that the heading contains most, quoted values apart.
    """
    line = text.readline(MAX_LINE)
    if match := _SEP.fullmatch(line):
        return match["delimiter"], True
    bare = _QUOTED.sub("", line)
    return max(DELIMITERS, key=bare.count), False


def read_lines(text: TextIO, delimiter: str, *, skip_first: bool) -> Iterator[Line]:
    """Yield the lines of `text`, which is opened with universal line ends, from its beginning.

    Without the line `sep=;` (`skip_first`) the first one is the heading. After it, empty lines and lines of delimiters
    alone are left out: spreadsheets put them at the end. A row whose quotation mark is not closed costs one line; the
    lines after it are read.
    """
    source = _Source(text)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    if skip_first:
        next(source)
    columns = 0
    while True:
        source.next_row()
        try:
            raw = next(reader)
        except StopIteration:
            return
        except _LongLine:
            yield Line(source.number, [], str(TOO_LONG))
            continue
        except csv.Error:
            source.give_back()
            yield Line(source.number, [], str(_QUOTE))
            continue
        if len(source.row) > 1 and _has_a_row_inside(raw, delimiter, columns):
            source.give_back()
            yield Line(source.number, [], str(_ROW_IN_A_VALUE))
            continue
        values = [one_line(value) for value in raw]
        if not columns or any(values):
            columns = columns or max(1, sum(map(bool, values)))
            yield Line(source.number, values)


def _has_a_row_inside(values: list[str], delimiter: str, columns: int) -> bool:
    """Return True if a value has a line with as many delimiters as a row: two stray quotes around rows look so."""
    return columns > 1 and any(
        line.count(delimiter) >= columns - 1
        for value in values
        if "\n" in value
        for line in value.split("\n")
    )
