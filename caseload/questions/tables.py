"""The questions to an institution as a table."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.rowtables import RowTable, column
from persons.enums import QuestionState
from persons.formats import short_day
from persons.insz import format_insz
from persons.models import Question


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """The values of one question to the institution. It does not say who asked."""

    public_id: uuid.UUID
    number: str
    item: str
    reason: str
    asked: str
    due: str
    outcome: str
    is_open: bool


class QuestionTable(RowTable):
    """Questions of other partners about items that this institution supplied."""

    number = column(gettext_lazy("INSZ"), "q-number")
    item = column(gettext_lazy("Gegeven"), "q-item")
    reason = column(gettext_lazy("Reden"), "q-reason")
    asked = column(gettext_lazy("Gevraagd op"), "q-day")
    outcome = column(gettext_lazy("Antwoord"), "q-outcome")

    class Meta(RowTable.Meta):
        attrs = {"class": "clients questions-to-us"}

    row_template = "caseload/questions/row.html"
    caption = gettext_lazy("Een partner vraagt of deze gegevens, die uw instelling leverde, kloppen.")

    @cached_property
    def page_rows(self) -> list[QuestionRow]:
        """The rows of the page."""
        rows: list[Question] = list(self.page.object_list)
        return [
            QuestionRow(
                public_id=question.public_id,
                number=format_insz(question.insz),
                item=question.item_text,
                reason=question.get_reason_display(),
                asked=short_day(localdate(question.asked_at)),
                due=short_day(question.due_on),
                outcome=outcome_of(question),
                is_open=question.state is QuestionState.OPEN,
            )
            for question in rows
        ]


def outcome_of(question: Question) -> str:
    """Return what came of a question, in words; "" while it is open."""
    match question.state:
        case QuestionState.ANSWERED:
            return str(question.get_answer_display())
        case QuestionState.CHANGED:
            return _("aangepast in een nieuw bericht")
        case QuestionState.UNANSWERED:
            return _("niet beantwoord")
    return ""
