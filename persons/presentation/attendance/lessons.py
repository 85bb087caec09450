"""The lessons of a course as a table and as a strip of marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop

from ...attendance import Course, Judgement, Lesson, LessonKind, Presence, Unit, classify
from ...language import gettext
from ..codes import CODES
from ..courses import CourseNode, LessonText
from ..values import Form, Value, Values, table_day, units_text
from ..words import label


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """How a lesson looks: its class in the stylesheet, its letter in the strip, its words. Compared by identity."""

    style: str
    letter: str
    msgid: str

    @property
    def words(self) -> str:
        """The meaning of the mark, in the language of the request."""
        return gettext(self.msgid)


PRESENT: Final = Mark("", "", gettext_noop("aanwezig"))
PARTLY: Final = Mark("p", "D", gettext_noop("deels aanwezig"))
JUSTIFIED: Final = Mark("j", "G", gettext_noop("gewettigd afwezig"))
ABSENT: Final = Mark("a", "A", gettext_noop("ongewettigd afwezig"))
TO_COME: Final = Mark("o", "", gettext_noop("nog te geven"))
UNRECORDED: Final = Mark("q", "?", gettext_noop("niet geregistreerd"))
NOT_COUNTED: Final = Mark("x", "×", gettext_noop("telt niet mee"))
REPEATED: Final = Mark("x", "=", gettext_noop("dubbel geregistreerd, telt één keer"))
CONTRADICTORY: Final = Mark("t", "!", gettext_noop("tegenstrijdig geregistreerd"))
_MARKS: Final = {
    LessonKind.PRESENT: PRESENT,
    LessonKind.PARTLY: PARTLY,
    LessonKind.JUSTIFIED: JUSTIFIED,
    LessonKind.UNJUSTIFIED: ABSENT,
    LessonKind.TO_COME: TO_COME,
    LessonKind.UNRECORDED: UNRECORDED,
    LessonKind.SUSPENDED: NOT_COUNTED,
    LessonKind.IGNORED: NOT_COUNTED,
    LessonKind.REPEATED: REPEATED,
    LessonKind.CONTRADICTORY: CONTRADICTORY,
}
_RECORDED: Final = {
    Presence.PRESENT: PRESENT,
    Presence.JUSTIFIED: JUSTIFIED,
    Presence.UNJUSTIFIED: ABSENT,
}
MARKS: Final = (
    PRESENT,
    PARTLY,
    JUSTIFIED,
    ABSENT,
    TO_COME,
    UNRECORDED,
    NOT_COUNTED,
    REPEATED,
    CONTRADICTORY,
)


@dataclass(frozen=True, slots=True)
class LessonRow:
    """One lesson (02.00) or absence (01.00) in the table. `extra`: further values the message has about it."""

    day: str
    raw_day: str
    hours: str
    length: str
    mark: Mark
    words: str
    extra: tuple[Values, ...] = ()


@dataclass(frozen=True, slots=True)
class Lessons:
    """The lessons of a course as a table, or its absences when the message has totals only."""

    rows: tuple[LessonRow, ...]
    absences_only: bool

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The strip: a mark per lesson."""
        return () if self.absences_only else tuple(row.mark for row in self.rows)

    @property
    def key(self) -> tuple[Mark, ...]:
        """The marks that need a word of explanation, in a fixed order."""
        marks = set(self.marks)
        return tuple(mark for mark in MARKS if mark in marks and (mark.letter or mark is TO_COME))

    @property
    def counted(self) -> str:
        """The strip in words: "30 lessen aanwezig, 2 gewettigd afwezig, 15 nog te geven"."""
        counts = Counter(self.marks)
        return ", ".join(f"{counts[mark]} {mark.words}" for mark in MARKS if counts[mark])


_NO_TEXT: Final = LessonText()


def lessons_of(course: Course, judgement: Judgement, node: CourseNode | None) -> Lessons:
    totals = course.unit is Unit.LESTIJD
    lessons = course.absences if totals else course.lessons
    texts: Sequence[LessonText] = node.lessons if node else ()
    if len(texts) != len(lessons):
        texts = [_NO_TEXT] * len(lessons)
    words = {mark: mark.words for mark in MARKS}
    kinds = classify(course, as_of=judgement.as_of)
    rows = tuple(
        _row(lesson, text, _MARKS[kind], words, course.unit)
        for lesson, text, kind in zip(lessons, texts, kinds, strict=True)
    )
    return Lessons(rows, totals)


def _row(lesson: Lesson, text: LessonText, mark: Mark, words: dict[Mark, str], unit: Unit) -> LessonRow:
    description = words[mark]
    if mark in (NOT_COUNTED, REPEATED, CONTRADICTORY) and lesson.presence is not None:
        description = f"{words[_RECORDED[lesson.presence]]}, {description}"
    elif mark is TO_COME and lesson.presence is not None:
        description = gettext("%(words)s (vooraf ingevuld: %(recorded)s)") % {
            "words": description,
            "recorded": words[_RECORDED[lesson.presence]],
        }
    if text.attended:
        description = f"{description} ({text.attended})"
    extra = text.extra
    if text.weekday:
        msgid = CODES[("LesMoment", "Lesdag")].get(text.weekday)
        weekday = gettext(msgid) if msgid else text.weekday
        extra = ((Value(f"{label('Lesdag')}:"), Value(weekday, raw=text.weekday, form=Form.DATA)), *extra)
    return LessonRow(
        day="" if lesson.day is None else table_day(lesson.day),
        raw_day="" if lesson.day is None else lesson.day.isoformat(),
        hours=text.hours,
        length=units_text(lesson.units, unit),
        mark=mark,
        words=description,
        extra=extra,
    )
