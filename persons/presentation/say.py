"""The first screen of a file: what to say today about each part, and the answers on the folds."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from django.utils.translation import ngettext

from partners.blocks import BlockName

from ..attendance import Lesson, LessonKind, Unit, classify
from ..formats import weekday
from ..language import gettext
from ..listparts import hour
from ..magda.reader import CourseFacts
from ..models import Enrolment
from .attendance import ABSENT, JUSTIFIED, PARTLY, AttendanceCard, Mark, TellingCourse, telling_courses
from .contacts import contact_languages
from .questions import Questions
from .tree import Node
from .values import as_date, day_text

# The screen has room for three lessons, and an older absence is no news.
NEXT_LESSONS: Final = 3
ABSENT_WITHIN: Final = datetime.timedelta(days=28)
_ABSENCES: Final[dict[LessonKind, Mark]] = {
    LessonKind.UNJUSTIFIED: ABSENT,
    LessonKind.JUSTIFIED: JUSTIFIED,
    LessonKind.PARTLY: PARTLY,
}


@dataclass(frozen=True, slots=True)
class NextLesson:
    """A lesson to come. `decides`: with this lesson the norm is lost if all are missed from now on."""

    day: str
    hours: str
    place: str
    decides: bool


@dataclass(frozen=True, slots=True)
class Absence:
    """A lesson that was missed, or of which a part was. `mark`: words beside it while there is a question about it."""

    day: str
    words: str
    mark: str


@dataclass(frozen=True, slots=True)
class Saying:
    """What to say of one part. `missed` is the number of missed lessons of those given, in words."""

    card: AttendanceCard
    facts: CourseFacts
    lessons: tuple[NextLesson, ...]
    absences: tuple[Absence, ...]
    missed: str
    counted: str


def sayings(
    courses: Sequence[CourseFacts],
    enrolments: Sequence[Enrolment],
    *,
    as_of: datetime.datetime,
    day: datetime.date,
    questions: Questions,
) -> list[Saying]:
    """Return what to say of each part, in the order of the parts; the arguments are those of `attendance_view`."""
    telling = telling_courses(
        courses, enrolments, as_of=as_of, day=day, marks=questions.courses, reserved=questions.reserved
    )
    return [_saying(course, day, questions) for course in telling]


def _saying(telling: TellingCourse, day: datetime.date, questions: Questions) -> Saying:
    course = telling.facts.course
    records = course.lessons if course.unit is Unit.MINUTE else course.absences
    kinds = classify(course, as_of=day)
    lessons = list(zip(records, kinds, strict=True))
    missed = [kind for kind in kinds if kind in (LessonKind.UNJUSTIFIED, LessonKind.JUSTIFIED)]
    given = len(missed) + sum(kind in (LessonKind.PRESENT, LessonKind.PARTLY) for kind in kinds)
    return Saying(
        card=telling.card,
        facts=telling.facts,
        lessons=_next_lessons(telling, lessons),
        absences=_absences(course.key, lessons, day, questions),
        # Totals do not say how many lessons were given.
        missed=_missed(len(missed), given) if course.unit is Unit.MINUTE and given else "",
        counted=_counted(len(records), len(missed)) if course.unit is Unit.MINUTE else "",
    )


def _next_lessons(
    telling: TellingCourse, lessons: Sequence[tuple[Lesson, LessonKind]]
) -> tuple[NextLesson, ...]:
    coming = [
        (lesson.day, lesson.begins or 0, lesson)
        for lesson, kind in lessons
        if kind is LessonKind.TO_COME and lesson.day is not None
    ]
    coming.sort(key=itemgetter(0, 1))
    decides_on = telling.judgement.decides_on
    return tuple(
        NextLesson(
            day=weekday(day),
            hours=lesson_hours(lesson),
            place=telling.facts.place,
            decides=day == decides_on,
        )
        for day, _begins, lesson in coming[:NEXT_LESSONS]
    )


def lesson_hours(lesson: Lesson) -> str:
    """Return "13.30–16.30", "" where the message does not say when the lesson begins."""
    if lesson.begins is None:
        return ""
    return f"{hour(lesson.begins)}–{hour(lesson.begins + int(lesson.units) * 60_000)}"


def _absences(
    key: str, lessons: Sequence[tuple[Lesson, LessonKind]], day: datetime.date, questions: Questions
) -> tuple[Absence, ...]:
    recent = [
        (lesson.day, _ABSENCES[kind], questions.lessons.get((key, place), ""))
        for place, (lesson, kind) in enumerate(lessons)
        if kind in _ABSENCES and lesson.day is not None and day - ABSENT_WITHIN <= lesson.day <= day
    ]
    recent.sort(key=lambda absence: absence[0], reverse=True)
    return tuple(Absence(weekday(date), kind.words, mark) for date, kind, mark in recent)


def _missed(missed: int, given: int) -> str:
    return ngettext(
        "Miste %(missed)s van de %(given)s les.", "Miste %(missed)s van de %(given)s lessen.", given
    ) % {"missed": missed, "given": given}


def _counted(lessons: int, missed: int) -> str:
    return ngettext(
        "%(lessons)s les, %(missed)s gemist", "%(lessons)s lessen, %(missed)s gemist", lessons
    ) % {
        "lessons": lessons,
        "missed": missed,
    }


def fold_answers(trees: Mapping[str, Node], says: Sequence[Saying]) -> dict[str, str]:
    """Return what the folds say before they open, by slug, as far as the first screen has read it."""
    answers = {
        "lessen": " · ".join(f"{say.facts.course.part.value}: {say.counted}" for say in says if say.counted),
        "testen": _certificates(trees.get(BlockName.BEHAALDE_ATTESTEN)),
        "talen": _languages(trees),
        "traject": _contract(trees.get(BlockName.CONTRACTEN)),
        "persoon": _obliged_since(trees.get(BlockName.DOELGROEP)),
    }
    return {slug: words for slug, words in answers.items() if words}


def _languages(trees: Mapping[str, Node]) -> str:
    names = contact_languages(trees)
    return gettext("contacttaal %(languages)s") % {"languages": ", ".join(names)} if names else ""


def _contract(root: Node | None) -> str:
    """Return the day of the newest contract."""
    days = [
        day
        for node in (root.children if root is not None else ())
        if (day := as_date(node.text_of("DatumRegistratie") or node.text_of("Datum")))
    ]
    return gettext("contract van %(day)s") % {"day": day_text(max(days))} if days else ""


def _certificates(root: Node | None) -> str:
    """Return how many certificates there are, and the day of the newest one."""
    documents = root.children if root is not None else ()
    if not documents:
        return ""
    words = ngettext("%(number)s attest", "%(number)s attesten", len(documents)) % {"number": len(documents)}
    days = [
        day
        for node in documents
        if (day := as_date(node.text_of("DatumOndertekening") or node.text_of("DatumAanmaak")))
    ]
    return (
        gettext("%(certificates)s, het laatste van %(day)s")
        % {
            "certificates": words,
            "day": day_text(max(days)),
        }
        if days
        else words
    )


def _obliged_since(root: Node | None) -> str:
    if root is None or root.text_of("Type") != "PLICHT":
        return ""
    period = root.first("Periode")
    since = as_date(period.text_of("Begin")) if period is not None else None
    return gettext("verplicht sinds %(day)s") % {"day": day_text(since)} if since else gettext("verplicht")
