"""What an answer consists of: sections with texts and tables, as they are stored and shown. No database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Text:
    """A paragraph. `key` names it within its section."""

    key: str
    text: str


@dataclass(frozen=True)
class Table:
    """A table: the heads of its columns, and rows of as many cells, of which the first is the heading.

    With `has_total` the last row is that of the totals.
    """

    key: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    has_total: bool = False


@dataclass(frozen=True)
class Section:
    """A question and what answers it."""

    key: str
    title: str
    blocks: tuple[Text | Table, ...]


def is_number(text: str) -> bool:
    """Return True for a cell that is a number, a share or the sign for no data."""
    return text == "–" or (text[:1].isdigit() and not text.strip("0123456789.,\u00a0 %"))


def as_json(sections: Iterable[Section]) -> list[dict[str, Any]]:
    """Return the sections as values that JSON can store; `from_json` reads them."""
    return [asdict(section) for section in sections]


def from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[Section, ...]:
    """Return the sections that `as_json` wrote."""
    return tuple(
        Section(each["key"], each["title"], tuple(_block(block) for block in each["blocks"]))
        for each in stored
    )


def _block(stored: Mapping[str, Any]) -> Text | Table:
    if "text" in stored:
        return Text(stored["key"], stored["text"])
    return Table(
        stored["key"],
        stored["title"],
        tuple(stored["heads"]),
        tuple(tuple(row) for row in stored["rows"]),
        stored["has_total"],
    )
