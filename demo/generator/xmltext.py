"""Small pieces of XML as text: escaped, without white space between elements.

Building text is some ten times faster than building trees. Whatever is not a constant of this package goes
through `text` or `attribute`.
"""

from datetime import date
from functools import lru_cache

_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;"})


def text(value: str) -> str:
    """`value` as character data."""
    return value.translate(_TEXT)


def attribute(value: str) -> str:
    """`value` for between double quotes."""
    return value.translate(_ATTRIBUTE)


def tag(name: str, value: str) -> str:
    """An element of that name with character data."""
    return f"<{name}>{value.translate(_TEXT)}</{name}>"


@lru_cache(maxsize=16384)
def day(ordinal: int) -> str:
    """A day (`date.toordinal`) as YYYY-MM-DD."""
    return date.fromordinal(ordinal).isoformat()


def code02(name: str, value: str, meaning: str = "", short: str = "") -> str:
    """A CodeType element of KBI-02.00: value at most 50 signs, Naam at most 50, KorteNaam at most 25."""
    shown = f' KorteNaam="{attribute(short)}"' if short else ""
    shown += f' Naam="{attribute(meaning)}"' if meaning else ""
    return f"<{name}{shown}>{text(value)}</{name}>"


def code01(name: str, value: str, meaning: str = "") -> str:
    """A CodeType element of Inburgering-01.00."""
    shown = f' Beschrijving="{attribute(meaning)}"' if meaning else ""
    return f"<{name}{shown}>{text(value)}</{name}>"
