"""The attendance of one part on a line of the client list: `ListPart`, as stored in `Standing.parts`. No Django.

The import writes it, the list and `formats` read it. A list line has a copy of it where its mandate allows.
"""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import NotRequired, TypedDict

from .attendance import Course, Judgement, PartJudgement, PersonJudgement, Units, next_lessons

PLACES = 4
NEXT_LESSONS = 5
MOST_LESSONS = 32_767  # what the column takes; no course has as many


class ListPart(TypedDict):
    """The figures of the course that decides for a part; days are ISO dates.

    Amounts are text, exact to four decimals (minutes with seconds cannot always be written out). `numerator` and
    `denominator` are under the rule, in the unit of the course; `cut` is their percentage, None without figures.
    `at_best`, `may_miss`, `decides_on` and `since` (`out_of_reach_since`) are those of `attendance.Judgement`; parts
    that were judged before `RULES` 2 of persons/services/preparing.py have no `may_miss` and `decides_on`.
    `ends` is the last day of the person in the course. `suspended_until` is None when open-ended or not suspended.
    `course` and `centre` are names as in the message, "" without one; `lessons` are the next `NEXT_LESSONS` lessons as
    seen on the day of the message: "2026-12-02 9.00", without the hour where the message has none. Parts judged before
    `RULES` 3 have none of the three.
    """

    part: str
    verdict: str
    numerator: str
    denominator: str
    required: str
    cut: str | None
    present: str
    justified: str
    unjustified: str
    to_come: str
    at_best: bool
    may_miss: NotRequired[int | None]
    decides_on: NotRequired[str | None]
    since: str | None
    starts: str | None
    ends: str | None
    suspended_until: str | None
    course: NotRequired[str]
    centre: NotRequired[str]
    lessons: NotRequired[list[str]]


class SupplierStanding(TypedDict):
    """The judgement of the courses that one centre gives, as stored in `Standing.by_supplier`.

    A part that is the same as in `Standing.parts` is stored as its name only: persons_list_line puts it in its place.
    """

    verdict: str
    may_miss: int | None
    decides_on: str | None
    parts: list[str | ListPart]


class Housing(TypedDict, total=False):
    """The block Wooncode of a message: whether a social renter meets three conditions, as far as the message says so.

    `suspensions` are first and last day, ISO dates; a missing day is None. `exempt`: there is an exemption, whatever
    its date. The block says nothing about when a tenancy began.
    """

    integration: bool  # VoldoetAanInburgeringBereidheid
    language: bool  # VoldoetAanTaalBereidheid
    level: bool  # VoldoetAanTaalkennisvereiste
    suspensions: list[list[str | None]]
    exempt: bool


def list_part(judged: PartJudgement, name: str, centre: str) -> ListPart:
    """Return the figures of a judged part as they are stored; `name` and `centre` are those of its deciding course."""
    course, judgement = judged.course, judged.judgement
    count, cut = judgement.tally, judgement.cut()
    return {
        "part": str(judged.part),
        "verdict": str(judgement.verdict),
        "numerator": _text(judgement.numerator),
        "denominator": _text(judgement.denominator),
        "required": _text(judgement.required),
        "cut": None if cut is None else str(cut),
        "present": _text(count.present),
        "justified": _text(count.justified),
        "unjustified": _text(count.unjustified),
        "to_come": _text(count.to_come),
        "at_best": judgement.at_best,
        "may_miss": judgement.may_miss,
        "decides_on": _day(judgement.decides_on),
        "since": _day(judgement.out_of_reach_since),
        "starts": _day(course.starts),
        "ends": _day(course.last_day),
        "suspended_until": _day(_suspended_until(course, judgement.as_of)),
        "course": name,
        "centre": centre,
        "lessons": _next_lessons(course, judgement) if count.to_come else [],
    }


def slack_of(judgement: PersonJudgement) -> tuple[int | None, datetime.date | None]:
    """Return `may_miss` and `decides_on` of the most urgent part; both None where nothing is left to decide."""
    urgent = judgement.urgent
    if urgent is None or urgent.judgement.may_miss is None or urgent.judgement.decides_on is None:
        return None, None
    return min(urgent.judgement.may_miss, MOST_LESSONS), urgent.judgement.decides_on


def is_exactly_at_norm(part: ListPart) -> bool:
    """Return True if the figures are neither above nor below the norm."""
    numerator, denominator, required = (
        Fraction(part[key]) for key in ("numerator", "denominator", "required")
    )
    return bool(denominator) and numerator * 100 == required * denominator


def _next_lessons(course: Course, judgement: Judgement) -> list[str]:
    lessons = next_lessons(course, as_of=judgement.as_of, most=NEXT_LESSONS)
    return [day.isoformat() if begins is None else f"{day} {hour(begins)}" for day, begins in lessons]


def hour(begins: int) -> str:
    """Return a time of day, in milliseconds since midnight, as "9.00"."""
    minutes = begins // 60_000
    return f"{minutes // 60 % 24}.{minutes % 60:02}"


def _suspended_until(course: Course, as_of: datetime.date) -> datetime.date | None:
    ends = [period.last for period in course.suspensions if period.covers(as_of)]
    return None if None in ends else max((day for day in ends if day), default=None)


def _text(units: Units) -> str:
    if isinstance(units, int):
        return str(units)
    if units.denominator == 1:
        return str(units.numerator)
    integer, places = divmod(round(units * 10**PLACES), 10**PLACES)
    return f"{integer}.{places:0{PLACES}d}".rstrip("0").rstrip(".")


def _day(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None
