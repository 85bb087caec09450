"""CSV for spreadsheet programs. Text stays text: no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

# Spreadsheet programs read a text that begins like this as a formula. The last four are the full-width forms of the
# first, which some programs convert.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
CONTENT_TYPE = "text/csv; charset=utf-8"


def write_csv(rows: Iterable[Sequence[int | Decimal | date | str]]) -> bytes:
    """Return CSV for a Belgian Excel: semicolons, UTF-8 with a byte order mark."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([harmless(value) for value in row])
    return buffer.getvalue().encode("utf-8-sig")


def harmless(value: int | Decimal | date | str) -> int | str:
    """Return `value` for CSV: a text that begins like a formula gets an apostrophe in front.

    Decimals get a comma and dates are 31/12/2026, as Belgian spreadsheets expect.
    """
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return f"'{value}"
    return value
