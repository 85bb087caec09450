"""The elements of courses in the VormingsActiviteiten block: the texts of their lessons, and everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from ..attendance import Unit
from ..magda.lessons import FIELDS, LesMoment
from ..magda.reader import CourseFacts
from .sheets import Section, attribute_notes, inline, lay_out
from .tree import Node
from .values import Value, Values, as_date
from .words import label

_WEEKDAYS: Final = ("MA", "DI", "WO", "DO", "VR", "ZA", "ZO")


@dataclass(frozen=True, slots=True)
class LessonText:
    """What a message says of a lesson beside the figures: hours, duration attended, and whatever else.

    `weekday` is the code of a Lesdag that is not the day of the date.
    """

    hours: str = ""
    attended: str = ""
    weekday: str = ""
    extra: tuple[Values, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseNode:
    """The element of a course: its lessons (02.00) or absences (01.00), and everything else it says."""

    lessons: tuple[LessonText, ...]
    details: Section


def course_nodes(root: Node, courses: Sequence[CourseFacts]) -> dict[str, CourseNode]:
    """The elements of `courses` in the block `root`, by key; they are pulled out of `root`.

    Lessons elsewhere in the block become ordinary elements, to be laid out with the rest of it.
    """
    nodes: dict[str, CourseNode] = {}
    for facts in courses:
        element, key = root.descendant(facts.path), facts.course.key
        lessons = _lessons_02(element) if facts.course.unit is Unit.MINUTE else _absences_01(element)
        nodes[key] = CourseNode(lessons, lay_out(element))
        element.pulled = True
    root.unfold()
    return nodes


def _lessons_02(course: Node) -> tuple[LessonText, ...]:
    """The texts of all LesMomenten, one each: also an empty one is a lesson to the reader."""
    found: list[LessonText] = []
    for wrapper in course.all("LesMomenten"):
        if wrapper.lessons:
            found.extend(map(_text, wrapper.lessons))
            wrapper.lessons = ()
        found.extend(_lesson_02(lesson) for lesson in wrapper.children if lesson.name == "LesMoment")
    return tuple(found)


@lru_cache(maxsize=8192)
def _text(lesson: LesMoment) -> LessonText:
    """The texts of a lesson beside its figures; day and presence are with those."""
    day, starts, ends, attended, _, weekday = lesson
    date = as_date(day)
    hours = f"{starts}–{ends}" if starts and ends else starts or ends
    # Only worth a word where it is not what the date says.
    odd = bool(weekday) and (date is None or _WEEKDAYS[date.weekday()] != weekday)
    return LessonText(hours, attended, weekday if odd else "")


def _lesson_02(lesson: Node) -> LessonText:
    """A LesMoment that holds more than the schema says."""
    fields = dict.fromkeys(FIELDS, "")
    others: list[Node] = []
    for child in lesson.children:
        if child.name in fields and not fields[child.name] and not (child.children or child.attributes):
            fields[child.name] = child.text
            child.pulled = True
        elif not child.is_empty():
            others.append(child)
    extra = _extra(others)
    if lesson.attributes:
        extra = (*extra, attribute_notes(lesson))
        lesson.attributes = {}
    return replace(_text(LesMoment(*fields.values())), extra=extra)


def _absences_01(course: Node) -> tuple[LessonText, ...]:
    """The texts of the absences of a course; day and size are with the figures."""
    return tuple(
        _absence_01(absence)
        for wrapper in course.all("Afwezigheden")
        for absence in wrapper.children
        if absence.name == "Afwezigheid"
    )


def _absence_01(absence: Node) -> LessonText:
    others: list[Node] = []
    for child in absence.children:
        day = child.name == "Datum" and as_date(child.text) is not None
        if (day or child.name == "AantalLestijden") and not (child.children or child.attributes):
            child.pulled = True
        elif not child.is_empty():
            others.append(child)
    extra = _extra(others)
    if absence.attributes:
        extra = (*extra, attribute_notes(absence))
        absence.attributes = {}
    return LessonText(extra=extra)


def _extra(nodes: list[Node]) -> tuple[Values, ...]:
    """What else a lesson says, pulled out; a part that takes a section stays with the course."""
    found: list[Values] = []
    for node in nodes:
        if (values := inline(node)) is not None:
            node.pulled = True
            found.append((Value(f"{label(node.name)}:"), *values))
    return tuple(found)
