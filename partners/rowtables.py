"""The base of the tables that `templates/includes/table.html` draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_tables2 as tables
from django.utils.functional import Promise


def column(header: Promise | str, look: str = "", **options: Any) -> tables.Column:
    """A column whose head has the class `look`. The row template draws its cells."""
    return tables.Column(verbose_name=header, empty_values=(), attrs={"th": {"class": look}}, **options)


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
