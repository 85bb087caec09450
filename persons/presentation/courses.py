"""The courses of the VormingsActiviteiten block: their elements, found again by the key the reader gives them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from .sheets import Section, attribute_notes, inline, lay_out
from .tree import Node
from .values import Value, Values, as_date
from .words import label

# Wrapper and element of each kind of course in KBI-02.00, in the order the reader takes them.
COURSES_02: Final = (
    ("MOCursussen", "MOCursus"),
    ("NT2Cursussen", "NT2Cursus"),
    ("IndividueleMOCursussen", "IndividueleMOCursus"),
    ("PLOCursussen", "PLOCursus"),
)
_WEEKDAYS: Final = ("MA", "DI", "WO", "DO", "VR", "ZA", "ZO")
# In the order of the arguments of `_text`.
_LESSON: Final = ("Datum", "AanvangUur", "EindUur", "Aanwezigheidsduur", "Aanwezigheid", "Lesdag")


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


def course_nodes(root: Node, version: str, keys: list[str]) -> dict[str, CourseNode]:
    """The courses of a block by key. Those of `keys`, the courses the reader found, are pulled out of `root`."""
    found: dict[str, CourseNode] = {}
    for key, course in _elements(root, version):
        known = next((each for each in keys if each == key or each.startswith(f"{key}#")), None)
        while known in found:
            known = next((each for each in keys if each not in found and each.startswith(f"{key}#")), None)
        if known is not None:
            lessons = _lessons_02(course) if version == "02.00" else _absences_01(course)
            found[known] = CourseNode(lessons, lay_out(course))
            course.pulled = True
        else:
            course.unfold()
    return found


def _elements(root: Node, version: str) -> list[tuple[str, Node]]:
    if version == "02.00":
        return [
            (course.text_of("ID"), course)
            for wrapper, name in COURSES_02
            for course in root.at(wrapper, name)
        ]
    return [(_key_01(course), course) for course in root.at("Cursussen", "Cursus")]


def _key_01(course: Node) -> str:
    """As the reader makes it: course numbers and day of registration (a course has no ID in 01.00)."""
    numbers = [module.text_of("Cursusnummer") for module in course.at("Modules", "Module")]
    starts = next(
        (
            text
            for period in course.at("Inschrijvingsgegevens", "Periode")
            if (text := period.text_of("BeginDatum"))
        ),
        "",
    )
    return "+".join(filter(None, (*numbers, starts)))[:59] or "-"


def _lessons_02(course: Node) -> tuple[LessonText, ...]:
    """The texts of all LesMomenten, one each: also an empty one is a lesson to the reader."""
    found: list[LessonText] = []
    for wrapper in course.all("LesMomenten"):
        if wrapper.lessons:
            found.extend(_text(*lesson) for lesson in wrapper.lessons)
            wrapper.lessons = ()
        found.extend(_lesson_02(lesson) for lesson in wrapper.children if lesson.name == "LesMoment")
    return tuple(found)


@lru_cache(maxsize=8192)
def _text(day: str, starts: str, ends: str, attended: str, presence: str, weekday: str) -> LessonText:
    del presence  # is with the figures
    date = as_date(day)
    hours = f"{starts}–{ends}" if starts and ends else starts or ends
    # Only worth a word where it is not what the date says.
    odd = bool(weekday) and (date is None or _WEEKDAYS[date.weekday()] != weekday)
    return LessonText(hours, attended, weekday if odd else "")


def _lesson_02(lesson: Node) -> LessonText:
    """A LesMoment that holds more than the schema says."""
    fields = dict.fromkeys(_LESSON, "")
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
    return replace(_text(*fields.values()), extra=extra)


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
