"""The units of a course on a day, added up by how its lessons count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from .lessons import Course, LessonKind, Unit, Units, classify
from .slack import Coming

# An absence that counts: its day, unjustified units and justified units.
Absence = tuple[date | None, Units, Units]


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


class Count(NamedTuple):
    """A tally with its absences and lessons to come, and the units of the complete course as far as they count."""

    tally: Tally
    absences: list[Absence]
    total: Units
    coming: list[Coming]


def tally(course: Course, *, as_of: date) -> Tally:
    """Add up the units of `course` by how its lessons count on `as_of`, the Brussels day of the message."""
    return count_units(course, as_of).tally


def count_units(course: Course, as_of: date) -> Count:
    """Return the tally of `course` on `as_of`, and what it was added up from."""
    if course.cancelled:
        return Count(Tally(course.unit), [], 0, [])
    if course.unit is Unit.LESTIJD:
        return _count_totals(course, as_of)
    return _count_lessons(course, as_of)


def _count_lessons(course: Course, as_of: date) -> Count:
    present: Units = 0
    justified: Units = 0
    unjustified: Units = 0
    unrecorded = 0
    coming: list[Coming] = []
    absences: list[Absence] = []
    contradictory: set[tuple[date | None, int | None]] = set()
    kinds = classify(course, as_of=as_of)
    for (day, units, _, attended, begins), kind in zip(course.lessons, kinds, strict=True):
        if kind is _PRESENT:
            present += units
        elif kind is _TO_COME and day is not None:
            coming.append((day, units))
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
    sizes = tuple([units for _, units in coming])
    given, to_come = present + justified + unjustified, sum(sizes)
    count = Tally(
        course.unit,
        given,
        present,
        justified,
        unjustified,
        to_come,
        sizes,
        unrecorded,
        len(contradictory),
    )
    return Count(count, absences, given + to_come, coming)


def _count_totals(course: Course, as_of: date) -> Count:
    left_on, ends = course.left_on, course.ends
    total: Units = max(course.total or 0, 0)
    absences: list[Absence] = []
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
        count = Tally(course.unit, justified=justified, unjustified=unjustified)
        return Count(count, absences, 0, [])
    # Absences beyond the total contradict it; the larger of both counts as given.
    total = max(total, absent)
    if ends is not None and ends <= as_of and (left_on is None or left_on >= ends):
        return Count(Tally(course.unit, total, total - absent, justified, unjustified), absences, total, [])
    # Running, or left before the end: it is not known how much of the total was given. The same absences are a
    # larger share of a smaller total, so the complete total is the most favourable reading.
    to_come = 0 if left_on is not None and left_on <= as_of else total - absent
    return Count(Tally(course.unit, 0, 0, justified, unjustified, to_come), absences, total, [])


# Bound once, as in `lessons`.
_PRESENT: Final = LessonKind.PRESENT
_PARTLY: Final = LessonKind.PARTLY
_JUSTIFIED: Final = LessonKind.JUSTIFIED
_UNJUSTIFIED: Final = LessonKind.UNJUSTIFIED
_TO_COME: Final = LessonKind.TO_COME
_UNRECORDED: Final = LessonKind.UNRECORDED
_SUSPENDED: Final = LessonKind.SUSPENDED
_CONTRADICTORY: Final = LessonKind.CONTRADICTORY
