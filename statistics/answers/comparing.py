"""What an answer said, beside what it would say now. No database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from .content import Section, Table, Text, is_number

Item = TypeVar("Item")


@dataclass(frozen=True)
class Words:
    """A text or cell as it was given. `now` is what would stand there now, None if that is the same.

    Empty in `now` means that it would not be there; empty in `then` that it was not.
    """

    then: str
    now: str | None = None

    @property
    def differs(self) -> bool:
        return self.now is not None

    @property
    def is_number(self) -> bool:
        return is_number(self.then or self.now or "")


@dataclass(frozen=True)
class ComparedRow:
    """The cells of a row; `is_total` for that of the totals."""

    cells: tuple[Words, ...]
    is_total: bool = False


@dataclass(frozen=True)
class ComparedBlock:
    """A text, or a table with `rows`: its heads, and beside it the columns that it would have now as well."""

    key: str
    words: Words
    heads: tuple[Words, ...] = ()
    rows: tuple[ComparedRow, ...] = ()

    @property
    def columns(self) -> list[tuple[Words, bool]]:
        """The head of each column, and whether all its cells are numbers."""
        return [
            (head, place > 0 and all(row.cells[place].is_number for row in self.rows))
            for place, head in enumerate(self.heads)
        ]

    @property
    def differences(self) -> int:
        """How many places differ."""
        cells = [cell for row in self.rows for cell in row.cells]
        return sum(each.differs for each in (self.words, *self.heads, *cells))


@dataclass(frozen=True)
class ComparedSection:
    """A section of the answer."""

    key: str
    words: Words
    blocks: tuple[ComparedBlock, ...]

    @property
    def differences(self) -> int:
        return self.words.differs + sum(block.differences for block in self.blocks)


def compared(then: Iterable[Section], now: Iterable[Section]) -> list[ComparedSection]:
    """Return every section as it was given, with what differs now; those that only exist now come last."""
    return [
        ComparedSection(
            key,
            _words(before.title if before else None, after.title if after else None),
            tuple(
                _block(block_key, old, new)
                for block_key, old, new in _pairs(
                    [(block.key, block) for block in before.blocks] if before else [],
                    [(block.key, block) for block in after.blocks] if after else [],
                )
            ),
        )
        for key, before, after in _pairs(
            [(section.key, section) for section in then], [(section.key, section) for section in now]
        )
    ]


def _pairs(
    then: Sequence[tuple[str, Item]], now: Sequence[tuple[str, Item]]
) -> Iterator[tuple[str, Item | None, Item | None]]:
    """Return key, old and new of each item, in the order of the old ones. The same key twice is two items."""
    before, after = dict(_numbered(then)), dict(_numbered(now))
    for name in [*before, *(name for name in after if name not in before)]:
        yield name[0], before.get(name), after.get(name)


def _numbered(items: Iterable[tuple[str, Item]]) -> Iterator[tuple[tuple[str, int], Item]]:
    seen: Counter[str] = Counter()
    for key, item in items:
        yield (key, seen[key]), item
        seen[key] += 1


def _words(then: str | None, now: str | None) -> Words:
    return Words(then or "", None if then == now else now or "")


def _block(key: str, then: Text | Table | None, now: Text | Table | None) -> ComparedBlock:
    words = _words(_title(then), _title(now))
    old, new = (each if isinstance(each, Table) else None for each in (then, now))
    if old is None and new is None:
        return ComparedBlock(key, words)
    heads = list(
        _pairs(
            [(head, place) for place, head in enumerate(old.heads)] if old else [],
            [(head, place) for place, head in enumerate(new.heads)] if new else [],
        )
    )
    rows = _pairs(_by_heading(old), _by_heading(new))
    return ComparedBlock(
        key,
        words,
        tuple(
            _words(None if before is None else head, None if after is None else head)
            for head, before, after in heads
        ),
        tuple(
            ComparedRow(
                tuple(_words(_cell(row, before), _cell(row_now, after)) for _head, before, after in heads),
                is_total=_is_total(old, row) or _is_total(new, row_now),
            )
            for _heading, row, row_now in rows
        ),
    )


def _title(block: Text | Table | None) -> str | None:
    if block is None:
        return None
    return block.title if isinstance(block, Table) else block.text


def _by_heading(table: Table | None) -> list[tuple[str, tuple[str, ...]]]:
    return [(row[0], row) for row in table.rows] if table else []


def _cell(row: tuple[str, ...] | None, place: int | None) -> str | None:
    return None if row is None or place is None else row[place]


def _is_total(table: Table | None, row: tuple[str, ...] | None) -> bool:
    return table is not None and table.has_total and row is table.rows[-1]
