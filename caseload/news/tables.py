"""Changes as a table."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.rowtables import RowTable, column
from persons.formats import clock, weekday
from persons.insz import format_insz
from persons.models import Change, ClientListEntry


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """The values of one change. `file` is the public id of an inscription that shows it; `about` part and course."""

    day: str
    time: str
    file: uuid.UUID | None
    name: str
    what: str
    about: str


class ChangeTable(RowTable):
    """What changed, the newest first. Set `line_of` before it is drawn."""

    at = column(gettext_lazy("Tijdstip"), "l-at")
    client = column(gettext_lazy("Cliënt"), "l-client")
    what = column(gettext_lazy("Wat"), "l-what")
    about = column(gettext_lazy("Onderdeel en cursus"), "l-about")

    class Meta(RowTable.Meta):
        attrs = {"class": "clients plainrows looks"}

    row_template = "caseload/news/row.html"
    caption = gettext_lazy(
        "Wat nieuwe berichten veranderden, het nieuwste bovenaan. Het tijdstip is dat van het inlezen."
    )
    line_of: Callable[[Change], ClientListEntry | None]

    @cached_property
    def page_rows(self) -> list[ChangeRow]:
        """The rows of the page."""
        return [self._row(change) for change in self.page.rows]

    def _row(self, change: Change) -> ChangeRow:
        line = self.line_of(change)
        return ChangeRow(
            day=weekday(change.at),
            time=clock(change.at),
            file=line.public_id if line else None,
            name=(str(line) or _("naam onbekend, %(insz)s") % {"insz": format_insz(line.insz)})
            if line
            else "",
            what=capfirst(change.get_kind_display()),
            about=" · ".join(filter(None, [change.part, change.course])),
        )
