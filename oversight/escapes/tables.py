"""Escapes as a table."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partners.periods import today
from partners.rowtables import RowTable, column
from persons.enums import EscapeVerdict
from persons.formats import short_day, weekday
from persons.models import Escape

from ..tables import hour


@dataclass(frozen=True, slots=True)
class EscapeRow:
    """The values of one escape. `due` says until when a review is awaited, or the verdict."""

    public_id: uuid.UUID
    day: str
    time: str
    user: str
    insz: str
    reason: str
    explanation: str
    due: str
    is_late: bool
    is_own: bool


class EscapeTable(RowTable):
    """Escapes of `EscapeQuerySet.to_review`, in the order of the queryset."""

    at = column(gettext_lazy("Wanneer"), "i-at")
    user = column(gettext_lazy("Wie keek"), "i-user")
    person = column(gettext_lazy("Naar wie"), "i-person")
    reason = column(gettext_lazy("Waarom"))
    due = column(gettext_lazy("Oordeel"), "i-capacity")

    class Meta(RowTable.Meta):
        attrs: ClassVar = {"class": "clients plainrows inzages"}

    row_template = "oversight/escapes/row.html"
    caption = gettext_lazy("Eén regel per noodinzage. Open er een om ze na te kijken.")

    def __init__(self, escapes, *, reader_id: int) -> None:
        """`reader_id` is the account of the reader, who does not review the own ones."""
        super().__init__(escapes)
        self.reader_id = reader_id

    @cached_property
    def page_rows(self) -> Sequence[EscapeRow]:
        """The rows of the page."""
        return [self._row(escape) for escape in self.page.rows]

    def _row(self, escape: Escape) -> EscapeRow:
        return EscapeRow(
            public_id=escape.public_id,
            day=weekday(escape.at),
            time=hour(escape.at),
            user=escape.user_name,
            insz=escape.insz,
            reason=escape.get_reason_display(),
            explanation=escape.explanation,
            due=state_words(escape),
            is_late=escape.verdict is None and escape.is_late,
            is_own=escape.user_id == self.reader_id,
        )


def state_words(escape: Escape) -> str:
    """Return the verdict of an escape of `to_review`; without one how old it is, and when the review is due or was."""
    if escape.verdict is not None:
        return str(EscapeVerdict(escape.verdict).label)
    day = today()
    age = (day - timezone.localdate(escape.at)).days
    aged = ngettext("%(days)s dag oud", "%(days)s dagen oud", age) % {"days": age}
    if escape.is_late:
        late = (day - escape.due_on).days
        words = ngettext("%(days)s dag te laat", "%(days)s dagen te laat", late) % {"days": late}
    else:
        words = _("ten laatste op %(day)s") % {"day": short_day(escape.due_on)}
    return f"{aged}, {words}"
