"""The attendance norm ("80 %"): is it kept, can it still be reached, and on what figures does that rest.

Judged per enrolment, at a day, under a named and versioned rule for justified absence (decision record
docs/decisions/0005-attendance-rule.md). A verdict informs a social inquiry; it never proposes a sanction.

Units are minutes of lesson (messages of version 02.00, LesMoment) or lestijden, possibly a fraction of one
(version 01.00, totals). All arithmetic is exact: int and Fraction, compared by cross-multiplication, so that
47,5 of 60 is never 80 %. Pure functions: no database, no settings, no clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple, assert_never

Units = int | Fraction
Period = tuple[date | None, date | None]


class Part(StrEnum):
    """The part of the integration programme a course belongs to (design.md, section 7)."""

    MO = "MO"
    NT2 = "NT2"
    PLO = "PLO"


class Unit(StrEnum):
    """What the units of a course are: MINUTE in messages of version 02.00, LESTIJD in version 01.00."""

    MINUTE = "minute"
    LESTIJD = "lestijd"


class Presence(StrEnum):
    """What was recorded for a lesson: AANWEZIG, VERANTW_AFWE or AFWEZIG (KBI-02.00, AanwezigheidEnumType)."""

    PRESENT = "present"
    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"


class Verdict(StrEnum):
    """The judgement over a course, the gravest first: of several courses or parts the first one tells."""

    OUT_OF_REACH = "out_of_reach"  # below the norm, also when everything to come is attended
    REACHABLE = "reachable"  # below the norm, but what is to come can make up for it
    KEPT = "kept"  # at or above the norm with what was given so far
    NO_LESSONS = "no_lessons"  # nothing given yet that counts: no judgement
    SUSPENDED = "suspended"  # the duty is suspended on the day: no judgement
    EXEMPT = "exempt"  # exempted from the part: no judgement


class JustifiedCounts(StrEnum):
    """How a justified absence counts: in both terms, in neither, or in the denominator only."""

    AS_PRESENT = "as_present"
    LEAVES_OUT = "leaves_out"
    AS_ABSENT = "as_absent"


class Lesson(NamedTuple):
    """One LesMoment (02.00), or one absence with its lestijden (01.00)."""

    day: date | None
    units: Units  # the length; a lesson of no length (deliberation, study day) counts nowhere
    presence: Presence | None  # None: nothing recorded
    # Aanwezigheidsduur of someone PRESENT for a part of the lesson; the rest counts as unjustified. Ignored
    # beside an absence and beyond the length of the lesson.
    attended: Units | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What attendance needs to know of one enrolment.

    `required` is TeBehalenAanwezigheidsGraad in percent, None when the message has none; outside 0-100 a
    ValueError is raised. `left` is DatumUitschrijving: what comes after that day does not count. Messages of
    version 02.00 (Unit.MINUTE) fill `lessons`, those of 01.00 (Unit.LESTIJD) `total` (the AantalLestijden of
    the modules) and `absences`. `suspensions` are inclusive periods, an open side is None.
    """

    key: str
    part: Part
    unit: Unit
    required: Fraction | None = None
    starts: date | None = None
    ends: date | None = None
    left: date | None = None
    lessons: tuple[Lesson, ...] = ()
    total: Fraction | None = None
    absences: tuple[Lesson, ...] = ()
    cancelled: bool = False
    exempt: bool = False
    suspensions: tuple[Period, ...] = ()

    def __post_init__(self) -> None:
        if self.required is not None and not 0 <= self.required <= 100:
            raise ValueError("the required degree is not a percentage between 0 and 100")


@dataclass(frozen=True, slots=True)
class Tally:
    """The units of a course at a day. given = present + justified + unjustified, with one exception.

    The exception is a running course of version 01.00: the message tells its total and its absences, not how
    much was given; `given` and `present` are then 0 and `to_come` is the total less the absences so far.
    """

    unit: Unit
    given: Units = 0
    present: Units = 0
    justified: Units = 0
    unjustified: Units = 0
    to_come: Units = 0
    lessons_given: int = 0  # 0 for totals, which know no lessons
    lessons_to_come: tuple[Units, ...] = ()  # their lengths
    unrecorded: int = 0  # lessons up to the day, or undated, without a recorded presence: not given


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to count justified absence. `code` names rule and version; a change gets a new code."""

    code: str
    name: str  # English; shown translated
    justified: JustifiedCounts
    default_required: Fraction = Fraction(80)  # percent, where the message gives no degree


# Which of these the Flemish decision of 15 December 2006 prescribes could not be verified; decision record 5.
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

    `required` is in percent. `numerator` and `denominator` are units under the rule, the `strict_` pair has
    justified absence as absence; both are 0/0 when there is nothing to divide. `at_best`: the figures are not
    those so far but the best still possible (totals of a running course, out of reach).

    `needed` of `out_of`: the smallest number of the lessons to come that is enough whichever of them are
    attended: counted with the shortest, the others as unjustified. 0: the norm is safe. None: no lessons to
    come, totals, suspended, exempt or out of reach.

    `out_of_reach_since`: the day of the absence after which the norm could no longer be reached, given the
    lessons that count today; None when only an absence without a date made the difference.
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

    @property
    def percentage(self) -> Fraction | None:
        """The exact percentage under the rule, None when nothing was given that counts."""
        return _percentage(self.numerator, self.denominator)

    @property
    def strict_percentage(self) -> Fraction | None:
        """The exact percentage with justified absence as absence, None when nothing was given."""
        return _percentage(self.strict_numerator, self.strict_denominator)

    def cut(self, decimals: int = 1) -> Decimal | None:
        """The percentage cut to `decimals` places: never rounded up to a norm that was not reached."""
        return _cut(self.numerator, self.denominator, decimals)

    def strict_cut(self, decimals: int = 1) -> Decimal | None:
        """The strict percentage, cut likewise."""
        return _cut(self.strict_numerator, self.strict_denominator, decimals)


@dataclass(frozen=True, slots=True)
class PartStanding:
    """How a person stands in one part: the course that tells, and its judgement."""

    part: Part
    course: Course
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands: the gravest verdict of the parts, and the parts in the order of `Part`."""

    verdict: Verdict
    parts: tuple[PartStanding, ...]


def tally(course: Course, *, as_of: date) -> Tally:
    """Count the units of `course` as known on `as_of`, the day of the message in Brussels.

    Lessons after the day are to come, also when a presence is already filled in, and so are those of the day itself
    as long as none is: they may be this evening. Recorded ones up to the day are given. Lessons after leaving,
    lessons on suspended days and those of a cancelled course count nowhere.
    """
    return _count(course, as_of)[0]


def judge(course: Course, *, as_of: date, rule: Rule = DEFAULT_RULE) -> Judgement:
    """Judge one enrolment on `as_of` under `rule`; the lessons to come are those the message lists.

    Recording a past lesson late can change any verdict, also OUT_OF_REACH: `tally.unrecorded` tells how many
    are open. Totals of a running course only give OUT_OF_REACH (the absences already exceed what the norm
    leaves free of the whole) or NO_LESSONS.
    """
    count, missed, whole = _count(course, as_of)
    required = rule.default_required if course.required is None else course.required
    # The norm as p/q: reached when numerator * q >= p * denominator.
    p, q = required.numerator, 100 * required.denominator

    present, given = count.present, count.given
    # Without a total absences stand alone: there is nothing to divide.
    justified = count.justified if whole else 0
    at_best = course.unit is Unit.LESTIJD and not given and whole > 0
    if at_best:
        present, given = whole - justified - count.unjustified, whole
    numerator, denominator = present, given
    if rule.justified is JustifiedCounts.AS_PRESENT:
        numerator = present + justified
    elif rule.justified is JustifiedCounts.LEAVES_OUT:
        denominator = given - justified
    reached = numerator * q >= p * denominator

    if course.exempt:
        verdict = Verdict.EXEMPT
    elif _within(as_of, course.suspensions):
        verdict = Verdict.SUSPENDED
    elif not denominator or (at_best and reached):
        verdict = Verdict.NO_LESSONS
    elif reached:
        verdict = Verdict.KEPT
    elif not at_best and (numerator + count.to_come) * q >= p * (denominator + count.to_come):
        verdict = Verdict.REACHABLE
    else:
        verdict = Verdict.OUT_OF_REACH

    needed = out_of = since = None
    if verdict is Verdict.OUT_OF_REACH:
        since = _day_lost(missed, whole, rule.justified, p, q)
    elif count.lessons_to_come and verdict not in (Verdict.EXEMPT, Verdict.SUSPENDED):
        out_of = len(count.lessons_to_come)
        needed = _needed(count.lessons_to_come, p * (denominator + count.to_come) - numerator * q, q)
    if at_best and verdict is not Verdict.OUT_OF_REACH:
        numerator = denominator = present = given = 0
        at_best = False
    figures = (numerator, denominator, present, given)
    return Judgement(verdict, rule, as_of, required, *figures, count, needed, out_of, since, at_best)


def standing(courses: Iterable[Course], *, as_of: date, rule: Rule = DEFAULT_RULE) -> Standing:
    """Judge a person: per part the course that tells, over all parts the gravest verdict.

    Per part: the courses running on `as_of` tell, the worst of them; else the one that ended last; else the
    next to start; equal ones: the worst, by verdict, percentage and key. Cancelled courses are ignored. No
    course at all is NO_LESSONS.
    """
    by_part: dict[Part, list[Course]] = {}
    for course in courses:
        if not course.cancelled:
            by_part.setdefault(course.part, []).append(course)
    parts = []
    for part in filter(by_part.__contains__, Part):
        telling = _telling(by_part[part], as_of)
        judged = [PartStanding(part, course, judge(course, as_of=as_of, rule=rule)) for course in telling]
        parts.append(min(judged, key=_gravity) if len(judged) > 1 else judged[0])
    verdicts = [each.judgement.verdict for each in parts]
    return Standing(min(verdicts, key=_RANK.__getitem__, default=Verdict.NO_LESSONS), tuple(parts))


# Bound once: an import judges some hundred thousand courses, and looking up an enum member costs a call.
_PRESENT: Final = Presence.PRESENT
_JUSTIFIED: Final = Presence.JUSTIFIED
_UNJUSTIFIED: Final = Presence.UNJUSTIFIED

_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}

# Day, unjustified units, justified units of an absence that counts.
_Missed = tuple[date | None, Units, Units]


def _count(course: Course, as_of: date) -> tuple[Tally, list[_Missed], Units]:
    """The tally, the absences in it, and the units of the whole course as far as it counts."""
    if course.cancelled:
        return Tally(course.unit), [], 0
    if course.unit is Unit.LESTIJD:
        return _count_totals(course, as_of)
    return _count_lessons(course, as_of)


def _count_lessons(course: Course, as_of: date) -> tuple[Tally, list[_Missed], Units]:
    left, suspensions = course.left or date.max, course.suspensions
    present: Units = 0
    justified: Units = 0
    unjustified: Units = 0
    lessons_given = unrecorded = 0
    sizes: list[Units] = []
    missed: list[_Missed] = []
    for day, units, presence, attended in course.lessons:
        if units <= 0:
            continue
        if day is not None:
            if day > left or (suspensions and _within(day, suspensions)):
                continue
            if day > as_of or (day == as_of and presence is None):
                sizes.append(units)
                continue
        if presence is None:
            unrecorded += 1
            continue
        lessons_given += 1
        if presence is _PRESENT:
            if attended is None or attended >= units:
                present += units
            else:
                attended = max(attended, 0)
                present += attended
                unjustified += units - attended
                missed.append((day, units - attended, 0))
        elif presence is _JUSTIFIED:
            justified += units
            missed.append((day, 0, units))
        elif presence is _UNJUSTIFIED:
            unjustified += units
            missed.append((day, units, 0))
        else:
            assert_never(presence)
    given, to_come = present + justified + unjustified, sum(sizes)
    count = Tally(
        course.unit, given, present, justified, unjustified, to_come, lessons_given, tuple(sizes), unrecorded
    )
    return count, missed, given + to_come


def _count_totals(course: Course, as_of: date) -> tuple[Tally, list[_Missed], Units]:
    left, ends = course.left, course.ends
    whole: Units = max(course.total or 0, 0)
    missed: list[_Missed] = []
    for day, units, presence, _ in course.absences:
        if units <= 0 or presence is Presence.PRESENT:
            continue
        if day is not None:
            if day > as_of or (left is not None and day > left):
                continue
            if _within(day, course.suspensions):
                # Neither given nor missed. How much was attended on suspended days the message does not tell.
                whole = max(whole - units, 0)
                continue
        missed.append((day, 0, units) if presence is Presence.JUSTIFIED else (day, units, 0))
    unjustified = sum(lost for _, lost, _ in missed)
    justified = sum(excused for _, _, excused in missed)
    absent = justified + unjustified
    if not whole:
        return Tally(course.unit, justified=justified, unjustified=unjustified), missed, 0
    # Absences beyond the total contradict it; the larger of both is taken to have been given.
    whole = max(whole, absent)
    if ends is not None and ends <= as_of and (left is None or left >= ends):
        return Tally(course.unit, whole, whole - absent, justified, unjustified), missed, whole
    # Running, or left before the end: how much of the total was given is not known. The same absences are a
    # larger share of a smaller total, so the whole total is the most favourable reading.
    to_come = 0 if left is not None and left <= as_of else whole - absent
    return Tally(course.unit, 0, 0, justified, unjustified, to_come), missed, whole


def _needed(sizes: tuple[Units, ...], shortfall: Units, q: int) -> int:
    """How many of the shortest lessons cover `shortfall`, in units times `q`; all of them together do."""
    lessons = 0
    for units in sorted(sizes):
        if shortfall <= 0:
            break
        shortfall -= units * q
        lessons += 1
    return lessons


def _day_lost(missed: list[_Missed], whole: Units, counts: JustifiedCounts, p: int, q: int) -> date | None:
    """The day on which the missed units first exceed what the norm p/q leaves free of the whole course.

    Asked only when all of them together do. Undated absences come last: a day is only named when the dated
    ones up to it are enough by themselves.
    """
    since: date | None = None
    lost: Units = 0
    for day, unjustified, justified in sorted(missed, key=lambda absence: absence[0] or date.max):
        since = day
        lost += unjustified
        if counts is JustifiedCounts.AS_ABSENT:
            lost += justified
        elif counts is JustifiedCounts.LEAVES_OUT:
            whole -= justified
        if lost * q > (q - p) * whole:
            break
    return since


def _within(day: date, periods: tuple[Period, ...]) -> bool:
    return any((first is None or first <= day) and (last is None or day <= last) for first, last in periods)


def _telling(courses: list[Course], as_of: date) -> list[Course]:
    """The courses of one part between which the worst tells."""
    if len(courses) == 1:
        return courses
    distances = [_distance(course, as_of) for course in courses]
    nearest = min(distances)
    return [course for course, distance in zip(courses, distances, strict=True) if distance == nearest]


def _distance(course: Course, as_of: date) -> tuple[int, int]:
    """Running: 0, 0. Ended: 1 and the days since. To start: 2 and the days until.

    Where the enrolment has no period that of its lessons is taken; leaving ends it earlier.
    """
    first, last = course.starts, course.ends
    if first is None or last is None:
        days = [lesson.day for lesson in course.lessons if lesson.day is not None]
        first, last = first or min(days, default=None), last or max(days, default=None)
    last = min(last or date.max, course.left or date.max)
    if last < as_of:
        return 1, (as_of - last).days
    if first is not None and first > as_of:
        return 2, (first - as_of).days
    return 0, 0


def _gravity(judged: PartStanding) -> tuple[int, Fraction, str]:
    share = judged.judgement.percentage
    return _RANK[judged.judgement.verdict], Fraction(100) if share is None else share, judged.course.key


def _percentage(numerator: Units, denominator: Units) -> Fraction | None:
    return Fraction(100 * numerator, denominator) if denominator else None


def _cut(numerator: Units, denominator: Units, decimals: int) -> Decimal | None:
    if not denominator:
        return None
    return Decimal(100 * numerator * 10**decimals // denominator).scaleb(-decimals)
