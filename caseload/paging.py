"""Keyset paging: a page starts after a place in the order and not at a number, so page 900 costs the same as page 1."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django_tables2.rows import BoundRows

from partners.sealing import Unreadable, seal, unseal

Range = tuple[Q, list[str]]  # the condition of its rows, and their order (names, with "-" for descending)
RANGE = "in_range"  # where a row says in which range it is
AFTER, BEFORE = ">", "<"  # the direction of a cursor


class KeysetPage(Page):
    """One page: its rows, whether it is the first, and the cursors of the pages beside it ("" where there is none)."""

    def __init__(
        self, rows: list[Any], *, is_first: bool, previous: str, next_after: str, paginator: KeysetPaginator
    ) -> None:
        super().__init__(rows, 1, paginator)
        self.rows = rows
        self.is_first = is_first
        self.previous = previous
        self.next_after = next_after

    def has_next(self) -> bool:
        return bool(self.next_after)

    def has_previous(self) -> bool:
        return not self.is_first


class KeysetPaginator(Paginator):
    """Pages of a table by the order of its queryset. Give it to `Table.paginate(paginator_class=…)`.

    A cursor is the place of the last row of the page before, or of the first row of the page after: its values of the
    columns in the order. It is encrypted, because a name may not appear in an address. Paging does not read that row
    again, so it goes on when the row has another name by then, no longer matches the filter, or is gone. A cursor opens
    for the same `context` (see `partners.sealing`) and order only; with any other text the list starts at its
    beginning.

    The queryset's order must end in a unique column. With `ranges` the list is several ranges one after the other, each
    in its own order; a cursor says in which of them it is. The range number `empty` is known to have no rows.
    """

    def __init__(
        self,
        rows: BoundRows,
        per_page: int,
        *,
        context: Sequence[object],
        ranges: Sequence[Range] = (),
        empty: int | None = None,
    ) -> None:
        self.empty = empty
        self.queryset = rows.data.data
        self.ranges = ranges or [(Q(), [str(name) for name in self.queryset.query.order_by])]
        self.context = ("place", *context, *(name for _condition, order in self.ranges for name in order))
        super().__init__(self.queryset, per_page)

    def page(self, number: str) -> KeysetPage:  # type: ignore[override]
        """Return the page that the cursor `number` leads to; the first page for ""."""
        place = self._place(number)
        backward = bool(place) and place[0] == BEFORE
        # One row more than shown tells whether there is a further page.
        rows = read_from(self.queryset, self.ranges, place, self.per_page + 1, empty=self.empty)
        shown, is_last = rows[: self.per_page], len(rows) <= self.per_page
        if backward:
            shown.reverse()
        is_first = is_last if backward else not place
        return KeysetPage(
            shown,
            is_first=is_first,
            previous=self.cursor(shown[0], BEFORE) if shown and not is_first else "",
            next_after=self.cursor(shown[-1]) if shown and (backward or not is_last) else "",
            paginator=self,
        )

    def cursor(self, row: Any, direction: str = AFTER) -> str:
        """Return the cursor of the page after `row`, a row that `page` read, or of the one before it."""
        return seal(place_of(row, self.ranges, direction), *self.context)

    def _place(self, cursor: str) -> list[Any]:
        """The direction, range and values of a cursor; nothing for the beginning of the list."""
        try:
            return unseal(cursor, *self.context) if cursor else []
        except Unreadable:
            return []


def place_of(row: Any, ranges: Sequence[Range], direction: str = AFTER) -> list[Any]:
    """Return the place in `ranges` after `row`, or before it, as `read_from` takes it."""
    at = getattr(row, RANGE)
    return [direction, at, *_values(row, ranges[at][1])]


def read_from(
    queryset: QuerySet, ranges: Sequence[Range], place: Sequence[Any], limit: int, *, empty: int | None = None
) -> list[Any]:
    """Return at most `limit` rows from `place` on; backwards the nearest comes first. No place is the beginning.

    The range number `empty` is known to have no rows.
    """
    if not place:
        return read(queryset, ranges, limit, empty=empty)
    direction, at, *values = place
    if direction == AFTER:
        return read(queryset, ranges, limit, start=at, place=values, empty=empty)
    last = len(ranges) - 1
    rows = read(
        queryset,
        reverse(ranges),
        limit,
        start=last - at,
        place=values,
        empty=None if empty is None else last - empty,
    )
    for row in rows:
        setattr(row, RANGE, last - getattr(row, RANGE))
    return rows


def read(
    queryset: QuerySet,
    ranges: Sequence[Range],
    limit: int,
    *,
    start: int = 0,
    place: Sequence[Any] = (),
    empty: int | None = None,
) -> list[Any]:
    """Return the first `limit` rows of `ranges`, from range `start` on and there after `place`.

    The range number `empty` is known to have no rows. One statement for each range until there are enough rows: most
    pages need only the first.
    """
    rows: list[Any] = []
    for at, (condition, order) in enumerate(ranges[start:], start):
        if at == empty:
            continue
        rows_of_range = queryset.filter(condition).order_by(*order)
        for after_place in _after_in_parts(order, place) if at == start and place else [Q()]:
            part = list(rows_of_range.filter(after_place)[: limit - len(rows)])
            for row in part:
                setattr(row, RANGE, at)
            rows += part
            if len(rows) == limit:
                return rows
    return rows


def _values(row: Any, order: Sequence[str]) -> list[Any]:
    values = [getattr(row, name.removeprefix("-")) for name in order]
    # JSON cuts a moment to milliseconds, and a page would leave out the rows of the same one.
    return [value.isoformat() if isinstance(value, datetime.datetime) else value for value in values]


def _after_in_parts(order: Sequence[str], place: Sequence[Any]) -> list[Q]:
    """The rows after `place`, as conditions that each are one range of the index.

    Many lines can have the same first value: all clients of whom the norm is met have one urgency. As one condition
    only that first column would bound the range, and a page would read all of them.
    """
    if len(order) <= 2:
        return [after(order, place)]
    name = order[0].removeprefix("-")
    return [Q(**{name: place[0]}) & after(order[1:], place[1:]), after(order[:1], place[:1])]


def after(order: Sequence[str], place: Sequence[Any]) -> Q:
    """The rows that come after `place` when ordered by `order` (names, with "-" for descending).

    Written with comparisons of single columns: under row-level security PostgreSQL uses an index only for operators
    that cannot leak, and those that compare whole rows are not among them.
    """
    name, *others = order
    value, *values = place
    comparison = "lt" if name.startswith("-") else "gt"
    name = name.removeprefix("-")
    beyond = Q(**{f"{name}__{comparison}": value})
    if others:
        # The first condition alone bounds the range in the index.
        return Q(**{f"{name}__{comparison}e": value}) & (beyond | after(others, values))
    return beyond


def reverse(ranges: Sequence[Range]) -> list[Range]:
    """Return `ranges` from the last row to the first."""
    return [
        (condition, [name[1:] if name.startswith("-") else f"-{name}" for name in order])
        for condition, order in reversed(ranges)
    ]
