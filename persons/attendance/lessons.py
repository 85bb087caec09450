"""The facts of a course: its lessons, and how each of them counts on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from operator import itemgetter
from typing import Final, NamedTuple, assert_never

from partners.periods import Period

Units = int | Fraction


class Part(StrEnum):
    """The part of the integration programme a course belongs to (design.md, section 7)."""

    MO = "MO"
    NT2 = "NT2"
    PLO = "PLO"


class Unit(StrEnum):
    """The unit of a course: MINUTE in messages of version 02.00, LESTIJD in version 01.00."""

    MINUTE = "minute"
    LESTIJD = "lestijd"


class Presence(StrEnum):
    """The record of a lesson: AANWEZIG, VERANTW_AFWE or AFWEZIG (KBI-02.00, AanwezigheidEnumType)."""

    PRESENT = "present"
    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"


class LessonKind(StrEnum):
    """How a lesson counts on a day. The first four were given; only those are in the percentage."""

    PRESENT = "present"
    PARTLY = "partly"  # present for a part of the lesson; the rest is unjustified absence
    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"
    TO_COME = "to_come"
    UNRECORDED = "unrecorded"  # over, or without a date, and no presence recorded: not given
    SUSPENDED = "suspended"  # on a day of a suspension: counts nowhere
    IGNORED = "ignored"  # without length, after leaving, or of a cancelled course: counts nowhere
    REPEATED = "repeated"  # the same record as an earlier one: counts once
    CONTRADICTORY = "contradictory"  # another record of the same lesson differs: counts nowhere


class Lesson(NamedTuple):
    """One LesMoment (02.00), or one absence with its lestijden (01.00)."""

    day: date | None
    units: Units  # the length; a lesson without length (deliberation, study day) counts nowhere
    presence: Presence | None  # None: nothing recorded
    # Aanwezigheidsduur, of a person PRESENT during part of the lesson; the rest counts as unjustified. Ignored
    # beside an absence, and beyond the length of the lesson.
    attended: Units | None = None
    # AanvangUur, in milliseconds since midnight. Records of one course with the same day and begin are of one lesson;
    # without either they are of different lessons.
    begins: int | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """The facts of one enrolment that attendance is judged from.

    `required` is TeBehalenAanwezigheidsGraad in percent, None when the message has none; outside 0-100 a
    ValueError is raised. `left_on` is DatumUitschrijving: later lessons do not count. Messages of version 02.00
    (Unit.MINUTE) fill `lessons`; those of 01.00 (Unit.LESTIJD) fill `total` (the AantalLestijden of the modules)
    and `absences`.
    """

    key: str
    part: Part
    unit: Unit
    required: Fraction | None = None
    starts: date | None = None
    ends: date | None = None
    left_on: date | None = None
    lessons: tuple[Lesson, ...] = ()
    total: Fraction | None = None
    absences: tuple[Lesson, ...] = ()
    cancelled: bool = False
    exempt: bool = False
    suspensions: tuple[Period, ...] = ()

    @property
    def last_day(self) -> date | None:
        """The last day of the person in the course: its end, or the day the person left; None when neither is known."""
        days = [day for day in (self.ends, self.left_on) if day]
        return min(days, default=None)

    def __post_init__(self) -> None:
        if self.required is not None and not 0 <= self.required <= 100:
            raise ValueError("the required degree is not a percentage between 0 and 100")


def classify(course: Course, *, as_of: date) -> list[LessonKind]:
    """Return how every lesson of `course` (02.00), or every absence (01.00), counts on `as_of`, in their order.

    Nothing else decides this: `tally` adds it up and the page draws it. `as_of` is the Brussels day of the
    message. A lesson after that day is to come, even when a presence is filled in already. So is a lesson of
    the day itself until a presence is recorded: it may be this evening. Of equal records of one lesson the first one
    counts; of contradictory ones none does.

    Sources: decision record 5. Lessons without length (deliberations, study days) are not lesson time, and those
    of a cancelled course may not count as absence: instructions for the registration of lessons and courses in
    DAVINCI (onderwijs.vlaanderen.be).
    """
    lessons = course.lessons if course.unit is Unit.MINUTE else course.absences
    kinds = kinds_alone(course, lessons, as_of)
    for places in same_lessons(lessons):
        if len({lessons[place] for place in places}) == 1:
            for place in places[1:]:
                kinds[place] = _REPEATED
        elif not _NOWHERE.issuperset(kinds[place] for place in places):
            for place in places:
                kinds[place] = _CONTRADICTORY
    return kinds


def next_lessons(course: Course, *, as_of: date, most: int) -> list[tuple[date, int | None]]:
    """Return day and begin (`Lesson.begins`) of the first `most` lessons to come, in their order."""
    if course.unit is not Unit.MINUTE:
        return []
    coming = [
        (lesson.day, lesson.begins)
        for lesson, kind in zip(course.lessons, classify(course, as_of=as_of), strict=True)
        if kind is _TO_COME and lesson.day is not None
    ]
    return sorted(coming, key=lambda lesson: (lesson[0], lesson[1] or 0))[:most]


def kinds_alone(course: Course, lessons: Sequence[Lesson], as_of: date) -> list[LessonKind]:
    """Return how every record counts by itself."""
    if course.cancelled:
        return [_IGNORED] * len(lessons)
    left_on, suspensions = course.left_on or date.max, course.suspensions
    kinds = []
    for day, units, presence, attended, _ in lessons:
        if units <= 0 or (day is not None and day > left_on):
            kind = _IGNORED
        elif suspensions and day is not None and covers(suspensions, day):
            kind = _SUSPENDED
        elif day is not None and (day > as_of or (day == as_of and presence is None)):
            kind = _TO_COME
        elif presence is None:
            kind = _UNRECORDED
        elif presence is _WAS_PRESENT:
            kind = _PRESENT if attended is None or attended >= units else _PARTLY
        elif presence is _WAS_EXCUSED:
            kind = _JUSTIFIED
        elif presence is _WAS_ABSENT:
            kind = _UNJUSTIFIED
        else:
            assert_never(presence)
        kinds.append(kind)
    return kinds


def same_lessons(lessons: Sequence[Lesson]) -> Iterable[list[int]]:
    """Return the places of the records of each lesson that has more than one."""
    if len(set(map(_DAY_AND_BEGIN, lessons))) == len(lessons):
        return ()
    by_lesson: dict[tuple[date, int], list[int]] = {}
    for place, lesson in enumerate(lessons):
        if lesson.day is not None and lesson.begins is not None:
            by_lesson.setdefault((lesson.day, lesson.begins), []).append(place)
    return [places for places in by_lesson.values() if len(places) > 1]


def covers(periods: tuple[Period, ...], day: date) -> bool:
    return any(period.covers(day) for period in periods)


# Bound once: an import judges hundreds of thousands of courses, and looking up an enum member costs a call.
_PRESENT: Final = LessonKind.PRESENT
_PARTLY: Final = LessonKind.PARTLY
_JUSTIFIED: Final = LessonKind.JUSTIFIED
_UNJUSTIFIED: Final = LessonKind.UNJUSTIFIED
_TO_COME: Final = LessonKind.TO_COME
_UNRECORDED: Final = LessonKind.UNRECORDED
_SUSPENDED: Final = LessonKind.SUSPENDED
_IGNORED: Final = LessonKind.IGNORED
_REPEATED: Final = LessonKind.REPEATED
_CONTRADICTORY: Final = LessonKind.CONTRADICTORY
_NOWHERE: Final = frozenset((_SUSPENDED, _IGNORED))
_DAY_AND_BEGIN: Final = itemgetter(Lesson._fields.index("day"), Lesson._fields.index("begins"))
_WAS_PRESENT: Final = Presence.PRESENT
_WAS_EXCUSED: Final = Presence.JUSTIFIED
_WAS_ABSENT: Final = Presence.UNJUSTIFIED
