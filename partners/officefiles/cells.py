"""Values for a CSV file, so that a spreadsheet program runs none of them."""

from __future__ import annotations

from decimal import Decimal

# Spreadsheet programs read a text that begins like this as a formula. The last four are the full-width forms of the
# first, which some programs convert.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def harmless(value: int | Decimal | str) -> int | str:
    """Return `value` for CSV: a text that begins like a formula gets an apostrophe in front.

    Decimals get a comma, as Belgian spreadsheets expect.
    """
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return f"'{value}"
    return value
