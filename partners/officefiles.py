"""CSV files as office programs write them: the same rules for every importer."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, TextIO

from .texts import one_line

MAX_LINE = 4096  # characters
HOW_TO_SAVE = (
    "In Excel: File > Save As, type 'CSV UTF-8 (Comma delimited) (*.csv)'. In LibreOffice: File > Save As, type "
    "'Text CSV', tick 'Edit filter settings', character set 'Unicode (UTF-8)'"
)


class NotUtf8(Exception):
    """The file is not UTF-8 text. `line` (from 1) is the first one that is not."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}: not UTF-8")
        self.line = line


@dataclass(frozen=True)
class Line:
    """One line of a file: its number (from 1) and its values. With a `mistake` it has no values."""

    number: int
    values: list[str]
    mistake: str = ""


def check_text(raw: BinaryIO) -> None:
    """Read `raw` to its end. Raises NotUtf8, and OSError when it cannot be read."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    try:
        while chunk := raw.read(1 << 20):
            decoder.decode(chunk)
            line += chunk.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        # The line ends of earlier chunks are counted already, also before a character that was cut in two.
        raise NotUtf8(line + error.object[: error.start].count(b"\n")) from error


def read_lines(text: TextIO) -> Iterator[Line]:
    """Yield the lines of `text`, opened as "utf-8-sig" with `newline=""`. Memory use stays flat.

    The first line decides between comma and semicolon. Values have single spaces and no invisible characters
    (`partners.texts.one_line`). After the first line, empty lines and lines of delimiters alone are left out:
    spreadsheets put them at the end.
    """
    delimiter = ""
    number = 0
    while line := text.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            while line and not line.endswith(("\n", "\r")):
                line = text.readline(1 << 16)
            yield Line(number, [], f"Longer than {MAX_LINE} characters.")
            continue
        delimiter = delimiter or (";" if line.count(";") > line.count(",") else ",")
        # Each line is parsed by itself, so that an open quote does not swallow the next one.
        try:
            values = next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter, strict=True), [])
        except csv.Error:
            yield Line(number, [], "A quotation mark is not closed, or is inside a value.")
            continue
        values = [one_line(value) for value in values]
        if number == 1 or any(values):
            yield Line(number, values)
