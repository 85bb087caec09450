"""The base of the tables that `templates/includes/table.html` draws."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any, Self

import django_tables2 as tables
from django.utils.functional import Promise


class Head(tables.Column):
    """A column of which a table draws the head only; the row template draws its cells.

    Every table copies its columns deeply. Of these only the column itself is copied: copying the texts and attributes
    too, which no table changes, took a tenth of the time of a page of the client list.
    """

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return copy(self)


def column(header: Promise | str, look: str = "", *, title: Promise | None = None, **options: Any) -> Head:
    """A column whose head has the class `look`; `title` explains a short head."""
    attributes = {"class": look} | ({"title": title} if title else {})
    return Head(verbose_name=header, empty_values=(), attrs={"th": attributes}, **options)


class RowTable(tables.Table):
    """A table whose rows are drawn by `row_template`, from `page_rows`; `caption` says how to read it.

    `query` is put behind the addresses to which the rows lead.

    A table has its own options only, so its `Meta` must inherit from `RowTable.Meta`.
    """

    row_template: str
    query = ""

    class Meta:
        template_name = "includes/table.html"
        orderable = False

    @property
    def page_rows(self) -> Sequence[Any]:
        """The rows of the page: those of the data, unless a table makes values of them."""
        return self.data.data
