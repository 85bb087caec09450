"""Keyset paging: a page starts after a place in the order and not at a number, so page 900 costs the same as page 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django_tables2.rows import BoundRows

from partners.sealing import Unreadable, seal, unseal


class KeysetPage(Page):
    """One page: its rows, whether it is the first, and the cursor of the next one ("" on the last)."""

    def __init__(
        self, rows: list[Any], *, is_first: bool, next_after: str, paginator: KeysetPaginator
    ) -> None:
        super().__init__(rows, 1, paginator)
        self.rows = rows
        self.is_first = is_first
        self.next_after = next_after

    def has_next(self) -> bool:
        return bool(self.next_after)

    def has_previous(self) -> bool:
        return not self.is_first


class KeysetPaginator(Paginator):
    """Pages of a table by the order of its queryset. Give it to `Table.paginate(paginator_class=…)`.

    A cursor is the place of the last row of the page before: its values of the columns in the order. It is encrypted,
    because a name may not appear in an address. Paging does not read that row again, so it goes on when the row has
    another name by then, no longer matches the filter, or is gone. A cursor opens for the same `context` (see
    `partners.sealing`) and order only; with any other text the list starts at its beginning.

    The queryset's order must end in a unique column.
    """

    def __init__(self, rows: BoundRows, per_page: int, *, context: Sequence[object]) -> None:
        self.queryset = rows.data.data
        self.order = [str(name) for name in self.queryset.query.order_by]
        self.context = ("place", *context, *self.order)
        super().__init__(self.queryset, per_page)

    def page(self, number: str) -> KeysetPage:  # type: ignore[override]
        """Return the page after the cursor `number`; the first page for ""."""
        place = self._place(number)
        entries = self.queryset.filter(after(self.order, place)) if place else self.queryset
        # One row more than shown tells whether there is a next page.
        rows = list(entries[: self.per_page + 1])
        shown = rows[: self.per_page]
        return KeysetPage(
            shown,
            is_first=place is None,
            next_after=self.cursor(shown[-1]) if len(rows) > self.per_page else "",
            paginator=self,
        )

    def cursor(self, row: Any) -> str:
        """Return the cursor of the page after `row`."""
        return seal([getattr(row, name.removeprefix("-")) for name in self.order], *self.context)

    def _place(self, cursor: str) -> list[Any] | None:
        try:
            return unseal(cursor, *self.context) if cursor else None
        except Unreadable:
            return None


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
