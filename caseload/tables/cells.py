"""Cells that the client list and the pasted list share: attendance of a part, a Wooncode answer, the slack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.periods import today
from persons import formats
from persons.attendance import Part
from persons.enums import NOT_SHOWN, STATUSES, VerdictLabel
from persons.listparts import ListPart
from persons.models import ClientListEntry

# Column heads of the Wooncode conditions, by key of `listparts.Housing`.
ANSWERS = {
    "integration": gettext_lazy("Inburgering"),
    "language": gettext_lazy("Taalbereid"),
    "level": gettext_lazy("Taalkennis"),
}


@dataclass(frozen=True, slots=True)
class PartCell:
    """One part in a row: the picture with its percentage, or words where there is no figure.

    `at_best`: the message gives totals, and the percentage is the best still possible. `absent`: the client has no such
    course, and a small screen leaves the cell out. `hidden`: the words are for screen readers, others see a dash.
    """

    label: str
    words: str = ""
    absent: bool = False
    hidden: bool = False
    figures: ListPart | None = None
    percent: str = ""
    at_best: bool = False


class Answer(NamedTuple):
    """One answer of the block Wooncode in a row: its column's head, its word, and how it looks; "–" without one."""

    label: str
    word: str
    sign: str = ""
    style: str = ""


def is_withheld(entries: Sequence[ClientListEntry]) -> bool:
    """Return True if there are lines, and none of them has attendance."""
    return bool(entries) and all(entry.parts is None for entry in entries)


def answer_cell(head: str, value: bool | None) -> Answer:
    """Return the cell of an answer: yes, no, or not given."""
    if value is None:
        return Answer(head, "–")
    return Answer(head, _("ja"), "✓", "ok") if value else Answer(head, _("nee"), "✕", "bad")


def lower_first(words: str) -> str:
    """Words for the middle of a line; an abbreviation keeps its capitals."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def has_answers_only(entry: ClientListEntry) -> bool:
    """Return True if the line shows Wooncode conditions and no attendance."""
    return entry.parts is None and bool(entry.housing)


def outlooks(entry: ClientListEntry, capacity: str) -> list[str]:
    """Return what the last cell of a line says: its slack, or why there is none."""
    if has_answers_only(entry):
        answers = [answer_cell(str(head), (entry.housing or {}).get(name)) for name, head in ANSWERS.items()]
        words = [f"{answer.label}: {answer.word}" for answer in answers]
        return [*words, *filter(None, [formats.relief(entry.housing)])]
    if entry.parts is None:
        return [_("aanwezigheid niet te zien bij %(capacity)s") % {"capacity": lower_first(capacity)}]
    words = formats.outlooks(entry.parts, entry.verdict)
    is_outdated = entry.decides_on is not None and entry.decides_on < today()
    if is_outdated and entry.verdict not in (VerdictLabel.REACHABLE, VerdictLabel.ON_TRACK):
        # The words of the slack say so themselves; without them the row has to say why it comes first.
        words.insert(0, _("verouderd"))
    return words


def part_cells(parts: list[ListPart] | None, shown: Iterable[Part]) -> list[PartCell]:
    """Return the cells of the parts `shown`, in their order; `parts` is None where the mandate gives none."""
    if parts is None:
        return [PartCell(part, words=str(STATUSES[NOT_SHOWN].words).lower(), hidden=True) for part in shown]
    by_name = {part["part"]: part for part in parts}
    return [_part_cell(name, by_name.get(name)) for name in shown]


def _part_cell(name: str, part: ListPart | None) -> PartCell:
    if part is None:
        return PartCell(name, words=_("geen cursus"), absent=True)
    # Exempt or suspended: no norm applies, so no figure either.
    if part["cut"] is None or part["verdict"] in (VerdictLabel.EXEMPT, VerdictLabel.SUSPENDED):
        return PartCell(name, words=_without_figure(str(part["verdict"])))
    # Totals of a running course (version 01.00): the figure is the best still possible, not the one so far.
    return PartCell(
        name,
        figures=part,
        percent=formats.percent(part["cut"], 0),
        at_best=bool(part.get("at_best")),
    )


def _without_figure(verdict: str) -> str:
    if verdict == VerdictLabel.NO_LESSONS:
        return _("geen les gegeven")
    return str(STATUSES[verdict].words).lower()
