"""Open an office file of any kind and read its lines."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from . import csvlines, encodings, opendocument, workbooks
from .lines import Line, OfficeFileError


def open_file(path: Path) -> BinaryIO:
    """Open the file at `path`. Raises OfficeFileError for a folder, a pipe, or a file that cannot be opened."""
    try:
        # Opening a pipe would wait for a writer.
        if path.exists() and not path.is_file():
            raise OfficeFileError(None, _("dit is geen bestand"))
        return path.open("rb")
    except FileNotFoundError as error:
        raise OfficeFileError(None, _("dit bestand bestaat niet")) from error
    except (OSError, ValueError) as error:
        raise OfficeFileError(
            None, getattr(error, "strerror", None) or _("dit bestand bestaat niet")
        ) from error


class OfficeFile:
    """A client list or table of counts in CSV, XLSX or ODS.

    Opening it reads `raw` (seekable) to its end, so that a file that cannot be read is refused before anything of it
    is used. Raises OfficeFileError then. `read_as` says in words how it is read.
    `most` bounds the rows of a workbook, which are all unpacked here; a CSV file is read as far as the caller asks.
    """

    def __init__(self, raw: BinaryIO, *, most: int | None = None) -> None:
        try:
            raw.seek(0)
            self._workbook = workbooks.is_workbook(raw.read(workbooks.SIGNATURE))
            self._opendocument = self._workbook and opendocument.is_spreadsheet(raw)
            self._raw = raw
            if self._opendocument:
                self.read_as = opendocument.check(raw, most)
                return
            if self._workbook:
                self.read_as, self._has_formulas = workbooks.check(raw, most)
                return
            encoding = encodings.detect(raw)
        except OSError as error:
            raise OfficeFileError(None, error.strerror or _("het kan niet gelezen worden")) from error
        # One wrapper for the life of this object: it closes `raw` when it goes.
        self._text = io.TextIOWrapper(raw, encoding=encoding.codec, newline=None)
        self._mark = encoding.mark
        self._text.seek(self._mark)
        self._delimiter, self._sep = csvlines.delimiter_of(self._text)
        self.read_as = f"{encoding.label}, {csvlines.DELIMITERS[self._delimiter]}"

    def lines(self) -> Iterator[Line]:
        """Yield the lines from the heading on, see `Line`. Raises OfficeFileError if the file changed meanwhile."""
        if self._opendocument:
            yield from opendocument.read_lines(self._raw)
            return
        if self._workbook:
            yield from workbooks.read_lines(self._raw, self._has_formulas)
            return
        self._text.seek(self._mark)
        try:
            yield from csvlines.read_lines(self._text, self._delimiter, skip_first=self._sep)
        except (UnicodeDecodeError, OSError) as error:
            raise OfficeFileError(
                None, _("het bestand veranderde terwijl het gelezen werd; bied het opnieuw aan")
            ) from error
