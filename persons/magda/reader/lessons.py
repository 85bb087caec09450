"""The lessons of a dossier 02.00 as the attendance rule needs them: a day, minutes, a presence."""

from fractions import Fraction
from typing import Any, Final

from persons.attendance import Lesson, Presence, Units
from persons.magda.lessons import LesMoment, Scanner, TakenOut
from persons.magda.reader.canonical import inside
from persons.magda.reader.checks import wrong_value
from persons.magda.reader.records import fault
from persons.magda.vocabulary.enumerations import ENUMERATIONS
from persons.magda.vocabulary.kbi02 import LESSON_DAYS, PRESENCES
from persons.magda.vocabulary.values import DAY, milliseconds

_ROOM = 100_000  # lessons remembered: some 30 MB
_MINUTE = 60_000  # milliseconds
_DAY = 24 * 60 * _MINUTE


def _converted(written: LesMoment) -> Lesson:
    day, starts, ends, attended, presence, weekday = written
    if (weekday and weekday not in LESSON_DAYS) or (presence and presence not in PRESENCES):
        raise ValueError("not a value of the enumeration")
    return Lesson(DAY[day], *_measures(starts, ends, attended, presence))


_SCANNER: Final = Scanner(_converted, room=_ROOM)


class LessonsTakenOut(TakenOut[Lesson]):
    """The lessons of one document, in minutes."""

    def __init__(self) -> None:
        super().__init__(_SCANNER)

    def lessons(self, element: Any) -> tuple[Lesson, ...]:
        """Return the lessons of an element LesMomenten, taken out or not.

        Raises MessageError about the first lesson that is wrong. A lesson without begin or end has no length (0)
        and counts nowhere. One that ends at 00:00, or before it begins, ends on the next day.
        """
        lessons = self.taken_from(element)
        if lessons is None:
            lessons = _SCANNER.scan(inside(element))
        if lessons is None:
            lessons = tuple(_lesson(child) for child in element if child.tag == "LesMoment")
        return lessons


def _lesson(element: Any) -> Lesson:
    fields = {child.tag: child for child in element}
    texts = {tag: child.text or "" for tag, child in fields.items()}
    for tag, rule in _RULES:
        if texts.get(tag) and not rule.accepts(texts[tag]):
            raise wrong_value(fields[tag], rule, texts[tag])
    for tag in ("AanvangUur", "EindUur", "Aanwezigheidsduur"):
        try:
            milliseconds(texts.get(tag) or "00:00")
        except ValueError:
            raise fault(fields[tag], "bad_value", "not a time of the day") from None
    measures = _measures(*map(texts.get, ("AanvangUur", "EindUur", "Aanwezigheidsduur", "Aanwezigheid")))
    return Lesson(DAY[texts["Datum"]] if texts.get("Datum") else None, *measures)


_RULES: Final[tuple[tuple[str, Any], ...]] = (
    ("Datum", DAY),
    ("Aanwezigheid", ENUMERATIONS["AanwezigheidEnumType"]),
    ("Lesdag", LESSON_DAYS),
)

Measures = tuple[Units, Presence | None, Units | None, int | None]  # a Lesson without its day


def _measures(starts: str | None, ends: str | None, attended: str | None, code: str | None) -> Measures:
    """Return length, presence, attended part and begin; ValueError for a time that is none.

    A lesson that ends before it begins ends on the next day, and belongs to the day it began.
    Aanwezigheidsduur is only used where a person AANWEZIG attended a part of the lesson: beside an absence, as
    00:00, and beyond the length of the lesson it means nothing.
    """
    begin, end, stayed = (milliseconds(text) if text else None for text in (starts, ends, attended))
    length = 0 if begin is None or end is None else end - begin
    if length < 0:
        length += _DAY
    presence = PRESENCES[code] if code else None
    partly = presence is Presence.PRESENT and stayed is not None and 0 < stayed < length
    return _minutes(length), presence, _minutes(stayed) if partly and stayed else None, begin


def _minutes(length: int) -> Units:
    minutes, rest = divmod(length, _MINUTE)
    return Fraction(length, _MINUTE) if rest else minutes
