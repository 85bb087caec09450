"""Modules, their timetables and the lessons in them.

Hours of the modules: NT2 120 lestijden a level at a CVO, 240 at a CBE, 600 for people who cannot read and
write, given in four parts; social orientation (MO) 60 hours (public pages of the agency). A lestijd is 50
minutes in adult education; MO is counted in hours.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from .dice import Dice
from .schooldays import is_lesson_day
from .xmltext import day

OPEN, PRESENT, JUSTIFIED, UNJUSTIFIED, PARTLY = range(5)
"""What is recorded of a lesson: nothing yet, there, absent with or without reason, there for a part."""

_PRESENCE = (
    "",
    "<Aanwezigheid>AANWEZIG</Aanwezigheid>",
    "<Aanwezigheid>VERANTW_AFWE</Aanwezigheid>",
    "<Aanwezigheid>AFWEZIG</Aanwezigheid>",
)
_WEEKDAYS = ("MA", "DI", "WO", "DO", "VR", "ZA", "ZO")


class Slot(NamedTuple):
    """Hours of a lesson: begin, end, length in minutes and in lestijden."""

    begins: str
    ends: str
    minutes: int
    lestijden: int


class Pattern(NamedTuple):
    """Weekdays (0 = Monday) and hours on which a course is taught."""

    weekdays: tuple[int, ...]
    slot: Slot


_MORNING_3 = Slot("09:00", "11:30", 150, 3)
_MORNING_4 = Slot("08:45", "12:05", 200, 4)
_AFTERNOON_3 = Slot("13:00", "15:30", 150, 3)
_AFTERNOON_4 = Slot("12:45", "16:05", 200, 4)
_EVENING_3 = Slot("18:30", "21:00", 150, 3)
_EVENING_4 = Slot("18:10", "21:30", 200, 4)
_SATURDAY_4 = Slot("09:00", "12:20", 200, 4)
_MO_MORNING = Slot("09:00", "12:00", 180, 3)
_MO_AFTERNOON = Slot("13:00", "16:00", 180, 3)
_MO_EVENING = Slot("18:00", "21:00", 180, 3)

_CVO = (
    Pattern((0, 1, 3), _MORNING_4),
    Pattern((0, 1, 2, 3), _MORNING_3),
    Pattern((0, 1, 3, 4), _AFTERNOON_3),
    Pattern((1, 3), _EVENING_4),
    Pattern((0, 2), _EVENING_3),
    Pattern((1, 3), _EVENING_3),
    Pattern((0, 3), _AFTERNOON_4),
    Pattern((2, 5), _SATURDAY_4),
)
_CBE = (
    Pattern((0, 1, 3, 4), _MORNING_3),
    Pattern((0, 1, 2, 3, 4), _MORNING_3),
    Pattern((0, 1, 3, 4), _AFTERNOON_3),
    Pattern((1, 2, 4), _MORNING_4),
    Pattern((0, 1, 3), _AFTERNOON_4),
)
_MO = (
    Pattern((0, 3), _MO_MORNING),
    Pattern((1, 4), _MO_AFTERNOON),
    Pattern((0, 2), _MO_EVENING),
    Pattern((1, 2, 4), _MO_MORNING),
    Pattern((0, 1, 2, 3), _MO_AFTERNOON),
    Pattern((5,), _MO_MORNING),
)


class Module(NamedTuple):
    """One module. `lestijden` is its total; `patterns` are the times at which it can be taught."""

    code: str
    short: str
    name: str
    training: str  # code of the Opleiding
    training_name: str
    degree: str  # richtgraad
    level: str  # of the European framework
    onderdeel: str  # part of a Traject, TrajectOnderdeelTypeEnumType
    lestijden: int
    patterns: tuple[Pattern, ...]


def _nt2(
    code: str, name: str, degree: str, level: str, onderdeel: str, lestijden: int, basic: bool
) -> Module:
    training = (
        ("NT2-BE", "Nederlands tweede taal basiseducatie")
        if basic
        else (f"NT2-R{degree[0]}", f"Nederlands tweede taal richtgraad {degree[0]}")
    )
    return Module(
        code,
        f"NT2 {degree} {level}",
        name,
        *training,
        degree,
        level,
        onderdeel,
        lestijden,
        _CBE if basic else _CVO,
    )


CVO_MODULES = (
    _nt2("M NT2 111", "Richtgraad 1.1 Breakthrough", "1.1", "A1", "TO_A1", 120, False),
    _nt2("M NT2 112", "Richtgraad 1.2 Waystage", "1.2", "A2", "TO_A2", 120, False),
    _nt2("M NT2 121", "Richtgraad 2.1 Threshold 1", "2.1", "B1", "TO_B1/1", 120, False),
    _nt2("M NT2 122", "Richtgraad 2.2 Threshold 2", "2.2", "B1", "TO_B1/2", 120, False),
    _nt2("M NT2 123", "Richtgraad 2.3 Threshold 3", "2.3", "B1", "TO_B1/3", 120, False),
    _nt2("M NT2 124", "Richtgraad 2.4 Threshold 4", "2.4", "B1", "TO_B1/4", 120, False),
)
CBE_MODULES = (
    _nt2("M BE 211", "Basiseducatie 1.1 Breakthrough", "1.1", "A1", "TO_A1", 240, True),
    _nt2("M BE 212", "Basiseducatie 1.2 Waystage", "1.2", "A2", "TO_A2", 240, True),
    _nt2("M BE 221", "Basiseducatie 2.1 Threshold 1", "2.1", "B1", "TO_B1/1", 240, True),
)
ALPHA_MODULES = (
    _nt2("M BE 301", "Alfa mondeling richtgraad 1.1", "1.1", "A1", "TO_A1", 150, True),
    _nt2("M BE 302", "Alfa schriftelijk richtgraad 1.1", "1.1", "A1", "TO_A1", 150, True),
    _nt2("M BE 303", "Alfa mondeling richtgraad 1.2", "1.2", "A2", "TO_A2", 150, True),
    _nt2("M BE 304", "Alfa schriftelijk richtgraad 1.2", "1.2", "A2", "TO_A2", 150, True),
)
MO_MODULE = Module(
    "MO 60",
    "MO",
    "Maatschappelijke oriëntatie",
    "MO",
    "Maatschappelijke oriëntatie",
    "",
    "",
    "TO_OB_MO",
    60,
    _MO,
)
INDIVIDUAL_MODULE = MO_MODULE._replace(
    code="MO IND 12", name="Maatschappelijke oriëntatie individueel", lestijden=12
)


@dataclass(slots=True)
class Timetable:
    """The lessons of a course: days as ordinals, hours, and each lesson as text for every presence."""

    days: tuple[int, ...]
    slot: Slot
    texts: tuple[tuple[str, str, str, str], ...]

    @property
    def first(self) -> int:
        """The day of the first lesson, as ordinal."""
        return self.days[0]

    @property
    def last(self) -> int:
        """The day of the last lesson, as ordinal."""
        return self.days[-1]


@lru_cache(maxsize=4096)
def timetable(start: int, pattern: Pattern, lestijden: int) -> Timetable:
    """The lessons that fill `lestijden` from the day `start` on, leaving out holidays."""
    days: list[int] = []
    wanted = -(-lestijden // pattern.slot.lestijden)
    ordinal = start
    while len(days) < wanted:
        if (ordinal - 1) % 7 in pattern.weekdays and is_lesson_day(ordinal):
            days.append(ordinal)
        ordinal += 1
    return Timetable(tuple(days), pattern.slot, tuple(_lesson(ordinal, pattern.slot) for ordinal in days))


def partly(ordinal: int, slot: Slot, minutes: int) -> str:
    """A lesson of which only `minutes` were attended, as text."""
    duration = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return _lesson(ordinal, slot)[PRESENT].replace(
        "<Aanwezigheid>", f"<Aanwezigheidsduur>{duration}</Aanwezigheidsduur><Aanwezigheid>"
    )


def running(module: Module, as_of: int, dice: Dice, least: float, most: float) -> Timetable:
    """A course that began before `as_of` and goes on after it, `least` to `most` (shares) of it done."""
    best = None
    for _ in range(8):
        pattern = dice.pick(module.patterns)
        wished = least + (most - least) * dice.random()
        weeks = module.lestijden / (pattern.slot.lestijden * len(pattern.weekdays))
        found = timetable(_monday(as_of - int(weeks * 8.2 * wished)), pattern, module.lestijden)
        if found.first < as_of < found.last:
            best = found
            done = sum(ordinal < as_of for ordinal in found.days) / len(found.days)
            if least <= done <= most:
                break
    if best is None:
        # In the long summer holiday: a course that took its first lessons before it and goes on after it.
        pattern = module.patterns[0]
        start = _monday(as_of)
        while best is None:
            start -= 7
            found = timetable(start, pattern, module.lestijden)
            best = found if found.first < as_of else None
    return best


def ended(module: Module, before: int, dice: Dice) -> Timetable:
    """A course whose last lesson lies up to some days before the day `before`."""
    pattern = dice.pick(module.patterns)
    weeks = module.lestijden / (pattern.slot.lestijden * len(pattern.weekdays))
    start = _monday(before - int(weeks * 7))
    found = timetable(start, pattern, module.lestijden)
    while found.last >= before:
        start -= 7 * max(1, (found.last - before) // 10)
        found = timetable(start, pattern, module.lestijden)
    return found


def future(module: Module, as_of: int, dice: Dice) -> Timetable:
    """A course that starts one to fourteen weeks after `as_of`."""
    return timetable(_monday(as_of) + 7 * dice.between(1, 14), dice.pick(module.patterns), module.lestijden)


def _monday(ordinal: int) -> int:
    return ordinal - (ordinal - 1) % 7


@lru_cache(maxsize=16384)
def _lesson(ordinal: int, slot: Slot) -> tuple[str, str, str, str]:
    head = (
        f"<LesMoment><Datum>{day(ordinal)}</Datum><AanvangUur>{slot.begins}</AanvangUur>"
        f"<EindUur>{slot.ends}</EindUur>"
    )
    tail = f"<Lesdag>{_WEEKDAYS[(ordinal - 1) % 7]}</Lesdag></LesMoment>"
    opened, present, justified, unjustified = (head + presence + tail for presence in _PRESENCE)
    return opened, present, justified, unjustified
