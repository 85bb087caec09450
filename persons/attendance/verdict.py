"""The verdict on a course: whether the norm is met, and whether it still can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from . import slack
from .lessons import Course, LessonKind, Units, covers, kinds_alone, same_lessons
from .rules import DEFAULT_RULE, NO_FIGURES, Figures, JustifiedCounts, Norm, Rule, figures_of
from .tally import Absence, Tally, count_units


class Verdict(StrEnum):
    """The verdict on a course, gravest first: of several courses of one part the first one decides."""

    OUT_OF_REACH = "out_of_reach"  # below the norm, even if every lesson to come is attended
    CONTRADICTORY = "contradictory"  # records of the same lesson contradict each other: no judgement
    REACHABLE = "reachable"  # below the norm, but the lessons to come can make up for it
    ON_TRACK = "on_track"  # at or above the norm so far, but the lessons to come can still lose it
    KEPT = "kept"  # at or above the norm, even if every lesson to come is missed
    NO_LESSONS = "no_lessons"  # no lesson that counts was given yet: no judgement
    SUSPENDED = "suspended"  # the duty is suspended on the day: no judgement
    EXEMPT = "exempt"  # exempted from the part: no judgement


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with everything that must be shown beside it.

    `required` is in percent. `numerator` and `denominator` are units under the rule; in the `strict_` pair
    justified absence is absence. Both pairs are 0/0 when there is nothing to divide. `at_best`: the figures are
    the best still possible, not those so far (totals of a running course, out of reach).

    `may_miss`: the largest number of lessons to come of which any may be missed (unjustified) while the others are
    attended. It is counted with the longest lessons. `decides_on`: going by date, the day of the lesson with which the
    norm is lost if all are missed from now on. Both are as of the message. Both are None without lessons to come (so
    also with totals only, however early), out of reach, and where no norm applies or can be judged: suspended, exempt,
    contradictory. Before the first lesson they are those of the lessons planned. Where the norm is safe, `may_miss` is
    all of them and `decides_on` None.

    `needed` of `out_of`: how many of the lessons to come are enough, whichever of them are attended; None as above.

    `out_of_reach_since`: the day of the absence after which the norm could no longer be met, going by the lessons
    that count today; None when only an absence without a date made the difference.

    `readings`: where records contradict each other, the judgement with the mildest record of every lesson and the one
    with the strictest. There are no other figures then.
    """

    verdict: Verdict
    rule: Rule
    as_of: date
    required: Fraction
    numerator: Units
    denominator: Units
    strict_numerator: Units
    strict_denominator: Units
    tally: Tally
    may_miss: int | None = None
    decides_on: date | None = None
    out_of_reach_since: date | None = None
    at_best: bool = False
    readings: tuple[Judgement, Judgement] | None = None

    @property
    def out_of(self) -> int | None:
        """The number of lessons to come, where they can decide anything."""
        return None if self.may_miss is None else len(self.tally.lessons_to_come)

    @property
    def needed(self) -> int | None:
        """How many of the lessons to come are enough, whichever of them are attended."""
        return None if self.may_miss is None else len(self.tally.lessons_to_come) - self.may_miss

    @property
    def percentage(self) -> Fraction | None:
        """The exact percentage under the rule; None when no lesson that counts was given."""
        return _percentage(self.numerator, self.denominator)

    def cut(self, decimals: int = 1) -> Decimal | None:
        """Return the percentage cut to `decimals` places: it is never rounded up to a norm that was not met."""
        return _cut(self.numerator, self.denominator, decimals)

    def strict_cut(self, decimals: int = 1) -> Decimal | None:
        """Return the strict percentage, cut in the same way."""
        return _cut(self.strict_numerator, self.strict_denominator, decimals)


def judge(course: Course, *, as_of: date, rule: Rule = DEFAULT_RULE) -> Judgement:
    """Judge one enrolment on `as_of` under `rule`; the lessons to come are those the message lists.

    Recording a past lesson late can change any verdict, OUT_OF_REACH included: `tally.unrecorded` is the number
    of lessons still open. Totals of a running course only give OUT_OF_REACH (the absences already exceed the
    part of the total that the norm leaves free) or NO_LESSONS. A course with contradictory records gets no figures
    and, unless exempt or suspended, CONTRADICTORY.

    Sources: decision record 5. The required degree is a field of the enrolment (TeBehalenAanwezigheidsGraad,
    Inburgering-01.00); 80 % is "the required percentage of attendance" of 2015. The order of the Flemish
    Government of 15 December 2006, which fixes the formula, could not be consulted, so justified absence is a
    `Rule`.
    """
    count, absences, total, coming = count_units(course, as_of)
    required = rule.default_required if course.required is None else course.required
    norm = Norm(required.numerator, 100 * required.denominator)
    figures = figures_of(count, total, rule.justified)
    verdict = _verdict(course, as_of, figures, count, norm)
    if count.contradictory:
        mildest, strictest = _readings(course, as_of, rule.justified, norm)
        readings = judge(mildest, as_of=as_of, rule=rule), judge(strictest, as_of=as_of, rule=rule)
        return Judgement(verdict, rule, as_of, required, *NO_FIGURES[:4], count, readings=readings)

    may_miss = decides_on = since = None
    if verdict is Verdict.OUT_OF_REACH:
        since = _day_lost(absences, total, rule.justified, norm)
    elif coming and verdict not in (Verdict.EXEMPT, Verdict.SUSPENDED):
        scaled = [(day, units * norm.q) for day, units in coming]
        spare = norm.spare(figures.numerator + count.to_come, figures.denominator + count.to_come)
        may_miss, decides_on = slack.may_miss(scaled, spare), slack.decides_on(scaled, spare)
    if figures.at_best and verdict is not Verdict.OUT_OF_REACH:
        figures = NO_FIGURES
    return Judgement(
        verdict, rule, as_of, required, *figures[:4], count, may_miss, decides_on, since, figures.at_best
    )


GRAVITY = {verdict: rank for rank, verdict in enumerate(Verdict)}
# Of several parts: what can still be steered comes first. Doubt about one part never hides that another is lost.
URGENCY = (
    Verdict.REACHABLE,
    Verdict.OUT_OF_REACH,
    Verdict.CONTRADICTORY,
    Verdict.ON_TRACK,
    Verdict.NO_LESSONS,
    Verdict.KEPT,
    Verdict.SUSPENDED,
    Verdict.EXEMPT,
)


def _verdict(course: Course, as_of: date, figures: Figures, count: Tally, norm: Norm) -> Verdict:
    if course.exempt:
        return Verdict.EXEMPT
    if covers(course.suspensions, as_of):
        return Verdict.SUSPENDED
    if count.contradictory:
        return Verdict.CONTRADICTORY
    numerator, denominator = figures.numerator, figures.denominator
    if not denominator:
        return Verdict.NO_LESSONS
    is_met = norm.is_met(numerator, denominator)
    if figures.at_best:
        return Verdict.NO_LESSONS if is_met else Verdict.OUT_OF_REACH
    if is_met:
        is_safe = norm.is_met(numerator, denominator + count.to_come)
        return Verdict.KEPT if is_safe else Verdict.ON_TRACK
    if norm.is_met(numerator + count.to_come, denominator + count.to_come):
        return Verdict.REACHABLE
    return Verdict.OUT_OF_REACH


def _readings(course: Course, as_of: date, counts: JustifiedCounts, norm: Norm) -> tuple[Course, Course]:
    """Return the course with only the mildest record of every lesson, and with only the strictest.

    How far each record lifts the person above the norm adds up over the lessons, so the best of each lesson are the
    best together: if the mildest reading is below the norm, every reading is.
    """
    lessons = course.lessons
    kinds = kinds_alone(course, lessons, as_of)

    def lift(place: int) -> tuple[Units, Units]:
        _, units, _, attended, _ = lessons[place]
        kind, p, q = kinds[place], *norm
        if kind is _TO_COME:
            return 0, (q - p) * units
        if kind is _PRESENT or (kind is _JUSTIFIED and counts is JustifiedCounts.AS_PRESENT):
            here = (q - p) * units
        elif kind is _PARTLY:
            here = max(attended or 0, 0) * q - p * units
        elif kind is _UNJUSTIFIED or (kind is _JUSTIFIED and counts is JustifiedCounts.AS_ABSENT):
            here = -p * units
        else:
            here = 0
        return here, here

    without: set[int] = set()
    mildest: set[int] = set()
    strictest: set[int] = set()
    for places in same_lessons(lessons):
        without.update(places)
        mildest.add(max(places, key=lift))
        strictest.add(min(places, key=lift))
    return (
        _only(course, lambda place: place not in without or place in mildest),
        _only(course, lambda place: place not in without or place in strictest),
    )


def _only(course: Course, keeps: Callable[[int], bool]) -> Course:
    lessons = tuple(lesson for place, lesson in enumerate(course.lessons) if keeps(place))
    return replace(course, lessons=lessons)


def _day_lost(absences: list[Absence], total: Units, counts: JustifiedCounts, norm: Norm) -> date | None:
    """Return the day on which the units lost first exceed the part of the course that the norm leaves free.

    Only called when all of them together do. Undated absences come last: a day is only returned when the dated
    ones up to it are enough by themselves.
    """
    since: date | None = None
    lost: Units = 0
    for day, unjustified, justified in sorted(absences, key=lambda absence: absence[0] or date.max):
        since = day
        lost += unjustified
        if counts is JustifiedCounts.AS_ABSENT:
            lost += justified
        elif counts is JustifiedCounts.LEAVES_OUT:
            total -= justified
        if lost * norm.q > (norm.q - norm.p) * total:
            break
    return since


def _percentage(numerator: Units, denominator: Units) -> Fraction | None:
    return Fraction(100 * numerator, denominator) if denominator else None


def _cut(numerator: Units, denominator: Units, decimals: int) -> Decimal | None:
    if not denominator:
        return None
    return Decimal(100 * numerator * 10**decimals // denominator).scaleb(-decimals)


# Bound once, as in `lessons`.
_PRESENT: Final = LessonKind.PRESENT
_PARTLY: Final = LessonKind.PARTLY
_JUSTIFIED: Final = LessonKind.JUSTIFIED
_UNJUSTIFIED: Final = LessonKind.UNJUSTIFIED
_TO_COME: Final = LessonKind.TO_COME
