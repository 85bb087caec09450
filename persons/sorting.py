"""Names without accents and capitals, for order and prefix search."""

from __future__ import annotations

import unicodedata

from partners.texts import visible

SEPARATOR = " "
# Letters that do not decompose, as people type them without the right keyboard.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n"}
)


def fold(text: str) -> str:
    """Return `text` casefolded, without accents and invisible characters, and with spaces for all other signs.

    >>> fold("García-López, María")
    'garcia lopez maria'
    """
    decomposed = unicodedata.normalize("NFKD", visible(text).casefold()).translate(_LETTERS)
    letters = [
        char if char.isalnum() else SEPARATOR for char in decomposed if not unicodedata.combining(char)
    ]
    return SEPARATOR.join("".join(letters).split())


def sort_key(last_name: str, first_name: str) -> str:
    """Return the key by which the client list is ordered and searched: last name, then first name."""
    return f"{fold(last_name)} {fold(first_name)}".strip()


def prefix_range(text: str) -> tuple[str, str]:
    """Return the half-open range of sort keys that start with `text` (byte order, collation C)."""
    low = fold(text)
    return low, low + "\U0010ffff"
