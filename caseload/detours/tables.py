"""Detours as a table."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from partners.periods import today
from partners.rowtables import RowTable, column
from persons.formats import short_day
from persons.insz import format_insz
from persons.models import AccessRequest
from persons.services.detours import COLUMNS, NO, YES, WrongLine


@dataclass(frozen=True, slots=True)
class DetourRow:
    """The values of one detour. `name` is empty unless the institution may see it today; `open_days` when answered."""

    public_id: uuid.UUID
    name: str
    number: str
    third_party: str
    asked: str
    answered: str
    result: str
    open_days: int | None


def _result(detour: AccessRequest) -> str:
    return "–" if detour.has_result is None else str(YES if detour.has_result else NO)


class DetourTable(RowTable):
    """Detours of an institution, in the order of the queryset. Set `names` (by INSZ) before it is drawn."""

    client = column(_("Cliënt"), "d-client")
    third_party = column(_("Gevraagd aan"), "d-third")
    asked = column(_("Gevraagd op"), "d-day")
    answered = column(_("Beantwoord op"), "d-day")
    result = column(_("Resultaat"), "d-result")

    class Meta(RowTable.Meta):
        attrs: ClassVar = {"class": "clients detours"}

    row_template = "caseload/detours/row.html"
    caption = _("Vragen over cliënten die uw instelling aan een derde stelde, buiten dit portaal om.")
    names: dict[str, str]

    @cached_property
    def page_rows(self) -> list[DetourRow]:
        """The rows of the page."""
        rows: list[AccessRequest] = list(self.page.object_list)
        return [
            DetourRow(
                public_id=detour.public_id,
                name=self.names.get(detour.insz, ""),
                number=format_insz(detour.insz),
                third_party=detour.get_third_party_display(),
                asked=short_day(detour.asked_on),
                answered=short_day(detour.answered_on) if detour.answered_on else "",
                result=_result(detour),
                open_days=None if detour.answered_on else (today() - detour.asked_on).days,
            )
            for detour in rows
        ]


@dataclass(frozen=True, slots=True)
class MistakeRow:
    """One mistake in a file: the row ("" for the file as a whole), its column ("" for the whole row), what to do."""

    line: str
    field: str
    reason: str


class MistakeTable(RowTable):
    """The mistakes in a file of past detours."""

    line = column(_("Rij"), "num")
    field = column(_("Kolom"))
    reason = column(_("Wat er mis is"))

    class Meta(RowTable.Meta):
        attrs: ClassVar = {"class": "counts"}

    row_template = "caseload/detours/mistake_row.html"
    caption = _("Verbeter deze rijen in het bestand, en laad het opnieuw op.")

    @cached_property
    def page_rows(self) -> list[MistakeRow]:
        """The rows, in the order of the file."""
        labels = {each.name: str(each) for each in COLUMNS}
        wrong: list[WrongLine] = self.data.data
        return [
            MistakeRow(str(each.line or ""), labels.get(each.field, ""), str(each.reason)) for each in wrong
        ]
