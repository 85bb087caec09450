"""The course that decides for a part, and the part that decides for a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from .lessons import Course, Part
from .rules import DEFAULT_RULE, Rule
from .verdict import GRAVITY, URGENCY, Judgement, Verdict, judge


class Phase(StrEnum):
    """How far a person is in a course on a day."""

    PLANNED = "planned"
    RUNNING = "running"
    LEFT = "left"  # before its end
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class PartJudgement:
    """The judgement of a person in one part: that of the course that decides for the part."""

    part: Part
    course: Course
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class PersonJudgement:
    """The judgement of a person: the parts in the order of `Part`."""

    parts: tuple[PartJudgement, ...]

    @property
    def urgent(self) -> PartJudgement | None:
        """The most urgent part; None without a course."""
        return min(self.parts, key=_urgency, default=None)

    @property
    def verdict(self) -> Verdict:
        """The verdict of the most urgent part; without a course NO_LESSONS."""
        return self.urgent.judgement.verdict if self.urgent else Verdict.NO_LESSONS


def judge_person(courses: Iterable[Course], *, as_of: date, rule: Rule = DEFAULT_RULE) -> PersonJudgement:
    """Judge a person: in each part one course decides, and over all parts the most urgent one.

    In a part the worst of the courses running on `as_of` decides; without one, the course that ended last;
    without that, the next to start. Of equal courses the worst decides, by verdict, percentage and key. Cancelled
    courses are ignored. Parts are in the order of `URGENCY`, that in which a case worker can act; of equal ones the
    part in which fewer lessons may be missed, and then the one that is decided first.
    """
    by_part: dict[Part, list[Course]] = {}
    for course in courses:
        if not course.cancelled:
            by_part.setdefault(course.part, []).append(course)
    parts = []
    for part in filter(by_part.__contains__, Part):
        deciding = _deciding(by_part[part], as_of)
        judged = [PartJudgement(part, course, judge(course, as_of=as_of, rule=rule)) for course in deciding]
        parts.append(min(judged, key=_gravity) if len(judged) > 1 else judged[0])
    return PersonJudgement(tuple(parts))


def phase_of(course: Course, *, as_of: date) -> Phase | None:
    """Return how far the person is in `course` on `as_of`; None for a cancelled course."""
    if course.cancelled:
        return None
    place, _days = _distance(course, as_of)
    if place == _ENDED:
        left_on = course.left_on
        return Phase.LEFT if left_on and left_on < (course.ends or date.max) else Phase.ENDED
    return Phase.PLANNED if place == _TO_START else Phase.RUNNING


def _deciding(courses: list[Course], as_of: date) -> list[Course]:
    """Return the courses of one part among which the worst decides."""
    if len(courses) == 1:
        return courses
    distances = [_distance(course, as_of) for course in courses]
    nearest = min(distances)
    return [course for course, distance in zip(courses, distances, strict=True) if distance == nearest]


_RUNNING, _ENDED, _TO_START = range(3)


def _distance(course: Course, as_of: date) -> tuple[int, int]:
    """Return 0, 0 for a running course, 1 and the days since for an ended one, 2 and the days until for one to start.

    An enrolment without a period has that of its lessons; leaving ends it earlier.
    """
    first, last = course.starts, course.ends
    if first is None or last is None:
        days = [lesson.day for lesson in course.lessons if lesson.day is not None]
        first, last = first or min(days, default=None), last or max(days, default=None)
    last = min(last or date.max, course.left_on or date.max)
    if last < as_of:
        return _ENDED, (as_of - last).days
    if first is not None and first > as_of:
        return _TO_START, (first - as_of).days
    return _RUNNING, 0


def _gravity(judged: PartJudgement) -> tuple[int, Fraction, str]:
    share = judged.judgement.percentage
    return GRAVITY[judged.judgement.verdict], Fraction(100) if share is None else share, judged.course.key


def _urgency(judged: PartJudgement) -> tuple[int, int, date]:
    judgement = judged.judgement
    return URGENCY.index(judgement.verdict), judgement.may_miss or 0, judgement.decides_on or date.max
