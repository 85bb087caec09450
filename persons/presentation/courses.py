"""The elements of courses in the VormingsActiviteiten block: the texts of their lessons, and everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from ..attendance import Unit
from ..magda.lessons import FIELDS, LesMoment
from ..magda.reader import CourseFacts
from .sheets import Section, attribute_notes, inline, lay_out
from .tree import Node
from .values import Form, Value, Values, as_date
from .words import label

_WEEKDAYS: Final = ("MA", "DI", "WO", "DO", "VR", "ZA", "ZO")


@dataclass(frozen=True, slots=True)
class LessonText:
    """The texts of a lesson beside its figures: hours, duration attended, and any further values.

    `weekday` is the code of a Lesdag that differs from the weekday of the date.
    """

    hours: str = ""
    attended: str = ""
    weekday: str = ""
    extra: tuple[Values, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseNode:
    """The element of a course: its lessons (02.00) or absences (01.00), and everything else in it."""

    lessons: tuple[LessonText, ...]
    details: Section


def course_nodes(root: Node, courses: Sequence[CourseFacts]) -> dict[str, CourseNode]:
    """Return the elements of `courses` in the block `root` by key, and pull them out of `root`.

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


def mark_lessons(nodes: dict[str, CourseNode], marks: Mapping[tuple[str, int], str]) -> dict[str, CourseNode]:
    """Return the courses with a mark beside these lessons, given by course and place."""
    for (key, place), words in marks.items():
        if key in nodes and place < len(nodes[key].lessons):
            lessons = list(nodes[key].lessons)
            mark: Values = (Value(words, form=Form.NOTE),)
            lessons[place] = replace(lessons[place], extra=(*lessons[place].extra, mark))
            nodes[key] = replace(nodes[key], lessons=tuple(lessons))
    return nodes


def _lessons_02(course: Node) -> tuple[LessonText, ...]:
    """Return a text for every LesMoment: to the reader an empty one is a lesson too."""
    texts: list[LessonText] = []
    for wrapper in course.all("LesMomenten"):
        if wrapper.lessons:
            texts.extend(map(_text, wrapper.lessons))
            wrapper.lessons = ()
        texts.extend(_lesson_02(lesson) for lesson in wrapper.children if lesson.name == "LesMoment")
    return tuple(texts)


@lru_cache(maxsize=8192)
def _text(lesson: LesMoment) -> LessonText:
    """Return the texts of a lesson beside its figures; day and presence are among those."""
    day, starts, ends, attended, _, weekday = lesson
    date = as_date(day)
    hours = f"{starts}–{ends}" if starts and ends else starts or ends
    # Only shown where it differs from the weekday of the date.
    differs = bool(weekday) and (date is None or _WEEKDAYS[date.weekday()] != weekday)
    return LessonText(hours, attended, weekday if differs else "")


def _lesson_02(lesson: Node) -> LessonText:
    """Return the texts of a LesMoment with more in it than the schema has."""
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
    """Return the texts of the absences of a course; day and size are among the figures."""
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
    """Pull the further values of a lesson out; one that needs a section stays with the course."""
    extra: list[Values] = []
    for node in nodes:
        if (values := inline(node)) is not None:
            node.pulled = True
            extra.append((Value(f"{label(node.name)}:"), *values))
    return tuple(extra)
