"""The attendance norm ("80 %"): whether it is met, whether it can still be met, and from which figures.

Each enrolment is judged on a day, under a named and versioned rule for justified absence (decision record
docs/decisions/0005-attendance-rule.md). A verdict informs a social inquiry; it never proposes a sanction.

Units are minutes of lesson (messages of version 02.00, LesMoment) or lestijden, possibly a fraction of one
(version 01.00, totals). All arithmetic is exact: int and Fraction, compared by cross-multiplication, so that
47,5 of 60 is never 80 %. Pure functions: no database, no settings, no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
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


class Verdict(StrEnum):
    """The verdict on a course, gravest first: of several courses or parts the first one decides."""

    OUT_OF_REACH = "out_of_reach"  # below the norm, even if every lesson to come is attended
    CONTRADICTORY = "contradictory"  # records of the same lesson contradict each other: no judgement
    REACHABLE = "reachable"  # below the norm, but the lessons to come can make up for it
    ON_TRACK = "on_track"  # at or above the norm so far, but the lessons to come can still lose it
    KEPT = "kept"  # at or above the norm, even if every lesson to come is missed
    NO_LESSONS = "no_lessons"  # no lesson that counts was given yet: no judgement
    SUSPENDED = "suspended"  # the duty is suspended on the day: no judgement
    EXEMPT = "exempt"  # exempted from the part: no judgement


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


class JustifiedCounts(StrEnum):
    """How a justified absence counts: in both terms, in neither, or in the denominator only."""

    AS_PRESENT = "as_present"
    LEAVES_OUT = "leaves_out"
    AS_ABSENT = "as_absent"


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


@dataclass(frozen=True, slots=True)
class Tally:
    """The units of a course on a day. given = present + justified + unjustified, with one exception.

    The exception is a running course of version 01.00: the message has its total and its absences, but not how
    much was given. `given` and `present` are then 0, and `to_come` is the total less the absences so far.
    """

    unit: Unit
    given: Units = 0
    present: Units = 0
    justified: Units = 0
    unjustified: Units = 0
    to_come: Units = 0
    lessons_to_come: tuple[Units, ...] = ()  # their lengths
    unrecorded: int = 0  # lessons up to the day, or undated, without a recorded presence: not given
    contradictory: int = 0  # lessons with contradictory records: in none of the other figures


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to count justified absence. `code` names rule and version; a change gets a new code."""

    code: str
    name: str  # English; shown translated
    justified: JustifiedCounts
    default_required: Fraction = Fraction(80)  # percent, where the message gives no degree


# It could not be verified which one the Flemish decision of 15 December 2006 prescribes; decision record 5.
DEFAULT_RULE = Rule("2015-1", "Justified absence counts as present", JustifiedCounts.AS_PRESENT)
RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        DEFAULT_RULE,
        Rule("2015-2", "Justified absence is left out", JustifiedCounts.LEAVES_OUT),
        Rule("2015-3", "Justified absence counts as absent", JustifiedCounts.AS_ABSENT),
    )
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with everything that must be shown beside it.

    `required` is in percent. `numerator` and `denominator` are units under the rule; in the `strict_` pair
    justified absence is absence. Both pairs are 0/0 when there is nothing to divide. `at_best`: the figures are
    the best still possible, not those so far (totals of a running course, out of reach).

    `needed` of `out_of`: the smallest number of lessons to come that is enough whichever of them are attended.
    It is counted with the shortest lessons; the others count as unjustified. 0: the norm is safe. None: no
    lessons to come, totals, suspended, exempt or out of reach.

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
    needed: int | None = None
    out_of: int | None = None
    out_of_reach_since: date | None = None
    at_best: bool = False
    readings: tuple[Judgement, Judgement] | None = None

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


@dataclass(frozen=True, slots=True)
class PartJudgement:
    """The judgement of a person in one part: that of the course that decides for the part."""

    part: Part
    course: Course
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class PersonJudgement:
    """The judgement of a person: the gravest verdict of the parts, and the parts in the order of `Part`."""

    verdict: Verdict
    parts: tuple[PartJudgement, ...]


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
    kinds = _kinds(course, lessons, as_of)
    for places in _same_lessons(lessons):
        if len({lessons[place] for place in places}) == 1:
            for place in places[1:]:
                kinds[place] = _REPEATED
        elif not _NOWHERE.issuperset(kinds[place] for place in places):
            for place in places:
                kinds[place] = _CONTRADICTORY
    return kinds


def _kinds(course: Course, lessons: Sequence[Lesson], as_of: date) -> list[LessonKind]:
    """Return how every record counts by itself."""
    if course.cancelled:
        return [_IGNORED] * len(lessons)
    left_on, suspensions = course.left_on or date.max, course.suspensions
    kinds = []
    for day, units, presence, attended, _ in lessons:
        if units <= 0 or (day is not None and day > left_on):
            kind = _IGNORED
        elif suspensions and day is not None and _covers(suspensions, day):
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


def _same_lessons(lessons: Sequence[Lesson]) -> Iterable[list[int]]:
    """Return the places of the records of each lesson that has more than one."""
    if len(set(map(_DAY_AND_BEGIN, lessons))) == len(lessons):
        return ()
    by_lesson: dict[tuple[date, int], list[int]] = {}
    for place, lesson in enumerate(lessons):
        if lesson.day is not None and lesson.begins is not None:
            by_lesson.setdefault((lesson.day, lesson.begins), []).append(place)
    return [places for places in by_lesson.values() if len(places) > 1]


def tally(course: Course, *, as_of: date) -> Tally:
    """Add up the units of `course` by how its lessons count on `as_of`, the Brussels day of the message."""
    return _count(course, as_of)[0]


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
    count, absences, total = _count(course, as_of)
    required = rule.default_required if course.required is None else course.required
    norm = _Norm(required.numerator, 100 * required.denominator)
    figures = _figures(count, total, rule.justified)
    verdict = _verdict(course, as_of, figures, count, norm)
    if count.contradictory:
        mildest, strictest = _readings(course, as_of, rule.justified, norm)
        readings = judge(mildest, as_of=as_of, rule=rule), judge(strictest, as_of=as_of, rule=rule)
        return Judgement(verdict, rule, as_of, required, *_NO_FIGURES[:4], count, readings=readings)

    needed = out_of = since = None
    if verdict is Verdict.OUT_OF_REACH:
        since = _day_lost(absences, total, rule.justified, norm)
    elif count.lessons_to_come and verdict not in (Verdict.EXEMPT, Verdict.SUSPENDED):
        needed = _needed(count.lessons_to_come, figures, count.to_come, norm)
        out_of = len(count.lessons_to_come)
    if figures.at_best and verdict is not Verdict.OUT_OF_REACH:
        figures = _NO_FIGURES
    return Judgement(
        verdict, rule, as_of, required, *figures[:4], count, needed, out_of, since, figures.at_best
    )


def judge_person(courses: Iterable[Course], *, as_of: date, rule: Rule = DEFAULT_RULE) -> PersonJudgement:
    """Judge a person: in each part one course decides, and over all parts the gravest verdict.

    In a part the worst of the courses running on `as_of` decides; without one, the course that ended last;
    without that, the next to start. Of equal courses the worst decides, by verdict, percentage and key. Cancelled
    courses are ignored. Without any course the verdict is NO_LESSONS. CONTRADICTORY comes after OUT_OF_REACH: doubt
    about one part never hides that another is lost, and it goes before every milder verdict.
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
    verdicts = [part.judgement.verdict for part in parts]
    return PersonJudgement(min(verdicts, key=_RANK.__getitem__, default=Verdict.NO_LESSONS), tuple(parts))


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

_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}

# An absence that counts: its day, unjustified units and justified units.
_Absence = tuple[date | None, Units, Units]


class _Norm(NamedTuple):
    """The norm as a fraction p/q."""

    p: int
    q: int

    def is_met(self, numerator: Units, denominator: Units) -> bool:
        return numerator * self.q >= self.p * denominator


class _Figures(NamedTuple):
    """The terms of the percentage under a rule, and those with justified absence as absence."""

    numerator: Units
    denominator: Units
    present: Units
    given: Units
    at_best: bool


_NO_FIGURES: Final = _Figures(0, 0, 0, 0, False)


def _figures(count: Tally, total: Units, counts: JustifiedCounts) -> _Figures:
    """Return the figures of a tally; for a running course with totals only, the best still possible."""
    present, given = count.present, count.given
    # Without a total there is nothing to divide the absences by.
    justified = count.justified if total else 0
    at_best = count.unit is Unit.LESTIJD and not given and total > 0
    if at_best:
        present, given = total - justified - count.unjustified, total
    numerator, denominator = present, given
    if counts is JustifiedCounts.AS_PRESENT:
        numerator = present + justified
    elif counts is JustifiedCounts.LEAVES_OUT:
        denominator = given - justified
    return _Figures(numerator, denominator, present, given, at_best)


def _verdict(course: Course, as_of: date, figures: _Figures, count: Tally, norm: _Norm) -> Verdict:
    if course.exempt:
        return Verdict.EXEMPT
    if _covers(course.suspensions, as_of):
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


def _count(course: Course, as_of: date) -> tuple[Tally, list[_Absence], Units]:
    """Return the tally, the absences in it, and the units of the complete course as far as they count."""
    if course.cancelled:
        return Tally(course.unit), [], 0
    if course.unit is Unit.LESTIJD:
        return _count_totals(course, as_of)
    return _count_lessons(course, as_of)


def _count_lessons(course: Course, as_of: date) -> tuple[Tally, list[_Absence], Units]:
    present: Units = 0
    justified: Units = 0
    unjustified: Units = 0
    unrecorded = 0
    sizes: list[Units] = []
    absences: list[_Absence] = []
    contradictory: set[tuple[date | None, int | None]] = set()
    kinds = classify(course, as_of=as_of)
    for (day, units, _, attended, begins), kind in zip(course.lessons, kinds, strict=True):
        if kind is _PRESENT:
            present += units
        elif kind is _TO_COME:
            sizes.append(units)
        elif kind is _PARTLY:
            attended = max(attended or 0, 0)
            present += attended
            unjustified += units - attended
            absences.append((day, units - attended, 0))
        elif kind is _JUSTIFIED:
            justified += units
            absences.append((day, 0, units))
        elif kind is _UNJUSTIFIED:
            unjustified += units
            absences.append((day, units, 0))
        elif kind is _UNRECORDED:
            unrecorded += 1
        elif kind is _CONTRADICTORY:
            contradictory.add((day, begins))
    given, to_come = present + justified + unjustified, sum(sizes)
    count = Tally(
        course.unit,
        given,
        present,
        justified,
        unjustified,
        to_come,
        tuple(sizes),
        unrecorded,
        len(contradictory),
    )
    return count, absences, given + to_come


def _readings(course: Course, as_of: date, counts: JustifiedCounts, norm: _Norm) -> tuple[Course, Course]:
    """Return the course with only the mildest record of every lesson, and with only the strictest.

    How far each record lifts the person above the norm adds up over the lessons, so the best of each lesson are the
    best together: if the mildest reading is below the norm, every reading is.
    """
    lessons = course.lessons
    kinds = _kinds(course, lessons, as_of)

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
    for places in _same_lessons(lessons):
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


def _count_totals(course: Course, as_of: date) -> tuple[Tally, list[_Absence], Units]:
    left_on, ends = course.left_on, course.ends
    total: Units = max(course.total or 0, 0)
    absences: list[_Absence] = []
    for (day, units, *_), kind in zip(course.absences, classify(course, as_of=as_of), strict=True):
        if kind is _JUSTIFIED:
            absences.append((day, 0, units))
        elif kind is _UNJUSTIFIED or kind is _UNRECORDED:  # an absence of an unknown type is unjustified
            absences.append((day, units, 0))
        elif kind is _SUSPENDED and day is not None and day <= as_of:
            # Neither given nor missed. The message does not say how much was attended on suspended days.
            total = max(total - units, 0)
    unjustified = sum(units for _, units, _ in absences)
    justified = sum(units for _, _, units in absences)
    absent = justified + unjustified
    if not total:
        return Tally(course.unit, justified=justified, unjustified=unjustified), absences, 0
    # Absences beyond the total contradict it; the larger of both counts as given.
    total = max(total, absent)
    if ends is not None and ends <= as_of and (left_on is None or left_on >= ends):
        return Tally(course.unit, total, total - absent, justified, unjustified), absences, total
    # Running, or left before the end: it is not known how much of the total was given. The same absences are a
    # larger share of a smaller total, so the complete total is the most favourable reading.
    to_come = 0 if left_on is not None and left_on <= as_of else total - absent
    return Tally(course.unit, 0, 0, justified, unjustified, to_come), absences, total


def _needed(sizes: tuple[Units, ...], figures: _Figures, to_come: Units, norm: _Norm) -> int:
    """Return how many of the shortest lessons to come are enough to meet the norm; all of them together are."""
    shortfall = norm.p * (figures.denominator + to_come) - figures.numerator * norm.q
    lessons = 0
    for units in sorted(sizes):
        if shortfall <= 0:
            break
        shortfall -= units * norm.q
        lessons += 1
    return lessons


def _day_lost(absences: list[_Absence], total: Units, counts: JustifiedCounts, norm: _Norm) -> date | None:
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


def _covers(periods: tuple[Period, ...], day: date) -> bool:
    return any(period.covers(day) for period in periods)


def _deciding(courses: list[Course], as_of: date) -> list[Course]:
    """Return the courses of one part among which the worst decides."""
    if len(courses) == 1:
        return courses
    distances = [_distance(course, as_of) for course in courses]
    nearest = min(distances)
    return [course for course, distance in zip(courses, distances, strict=True) if distance == nearest]


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
        return 1, (as_of - last).days
    if first is not None and first > as_of:
        return 2, (first - as_of).days
    return 0, 0


def _gravity(judged: PartJudgement) -> tuple[int, Fraction, str]:
    share = judged.judgement.percentage
    return _RANK[judged.judgement.verdict], Fraction(100) if share is None else share, judged.course.key


def _percentage(numerator: Units, denominator: Units) -> Fraction | None:
    return Fraction(100 * numerator, denominator) if denominator else None


def _cut(numerator: Units, denominator: Units, decimals: int) -> Decimal | None:
    if not denominator:
        return None
    return Decimal(100 * numerator * 10**decimals // denominator).scaleb(-decimals)
