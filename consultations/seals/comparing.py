"""Compare the rows of a span of seals with these seals. No Django: other processes do it too.

Rows come as the lines of COPY, in the order in which they were sealed. Each process reads with a connection of its
own.
"""

from __future__ import annotations

import datetime
import multiprocessing
import os
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from multiprocessing.connection import wait
from typing import Any, NamedTuple

import psycopg2

from . import form
from .chain import Seal
from .copying import copy_statement
from .merkle import Tree
from .months import Month, month_from, month_of, second

# A row is dated at most ten minutes from the beginning of its transaction (consultations_consultation.sql).
AHEAD = datetime.timedelta(minutes=10)
# The longest time from that beginning to the first row that the transaction writes.
BEHIND = datetime.timedelta(hours=1)
# Rows of a span, unless one seal has more.
SPAN = 50_000
# The most rows out of their time that are named, of a span.
MOST_DATED = 50


class Span(NamedTuple):
    """Seals whose ranges follow each other, of one epoch.

    No row may be dated before `floor`, and none of the transaction of one of `ceilings`, or a later one, before the
    second beside it.
    """

    seals: Sequence[Seal]
    floor: bytes
    ceilings: Sequence[tuple[int, bytes]]


@dataclass
class Outcome:
    """What a span has: the number of rows in all and by month, and what is not as it was sealed.

    `different` are seals with the hashes of the rows there now, `added` rows of months without a seal in the range of
    the seal named, and `dated` the ids and moments of rows that cannot have been written then.
    """

    number: int = 0
    by_month: Counter[datetime.date] = field(default_factory=Counter)
    different: list[tuple[Seal, list[bytes]]] = field(default_factory=list)
    added: list[tuple[Seal, datetime.date, int]] = field(default_factory=list)
    dated: list[tuple[str, str, bool]] = field(default_factory=list)  # id, moment, too early


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
            for seal in part:
                ceilings.append((seal.ceiling_xid, second(seal.sealed_at - BEHIND)))
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


def compare_all(work: Iterable[Span], address: dict[str, Any], processes: int) -> Iterator[Outcome]:
    """Compare spans in `processes` processes at once. `address` are the arguments of psycopg2.connect."""
    with _readers(address, processes) as pool:
        waiting = deque()
        for span in work:
            waiting.append(pool.submit(_compare_elsewhere, span))
            if len(waiting) > 2 * processes:  # the chain is read no faster than the rows
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def compare(span: Span, cursor: Any) -> Outcome:
    """Compare one span, with a cursor of psycopg2."""
    rows = _Rows(span)
    first, last = span.seals[0], span.seals[-1]
    cursor.copy_expert(copy_statement(first.epoch, first.from_xid, last.until_xid), rows)
    rows.finish()
    return rows.outcome


class _Rows:
    """Takes the lines of COPY."""

    def __init__(self, span: Span) -> None:
        self.outcome = Outcome()
        self._floor = span.floor
        self._ceilings = deque(span.ceilings)
        self._ranges = iter([list(group) for _, group in groupby(span.seals, lambda seal: seal.range)])
        self._begin_range(next(self._ranges))

    def write(self, line: bytes) -> None:
        leaf, xid, at = form.read_leaf(line)
        while xid >= self._until:
            self._end_range()
            self._begin_range(next(self._ranges))
        while self._ceilings and xid >= self._ceilings[0][0]:
            self._floor = self._ceilings.popleft()[1]
        if not self._begins <= at < self._ends:
            self._turn_to_month_of(at)
        self._leaves.append(leaf)
        if not self._floor <= at <= self._roof and len(self.outcome.dated) < MOST_DATED:
            self.outcome.dated.append((form.row_id(line), at.decode(), at < self._floor))

    def finish(self) -> None:
        """End the last range with rows, and those after it, which have none."""
        self._end_range()
        for seals in self._ranges:
            self._begin_range(seals)
            self._end_range()

    def _begin_range(self, seals: list[Seal]) -> None:
        self._until = seals[0].until_xid
        self._roof = second(seals[0].sealed_at + AHEAD)
        self._seals = {seal.month: seal for seal in seals}
        self._by_month: dict[datetime.date, list[bytes]] = {seal.month: [] for seal in seals}
        self._turn_to(month_from(seals[0].month))

    def _turn_to(self, month: Month) -> None:
        self._begins, self._ends = month.begins, month.ends
        self._leaves = self._by_month.setdefault(month.first, [])

    def _turn_to_month_of(self, at: bytes) -> None:
        try:
            self._turn_to(month_of(at))
        except ValueError:  # a moment that no calendar has: it stays where it is, and changes the root
            self._begins = self._ends = b""

    def _end_range(self) -> None:
        first = next(iter(self._seals.values()))
        for month, leaves in self._by_month.items():
            seal = self._seals.get(month)
            self.outcome.number += len(leaves)
            self.outcome.by_month[month] += len(leaves)
            if seal is None:
                self.outcome.added.append((first, month, len(leaves)))
            elif len(leaves) != seal.row_count or Tree(leaves).root != seal.root:
                self.outcome.different.append((seal, leaves))
        self._ceilings.append((first.ceiling_xid, second(first.sealed_at - BEHIND)))


# -- processes -------------------------------------------------------------------------------------------------------

_connection: Any = None


@contextmanager
def _readers(address: dict[str, Any], number: int) -> Iterator[ProcessPoolExecutor]:
    pool = ProcessPoolExecutor(
        number, multiprocessing.get_context("spawn"), initializer=_begin_process, initargs=(address,)
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _begin_process(address: dict[str, Any]) -> None:
    global _connection
    parent = multiprocessing.parent_process()
    if parent is not None:  # a process that was killed leaves none behind
        threading.Thread(target=_end_with, args=[parent.sentinel], daemon=True).start()
    _connection = psycopg2.connect(**address)
    _connection.set_session(readonly=True, autocommit=True)


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _compare_elsewhere(span: Span) -> Outcome:
    with _connection.cursor() as cursor:
        return compare(span, cursor)
