"""A pasted list as a table."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.enums import Capacity
from partners.rowtables import RowTable, column
from persons import formats
from persons.attendance import Part
from persons.insz import format_insz
from persons.presentation.doubts import Mark, marks_of

from ..services.pastedlists import PastedRow
from .cells import PartCell, has_answers_only, is_withheld, outlooks, part_cells
from .clients import ClientTable


@dataclass(frozen=True, slots=True)
class PastedCells:
    """The values of one number of a pasted list; `words` explain a number that is no client, after its `status`."""

    position: int
    number: str
    public_id: uuid.UUID | None = None
    name: str = ""
    others: Sequence[tuple[uuid.UUID, str]] = ()
    parts: Sequence[PartCell] = ()
    verdict: str = ""
    outlooks: Sequence[str] = ()
    doubts: Sequence[Mark] = ()
    sign: str = ""
    status: str = ""
    words: str = ""
    is_mistake: bool = False
    span: int = 1  # columns that the words take


class PastedTable(RowTable):
    """A pasted list, in the order in which it was pasted."""

    position = column(gettext_lazy("Regel"), "c-position")
    client = column(gettext_lazy("Cliënt"), "c-pasted")
    mo = column(gettext_lazy("Oriëntatie (MO)"), "c-part")
    nt2 = column(gettext_lazy("Nederlands (NT2)"), "c-part")
    plo = column(gettext_lazy("Loopbaan (PLO)"), "c-part")
    standing = column(gettext_lazy("Status"), "c-standing")

    class Meta(RowTable.Meta):
        attrs = {"class": "clients pasted"}

    row_template = "caseload/includes/pasted_row.html"
    caption = ClientTable.caption

    @cached_property
    def page_rows(self) -> list[PastedCells]:
        """The rows. Read it before the columns, as in `ClientTable`."""
        rows: list[PastedRow] = list(self.data)
        entries = [row.entry for row in rows if row.entry]
        shown = list(Part)
        if is_withheld(entries):
            shown = []
        elif not any(part["part"] == Part.PLO for entry in entries for part in entry.parts or ()):
            shown.remove(Part.PLO)
        for part in set(Part) - set(shown):
            self.columns.hide(part.lower())
        return [_pasted_cells(row, shown) for row in rows]


def _pasted_cells(row: PastedRow, shown: Sequence[Part]) -> PastedCells:
    number = row.number.text if row.number.mistake else format_insz(row.number.text)
    entry = row.entry
    if row.state == "client" and entry:
        return PastedCells(
            row.position,
            number,
            public_id=entry.public_id,
            name=str(entry),
            others=[(other.public_id, str(Capacity(other.capacity).label)) for other in row.others],
            parts=part_cells(entry.parts, shown),
            verdict="" if has_answers_only(entry) else entry.status,
            outlooks=outlooks(entry, str(Capacity(entry.capacity).label)),
            doubts=marks_of(entry.doubts),
        )
    match row.state:
        case "double":
            sign, status = "=", _("Staat er twee keer")
            words = _("zie regel %(position)s") % {"position": row.first}
        case "waiting":
            sign, status = "…", _("Wacht op de KBI")
            assert row.waiting is not None
            words = _("ingeschreven op %(day)s, nog geen dossier") % {
                "day": formats.short_day(row.waiting.registered_at)
            }
        case "wrong":
            sign, status, words = "!", _("Geen INSZ"), str(formats.INSZ_MISTAKES[row.number.mistake])
        case _:
            sign, status, words = "?", _("Staat niet bij uw cliënten"), ""
    name = str(entry) if entry else ""
    return PastedCells(
        row.position,
        number,
        name=name,
        sign=sign,
        status=status,
        words=words,
        is_mistake=row.state == "wrong",
        span=len(shown) + 1,
    )
