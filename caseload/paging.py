"""Keyset paging: a page starts after a row instead of at a number, so page 900 costs the same as page 1."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django_tables2.rows import BoundRows


class KeysetPage(Page):
    """One page: its rows, whether it is the first, and the cursor of the next one (None on the last)."""

    def __init__(
        self, rows: list[Any], *, is_first: bool, next_after: uuid.UUID | None, paginator: KeysetPaginator
    ) -> None:
        super().__init__(rows, 1, paginator)
        self.rows = rows
        self.is_first = is_first
        self.next_after = next_after

    def has_next(self) -> bool:
        return self.next_after is not None

    def has_previous(self) -> bool:
        return not self.is_first


class KeysetPaginator(Paginator):
    """Pages of a table by the order of its queryset. Give it to `Table.paginate(paginator_class=…)`.

    A cursor is the public id of the last row of the page before: opaque, because a name may not appear in an address.
    `anchors` is the queryset in which that row is looked up, wider than the filtered one, so that paging goes on when
    the row no longer matches the filter. When it is not there at all, the list starts at its beginning.

    The queryset's order must end in a unique column.
    """

    def __init__(self, rows: BoundRows, per_page: int, *, anchors: QuerySet[Any]) -> None:
        self.queryset: QuerySet[Any] = rows.data.data
        self.anchors = anchors
        super().__init__(self.queryset, per_page)

    def page(self, number: uuid.UUID | None) -> KeysetPage:  # type: ignore[override]
        """Return the page after the row with public id `number`; the first page for None."""
        order = [str(name) for name in self.queryset.query.order_by]
        place = self._place(number, order) if number else None
        entries = self.queryset.filter(after(order, place)) if place else self.queryset
        # One row more than shown tells whether there is a next page.
        rows = list(entries[: self.per_page + 1])
        shown = rows[: self.per_page]
        return KeysetPage(
            shown,
            is_first=place is None,
            next_after=shown[-1].public_id if len(rows) > self.per_page else None,
            paginator=self,
        )

    def _place(self, cursor: uuid.UUID, order: Sequence[str]) -> tuple[Any, ...] | None:
        names = [name.removeprefix("-") for name in order]
        return self.anchors.filter(inscription__public_id=cursor).values_list(*names).first()


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
