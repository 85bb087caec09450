"""One line of an office file, and the error for a file that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

MAX_LINE = 4096  # characters of one row, line breaks in its values included; `TOO_LONG` says it too
TOO_LONG = _("Langer dan 4096 tekens.")


class OfficeFileError(Exception):
    """The file cannot be read at all. `line` (from 1) is the first wrong line or row, None if there is none.

    `reason` is one sentence without a full stop that says how to fix it, in the active language. It repeats no value
    of the file.
    """

    def __init__(self, line: int | None, reason: str) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class Line:
    """A row of a file: the number of its first line (from 1; a row number in XLSX) and its values.

    With a `mistake` it has no values. Values have single spaces, no line breaks and no invisible characters
    (`partners.texts.one_line`).
    """

    number: int
    values: list[str]
    mistake: str = ""
