"""Questions about items of a file, in words: the marks on the items, and the own questions of the institution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_noop

from ..enums import QuestionAnswer, QuestionReason, QuestionState
from ..language import gettext
from .items import Item, items_of
from .values import day_text

if TYPE_CHECKING:
    from ..services.door import FileQuestion

MARKS: Final = {
    QuestionState.OPEN: gettext_noop("onder voorbehoud"),
    QuestionState.UNANSWERED: gettext_noop("vraag niet beantwoord"),
}


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question of the own institution: the item, why and when it asked, and what came of it."""

    text: str
    reason: str
    reference: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions about a file.

    `lessons` has the marks of lessons by course and place, `courses` those of courses, `details` a sentence for each
    marked personal detail. The verdict of a course in `reserved` may change with an answer.
    """

    lessons: Mapping[tuple[str, int], str]
    courses: Mapping[str, str]
    details: Sequence[str]
    reserved: frozenset[str]
    own: Sequence[OwnQuestion]


NO_QUESTIONS: Final = Questions({}, {}, (), frozenset(), ())


def questions_of(questions: Sequence[FileQuestion], blocks: Mapping[str, bytes], version: str) -> Questions:
    """Return the questions about an opened file. Without any, nothing is read."""
    if not questions:
        return NO_QUESTIONS
    items = {(item.block, item.key): item for item in items_of(blocks, version)}
    marked: dict[tuple[str, str], QuestionState] = {}
    own = []
    for question in questions:  # oldest first
        item = items.get((question.block, question.key))
        changed = question.changed or item is None or item.digest.hex() != question.digest
        state = QuestionState.of(answer=question.answer, changed=changed, due_on=question.due_on)
        place = (question.block, question.key)
        # Several institutions may ask about one item: it is in doubt until the last of them has its answer.
        if marked.get(place) != QuestionState.OPEN:
            marked[place] = state
        if question.is_own:
            own.append(_own(question, state))
    open_items = [(items[place], state) for place, state in marked.items() if state in MARKS]
    return Questions(
        lessons={
            (item.course, item.place): gettext(MARKS[state])
            for item, state in open_items
            if item.course and item.place is not None
        },
        courses={
            item.course: gettext(MARKS[state])
            for item, state in open_items
            if item.course and item.place is None
        },
        details=[f"{gettext(MARKS[state])}: {item.text}" for item, state in open_items if not item.course],
        reserved=frozenset(
            item.course for item, state in open_items if item.course and state is QuestionState.OPEN
        ),
        own=own[::-1],
    )


def _own(question: FileQuestion, state: QuestionState) -> OwnQuestion:
    asked = gettext("gevraagd op %(day)s") % {"day": day_text(question.asked_on)}
    return OwnQuestion(
        text=question.text,
        reason=str(QuestionReason(question.reason).label),
        reference=question.reference,
        outcome=f"{asked}, {outcome_words(state, question)}",
    )


def outcome_words(state: QuestionState, question: FileQuestion) -> str:
    """Return what came of a question so far."""
    match state:
        case QuestionState.ANSWERED:
            return gettext("antwoord: %(answer)s") % {"answer": QuestionAnswer(question.answer).label}
        case QuestionState.CHANGED:
            return gettext("aangepast in een nieuw bericht")
        case QuestionState.UNANSWERED:
            return gettext("niet beantwoord")
    return gettext("%(supplier)s antwoordt ten laatste op %(day)s") % {
        "supplier": question.supplier,
        "day": day_text(question.due_on),
    }


def choices_of(items: Iterable[Item]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return items as the choices of a field, in groups: courses, the lessons of each (newest first), details."""
    courses: list[tuple[str, str]] = []
    lessons: dict[str, list[tuple[str, str]]] = {}
    details: list[tuple[str, str]] = []
    for item in items:
        text = (
            item.text if item.supplier else gettext("%(item)s (leverancier onbekend)") % {"item": item.text}
        )
        choice = (value_of(item), text.removeprefix(f"{item.group}: "))
        if item.place is not None:
            lessons.setdefault(item.group, []).insert(0, choice)
        else:
            (courses if item.course else details).append(choice)
    groups = [(gettext("Cursussen"), courses), *lessons.items(), (gettext("Persoonsgegevens"), details)]
    return [group for group in groups if group[1]]


def value_of(item: Item) -> str:
    """Return the value of an item in a form."""
    return f"{item.block}:{item.key}"
