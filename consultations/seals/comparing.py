"""Compare the rows of a part of the log with their seals."""

from __future__ import annotations

import datetime
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from typing import NamedTuple

from . import form
from .chain import Seal
from .merkle import Tree
from .months import Month, month_from, month_of, second, shifted
from .reading import copy_rows

# A row is dated at most ten minutes from the beginning of its transaction (consultations_consultation.sql).
AHEAD = datetime.timedelta(minutes=10)
# The longest time from that beginning to the first row that the transaction writes.
BEHIND = datetime.timedelta(hours=1)
# Rows of a span, unless one seal has more.
SPAN = 50_000
# The most rows of a span that are named because of their date.
MOST_DATED = 50


class Span(NamedTuple):
    """Seals whose ranges follow each other, of one epoch.

    No row may be dated before `floor`. None of the transaction of one of `ceilings`, or of a later one, may be dated
    before the second beside it.
    """

    seals: Sequence[Seal]
    floor: bytes
    ceilings: Sequence[tuple[int, bytes]]


@dataclass
class Outcome:
    """The number of rows of a span, in all and by month, and what is not as it was sealed.

    `different` are seals with the number of rows there now, `added` rows that no seal covers, near the seal named, of
    a month. `dated` are rows that cannot have been written then: id, moment, and whether it is too early.
    """

    number: int = 0
    by_month: Counter[datetime.date] = field(default_factory=Counter)
    different: list[tuple[Seal, int]] = field(default_factory=list)
    added: Counter[tuple[Seal, datetime.date]] = field(default_factory=Counter)
    dated: list[tuple[str, str, bool]] = field(default_factory=list)


def spans(seals: Iterable[Seal]) -> Iterator[Span]:
    """Put the seals of a chain together in spans of about `SPAN` rows."""
    part: list[Seal] = []
    number, floor = 0, b""
    ceilings: deque[tuple[int, bytes]] = deque()
    for _range, group in groupby(seals, lambda seal: seal.range):
        same = list(group)
        is_other_epoch = bool(part) and part[-1].epoch != same[0].epoch
        if part and (number >= SPAN or is_other_epoch):
            yield Span(part, floor, tuple(ceilings))
            ceilings.extend(_ceiling(seal) for seal in part)
            part, number = [], 0
            if is_other_epoch:
                ceilings.clear()
                floor = b""
            while ceilings and ceilings[0][0] <= same[0].from_xid:
                floor = ceilings.popleft()[1]
        part += same
        number += sum(seal.row_count for seal in same)
    if part:
        yield Span(part, floor, tuple(ceilings))


def compare(span: Span, *, roots: bool = False, archived: Set[datetime.date] = frozenset()) -> Outcome:
    """Read the rows of a span and compare them with the digests of its seals; with `roots` with their roots too.

    The rows of the months `archived` need not be there.
    """
    rows = _Rows(span, roots, archived)
    first, last = span.seals[0], span.seals[-1]
    copy_rows(rows, epoch=first.epoch, from_xid=first.from_xid, until_xid=last.until_xid)
    rows.finish()
    return rows.outcome


def _ceiling(seal: Seal) -> tuple[int, bytes]:
    return seal.ceiling_xid, second(shifted(seal.sealed_at, -BEHIND))


class _Tally:
    """The rows of one month in one range; their hashes only when roots are compared."""

    def __init__(self) -> None:
        self.number = 0
        self.digest = sha256()
        self.leaves: list[bytes] = []


class _Rows:
    """Takes the lines of COPY, in the order in which they were sealed."""

    def __init__(self, span: Span, roots: bool, archived: Set[datetime.date]) -> None:
        self.outcome = Outcome()
        self._archived = archived
        self._roots = roots
        self._floor = span.floor
        self._ceilings = deque(span.ceilings)
        self._ranges = iter([list(group) for _, group in groupby(span.seals, lambda seal: seal.range)])
        self._begin_range(next(self._ranges))

    def write(self, line: bytes) -> None:
        xid, at = form.place_of(line)
        while xid >= self._until:
            self._end_range()
            self._begin_range(next(self._ranges))
        while self._ceilings and xid >= self._ceilings[0][0]:
            self._floor = self._ceilings.popleft()[1]
        if xid < self._from:  # the seal of its range is gone
            return self._note_stray(at)
        if not self._begins <= at < self._ends:
            self._turn_to(month_of(at))
        self._tally.number += 1
        self._tally.digest.update(line)
        if self._roots:
            self._tally.leaves.append(form.leaf_of(line))
        # A month without an end is that of moments that no calendar has.
        if not (self._floor <= at <= self._roof and self._ends) and len(self.outcome.dated) < MOST_DATED:
            self.outcome.dated.append((form.row_id(line), at.decode(), at < self._floor))

    def finish(self) -> None:
        """End the last range with rows, and those after it, which have none."""
        self._end_range()
        for seals in self._ranges:
            self._begin_range(seals)
            self._end_range()

    def _begin_range(self, seals: list[Seal]) -> None:
        self._from, self._until = seals[0].from_xid, seals[0].until_xid
        self._roof = second(shifted(seals[0].sealed_at, AHEAD))
        self._seals = {seal.month: seal for seal in seals}
        self._tallies: dict[datetime.date, _Tally] = {seal.month: _Tally() for seal in seals}
        self._turn_to(month_from(seals[0].month))

    def _note_stray(self, at: bytes) -> None:
        self.outcome.number += 1
        self.outcome.added[next(iter(self._seals.values())), month_of(at).first] += 1

    def _turn_to(self, month: Month) -> None:
        self._begins, self._ends = month.begins, month.ends
        self._tally = self._tallies.setdefault(month.first, _Tally())

    def _end_range(self) -> None:
        first = next(iter(self._seals.values()))
        for month, tally in self._tallies.items():
            seal = self._seals.get(month)
            self.outcome.number += tally.number
            self.outcome.by_month[month] += tally.number
            if seal is None:
                self.outcome.added[first, month] += tally.number
            elif not tally.number and month in self._archived:
                continue
            elif tally.digest.digest() != seal.digest or (
                self._roots and Tree(tally.leaves).root != seal.root
            ):
                self.outcome.different.append((seal, tally.number))
        self._ceilings.append(_ceiling(first))
