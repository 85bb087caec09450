"""The story of one person: registration, contract, courses, absences. Both versions are written from it.

A story starts from the standing the person is to have on the day of the message and works back to lessons
that give it, so that a population has every standing in a known share (`SHARES`). The norm used is 80 %
with justified absence counted as present, the default of `persons/attendance/`; the generator does not
call that module, so that a test can hold one against the other.
"""

from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

from .courses import (
    ALPHA_MODULES,
    CBE_MODULES,
    CVO_MODULES,
    INDIVIDUAL_MODULE,
    JUSTIFIED,
    MO_MODULE,
    OPEN,
    PARTLY,
    PRESENT,
    UNJUSTIFIED,
    Module,
    Timetable,
    ended,
    future,
    running,
)
from .dice import Dice, Weighted
from .people import Identity
from .regions import Centre

KEPT, REACHABLE, OUT_OF_REACH, NO_LESSONS, SUSPENDED, EXEMPT = (
    "kept",
    "reachable",
    "out_of_reach",
    "no_lessons",
    "suspended",
    "exempt",
)

SHARES: tuple[tuple[str, float], ...] = (
    (KEPT, 60),
    (REACHABLE, 15),
    (OUT_OF_REACH, 8),
    (NO_LESSONS, 9),
    (SUSPENDED, 4.5),
    (EXEMPT, 3.5),
)
"""Standings and their shares in percent, in a version 02.00 population of adults."""

_STANDING = Weighted(SHARES)
_TRACK = Weighted([("cvo", 60), ("cbe", 27), ("alpha", 13)])

# Persons are put into parallel groups of a course by their place, so that a small population fills few
# groups and a large one does not crowd them.
_PERSONS_A_GROUP = 4000


@dataclass(slots=True)
class Enrolment:
    """One person in one course. Days are ordinals; `presence` has one entry per lesson of the timetable."""

    part: str
    module: Module
    times: Timetable
    centre: Centre | None
    place: str
    language: str
    key: str
    number: str
    registered: int
    presence: list[int] = field(default_factory=list)
    minutes: dict[int, int] = field(default_factory=dict)
    left: int | None = None
    cancelled: bool = False
    exempt: bool = False
    individual: bool = False

    @property
    def over(self) -> int:
        """The day the person was done with the course: its end, or leaving it."""
        return self.times.last if self.left is None else min(self.left, self.times.last)


@dataclass(slots=True)
class Story:
    """The story of one person. Days are ordinals; None means that it never happened."""

    identity: Identity
    as_of: int
    standing: str
    track: str
    thin: bool = False  # almost nothing was filled in
    minor: bool = False
    duty: bool = False
    reported: int | None = None  # Aanmelding
    signed: int | None = None  # contract
    courses: list[Enrolment] = field(default_factory=list)
    suspension: tuple[int, int | None] | None = None
    past_suspension: tuple[int, int] | None = None
    exempt_parts: frozenset[str] = frozenset()
    exempt_since: int | None = None
    waiting: bool = False  # on a waiting list
    level: int = 0  # modules of the track finished

    def of(self, part: str) -> list[Enrolment]:
        """The enrolments in one part of the programme."""
        return [course for course in self.courses if course.part == part]

    @property
    def attested(self) -> bool:
        """Whether the programme was finished: MO and NT2 followed to the end, neither below the norm."""
        done = {course.part for course in self.courses if course.over < self.as_of and course.left is None}
        return self.standing == KEPT and {"MO", "NT2"} <= done


def office_day(ordinal: int) -> int:
    """The day, or the Friday before it when it falls in a weekend: offices write nothing down then."""
    return ordinal - max(0, (ordinal - 1) % 7 - 4)


def tell(identity: Identity, as_of: int, dice: Dice) -> Story:
    """Return the story of one person up to the day `as_of` (ordinal)."""
    age = (as_of - identity.born.toordinal()) / 365.25
    literate = dice.chance(identity.origin.literate)
    story = Story(
        identity=identity,
        as_of=as_of,
        standing=NO_LESSONS if age < 18 else _STANDING.draw(dice),
        track="alpha" if not literate else _TRACK.draw(dice),
        minor=age < 18,
        duty=dice.chance(identity.origin.duty) and 18 <= age < 65,
    )
    if story.track == "alpha" and literate:
        story.track = "cbe"
    _COURSES[story.standing](story, dice)
    if not story.thin:
        _beginnings(story, dice)
    return story


def _beginnings(story: Story, dice: Dice) -> None:
    """Registration and contract before the first course, and now and then a suspension between."""
    first = min((course.times.first for course in story.courses), default=story.as_of - dice.between(10, 500))
    until = min(first, story.as_of) - 3
    story.reported = office_day(until - dice.between(30, 260))
    if story.minor or (story.standing == NO_LESSONS and not story.courses and dice.chance(0.5)):
        return
    story.signed = office_day(story.reported + int((until - story.reported) * (0.2 + 0.5 * dice.random())))
    if until - story.signed > 60 and dice.chance(0.25):
        begin = story.signed + dice.between(5, 20)
        story.past_suspension = begin, until - dice.between(5, 25)


def _kept(story: Story, dice: Dice) -> None:
    throw = dice.random()
    if throw < 0.42:
        _add_mo(story, dice, "ended")
        _add_nt2(story, dice, "ended" if dice.chance(0.35) else "running")
    elif throw < 0.56:
        _add_mo(story, dice, "running")
        if dice.chance(0.4):
            _add_nt2(story, dice, "running")
    elif throw < 0.84:
        _add_nt2(story, dice, "running" if dice.chance(0.7) else "ended")
    elif throw < 0.92:
        _add_mo(story, dice, "ended")
        _add_nt2(story, dice, "future")
    else:
        _exempt_from_mo(story)
        _add_nt2(story, dice, "running")
    _add_history(story, dice)


def _reachable(story: Story, dice: Dice) -> None:
    throw = dice.random()
    if throw < 0.6:
        if dice.chance(0.6):
            _add_mo(story, dice, "ended")
        _add_nt2(story, dice, "running", REACHABLE)
    elif throw < 0.9:
        _add_mo(story, dice, "running", REACHABLE)
        if dice.chance(0.6):
            _add_nt2(story, dice, "running")
    else:
        _add_mo(story, dice, "running", REACHABLE)
        _add_nt2(story, dice, "running", REACHABLE)
    _add_history(story, dice)


def _out_of_reach(story: Story, dice: Dice) -> None:
    throw = dice.random()
    if throw < 0.55:
        if dice.chance(0.6):
            _add_mo(story, dice, "ended")
        _add_nt2(story, dice, "ended" if dice.chance(0.45) else "running", OUT_OF_REACH)
    elif throw < 0.85:
        _add_mo(story, dice, "ended" if dice.chance(0.5) else "running", OUT_OF_REACH)
        if dice.chance(0.6):
            _add_nt2(story, dice, "running", REACHABLE if dice.chance(0.3) else KEPT)
    else:
        _add_mo(story, dice, "ended", OUT_OF_REACH)
        _add_nt2(story, dice, "running", OUT_OF_REACH)
    _add_history(story, dice)


def _no_lessons(story: Story, dice: Dice) -> None:
    throw = dice.random()
    if throw < 0.4:
        story.thin = True
    elif throw < 0.75 and not story.minor:
        if dice.chance(0.5):
            _add_mo(story, dice, "future")
        if not story.courses or dice.chance(0.6):
            _add_nt2(story, dice, "future")
    elif not story.minor:
        story.waiting = True
        story.level = dice.between(0, 2)


def _suspended(story: Story, dice: Dice) -> None:
    begin = story.as_of - dice.between(4, 70)
    story.suspension = begin, None if dice.chance(0.2) else story.as_of + dice.between(10, 150)
    wish = KEPT if dice.chance(0.7) else REACHABLE
    if dice.chance(0.35):
        _add_mo(story, dice, "running", wish)
    if not story.courses or dice.chance(0.5):
        _add_nt2(story, dice, "running", wish)
    for course in story.courses:
        course.presence = [
            OPEN if ordinal >= begin else state
            for ordinal, state in zip(course.times.days, course.presence, strict=True)
        ]


def _exempt(story: Story, dice: Dice) -> None:
    """Exempted for health, age or a diploma; most took a few lessons first."""
    throw = dice.random()
    if throw < 0.3:
        _add_mo(story, dice, "running")
    elif throw < 0.8:
        _add_nt2(story, dice, "running")
    else:
        _add_mo(story, dice, "running")
        _add_nt2(story, dice, "running")
    story.exempt_parts = frozenset({"MO", "NT2"})
    since = max(story.as_of - dice.between(2, 60), min(course.times.first for course in story.courses))
    story.exempt_since = since
    for course in story.courses:
        course.exempt = True
        course.left = since
        course.presence = [
            OPEN if ordinal > since else state
            for ordinal, state in zip(course.times.days, course.presence, strict=True)
        ]


_COURSES = {
    KEPT: _kept,
    REACHABLE: _reachable,
    OUT_OF_REACH: _out_of_reach,
    NO_LESSONS: _no_lessons,
    SUSPENDED: _suspended,
    EXEMPT: _exempt,
}


def _exempt_from_mo(story: Story) -> None:
    story.exempt_parts = frozenset({"MO"})


def _modules(story: Story) -> tuple[Module, ...]:
    return {"cvo": CVO_MODULES, "cbe": CBE_MODULES, "alpha": ALPHA_MODULES}[story.track]


def _centre(story: Story, dice: Dice) -> Centre:
    basic = story.track != "cvo"
    return dice.pick([centre for centre in story.identity.region.centres if centre.basic is basic])


def _add_mo(story: Story, dice: Dice, when: str, wish: str = KEPT) -> None:
    individual = when != "future" and wish == KEPT and dice.chance(0.04)
    module = INDIVIDUAL_MODULE if individual else MO_MODULE
    course = _enrol(story, dice, "MO", module, None, when, wish)
    course.individual = individual


def _add_nt2(story: Story, dice: Dice, when: str, wish: str = KEPT) -> None:
    modules = _modules(story)
    # Higher levels are reached by fewer.
    story.level = min(int(len(modules) * dice.random() ** 1.8), len(modules) - 1)
    centre = _centre(story, dice)
    course = _enrol(story, dice, "NT2", modules[story.level], centre, when, wish)
    side_by_side = story.standing in (KEPT, REACHABLE, OUT_OF_REACH) and course.left is None
    if story.track == "alpha" and when == "running" and side_by_side:
        # Speaking and writing are taught together.
        other = modules[story.level ^ 1]
        _enrol(story, dice, "NT2", other, centre, "running", KEPT)
    if dice.chance(0.07):
        _enrol(story, dice, "NT2", course.module, _centre(story, dice), "running", NO_LESSONS, cancelled=True)


def _add_history(story: Story, dice: Dice) -> None:
    """An earlier NT2 module within the year, sometimes one that went wrong and was taken again."""
    taken = [course for course in story.of("NT2") if not course.cancelled]
    if not taken or story.track == "alpha" or not dice.chance(0.45):
        return
    first = min(course.times.first for course in taken)
    if first >= story.as_of:
        # A module that ended would tell instead of the one to come.
        return
    modules = _modules(story)
    again = dice.chance(0.15)
    if not again and story.level == 0:
        return
    module = modules[story.level if again else story.level - 1]
    times = ended(module, first - dice.between(5, 60), dice)
    course = _enrolled(story, dice, "NT2", module, _centre(story, dice), times)
    if _record(course, story.as_of, dice, OUT_OF_REACH if again else KEPT):
        story.courses.append(course)


def _enrol(
    story: Story,
    dice: Dice,
    part: str,
    module: Module,
    centre: Centre | None,
    when: str,
    wish: str,
    *,
    cancelled: bool = False,
) -> Enrolment:
    """Enrol in a course in that phase, such that `wish` can come true."""
    as_of = story.as_of
    for attempt in range(40):
        if when == "future":
            times = future(module, as_of, dice)
            wish = NO_LESSONS
        elif when == "ended" or attempt > 30:
            times = ended(module, as_of - dice.between(0, 240), dice)
        elif wish == OUT_OF_REACH:
            times = running(module, as_of, dice, 0.45, 0.97)
        elif wish == REACHABLE:
            times = running(module, as_of, dice, 0.15, 0.8)
        else:
            times = running(module, as_of, dice, 0.08, 0.95)
        course = _enrolled(story, dice, part, module, centre, times, cancelled=cancelled)
        if _record(course, as_of, dice, wish):
            break
    else:
        # No timetable around this day can hold the wish; the course that ended last is followed as it should.
        _record(course, as_of, dice, KEPT)
    story.courses.append(course)
    return course


def _enrolled(
    story: Story,
    dice: Dice,
    part: str,
    module: Module,
    centre: Centre | None,
    times: Timetable,
    *,
    cancelled: bool = False,
) -> Enrolment:
    origin, region = story.identity.origin, story.identity.region
    place = dice.pick(region.venues) if centre is None else f"{centre.place}, {centre.street} {centre.house}"
    language = ""
    if part == "MO":
        language = origin.course_language[0] if dice.chance(0.8) else dice.pick(origin.course_language)
        if dice.chance(0.06):
            language = "Nederlands"
    group = story.identity.number // _PERSONS_A_GROUP
    what = f"{module.code}|{place}|{language}|{times.days[:6]}|{times.slot}|{times.last}|{group}|{cancelled}"
    digest = blake2b(what.encode(), digest_size=16).hexdigest()
    return Enrolment(
        part=part,
        module=module,
        times=times,
        centre=centre,
        place=place,
        language=language,
        key=f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:]}",
        number=f"{date.fromordinal(times.first).year}-{int(digest[:6], 16) % 100000:05d}",
        registered=min(times.first - dice.between(3, 45), story.as_of - dice.between(0, 3)),
        cancelled=cancelled,
    )


def _record(course: Enrolment, as_of: int, dice: Dice, wish: str) -> bool:
    """Fill in the recorded presences, so that the course gets the wished verdict; False if it can't."""
    days = course.times.days
    if wish == NO_LESSONS:
        course.presence = [OPEN] * len(days)
        return True
    leaves = dice.random()
    if (wish == OUT_OF_REACH and leaves < 0.4) or (wish == KEPT and leaves < 0.04):
        past = sum(ordinal < as_of for ordinal in days)
        if past >= 6:
            course.left = days[dice.between(past // 2, past - 1)]
    left = course.left or days[-1]

    recorded = [place for place, ordinal in enumerate(days) if ordinal < as_of and ordinal <= left]
    # The teacher is some days behind, or forgot one.
    if recorded and days[recorded[-1]] > as_of - 6 and dice.chance(0.3):
        del recorded[-dice.between(1, min(2, len(recorded))) :]
    if len(recorded) > 4 and dice.chance(0.05):
        del recorded[dice.between(0, len(recorded) - 1)]
    given = len(recorded)
    known = sum(ordinal <= left for ordinal in days)  # of the whole course, recorded or not
    to_come = sum(as_of < ordinal <= left for ordinal in days)

    absences = _absences(dice, wish, given, known, to_come)
    if absences is None:
        return False
    missed, partial = absences
    stayed_away = wish == OUT_OF_REACH and dice.chance(0.5)
    unjustified = recorded[given - missed :] if stayed_away else dice.some(recorded, missed)
    course.presence = _presences(course, recorded, unjustified, partial, dice)
    if to_come and dice.chance(0.015):
        # Told beforehand: a hospital appointment.
        course.presence[-to_come] = JUSTIFIED
    return True


def _absences(dice: Dice, wish: str, given: int, known: int, to_come: int) -> tuple[int, int] | None:
    """Return how many of the `given` lessons were missed, and how many attended in part, to get the wished verdict.

    The norm is 80 %: one missed lesson in five. Lessons attended in part lie on the safe side of it. Returns None
    when the wish is out of the question. `known` is the number of lessons of the whole course, recorded or not.
    """
    partial = dice.between(1, 2) if given > 8 and dice.chance(0.18) else 0
    most = given // 5
    if wish == KEPT:
        partial = min(partial, most)
        missed = most - partial if dice.chance(0.06) else int((most - partial + 1) * dice.random() ** 1.7)
    elif wish == REACHABLE:
        least, most = given // 5 + 1, (given + to_come) // 5
        if to_come == 0 or least > most or least > given:
            return None
        partial = min(partial, most - least)
        missed = min(dice.between(least, most - partial), given)
    else:
        least, most = known // 5 + 1, given
        if least > most:
            return None
        missed = least + int((most - least + 1) * dice.random() ** 1.5)
    return (missed, partial) if given else None


def _presences(
    course: Enrolment, recorded: list[int], unjustified: list[int], partial: int, dice: Dice
) -> list[int]:
    """Return the presence of every lesson, and fill in the minutes of those attended in part."""
    presence = [OPEN] * len(course.times.days)
    for place in recorded:
        presence[place] = PRESENT
    for place in unjustified:
        presence[place] = UNJUSTIFIED
    there = [place for place in recorded if presence[place] == PRESENT]
    for place in dice.some(there, partial):
        presence[place] = PARTLY
        course.minutes[place] = dice.pick((30, 45, 60, 90, 120))
    excused = 0.02 + 0.12 * dice.random() ** 2
    for place in there:
        if presence[place] == PRESENT and dice.chance(excused):
            presence[place] = JUSTIFIED
    return presence
