"""LesMomenten, the bulk of a dossier 02.00: taken out of the text before it is parsed, where that is safe.

Six of seven elements of a dossier are those of lessons, and a lesson is always written alike: a day, the hours,
the presence. So lessons that are written exactly as the schema orders them are recognised in the bytes, each
different one is read once and remembered, and the parser only gets what is around them, with a token in their
place. All other lessons stay, are parsed and read element by element; that also finds the line of a mistake.

Why this cannot go wrong: where a text has neither "<!" nor a processing instruction, every literal
`<LesMomenten>` is a start tag (in an attribute it would be an error the parser still sees), and what is taken out
is a sequence of whole, well-formed elements up to the end tag. The token cannot be guessed.
"""

import re
import secrets
from collections import deque
from fractions import Fraction
from typing import Any, Final

from persons.attendance import Lesson, Presence, Units
from persons.magda.reader.canonical import inside
from persons.magda.reader.checks import wrong_value
from persons.magda.reader.records import fault
from persons.magda.vocabulary.enumerations import ENUMERATIONS
from persons.magda.vocabulary.kbi02 import LESSON_DAYS, PRESENCES
from persons.magda.vocabulary.values import DAY, milliseconds

_ROOM = 100_000  # lessons remembered; then it starts afresh (some 30 MB)
_MINUTE = 60_000  # milliseconds

_OPEN: Final = b"<LesMomenten>"
_CLOSE: Final = b"</LesMomenten>"
_FIRST = b"<LesMoment><Datum>"
_LAST = b"</LesMoment>"
_NEXT = _LAST + _FIRST
_LESSON = re.compile(
    r"([^<&]*)</Datum>"
    r"(?:<AanvangUur>([^<&]*)</AanvangUur>)?"
    r"(?:<EindUur>([^<&]*)</EindUur>)?"
    r"(?:<Aanwezigheidsduur>([^<&]*)</Aanwezigheidsduur>)?"
    r"(?:<Aanwezigheid>([^<&]*)</Aanwezigheid>)?"
    r"(?:<Lesdag>([^<&]*)</Lesdag>)?"
)
# Nobody can write it into a message: it is drawn anew in every process.
_TOKEN = f"\ue001{secrets.token_hex(8)}\ue001"
_TOKEN_BYTES = _TOKEN.encode()
_DIGITS = 9  # of the number behind the token

Measures = tuple[Units, Presence | None, Units | None]  # a Lesson without its day


class _Remembered(dict[bytes, Lesson]):
    """Lessons by how they are written, from the day on; ValueError for one that is wrong or written otherwise."""

    def __missing__(self, written: bytes) -> Lesson:
        match = _LESSON.fullmatch(written.decode("ascii"))
        if match is None:
            raise ValueError("not written as the schema orders it")
        day, starts, ends, attended, presence, weekday = match.groups()
        if (weekday and weekday not in LESSON_DAYS) or (presence and presence not in PRESENCES):
            raise ValueError("not a value of the enumeration")
        if len(self) >= _ROOM:
            self.clear()
        lesson = self[written] = Lesson(DAY[day], *_measures(starts, ends, attended, presence))
        return lesson


_remembered = _Remembered()


class TakenOut:
    """The lessons taken out of one document, in its order, until they are put back."""

    def __init__(self) -> None:
        self._first = 0
        self._entries: deque[tuple[tuple[Lesson, ...], bytes]] = deque()

    def strip(self, text: bytes) -> bytes:
        """The text with tokens for lessons; `text` is UTF-8 with no "<!", no "<?" and no half LesMomenten."""
        parts = text.split(_OPEN)
        if len(parts) == 1:
            return text
        left = [parts[0]]
        for part in parts[1:]:
            end = part.rfind(_CLOSE)  # from behind: there is one, and the lessons before it are long
            written = part[:end] if end > 0 else b""
            lessons = lessons_in(written)
            if lessons is None:
                left += (_OPEN, part)
            else:
                number = self._first + len(self._entries)
                self._entries.append((lessons, written))
                left += (_OPEN, _TOKEN_BYTES, b"%0*d" % (_DIGITS, number), part[end:])
        return b"".join(left)

    def lessons(self, element: Any) -> tuple[Lesson, ...]:
        """The lessons of an element LesMomenten, taken out or not, in minutes; raises MessageError."""
        number = self._number(element)
        if number is not None:
            return self._entries[number - self._first][0]
        lessons = lessons_in(inside(element))
        return lessons_of(element) if lessons is None else lessons

    def put_back(self, xml: bytes) -> bytes:
        """XML of a part of the document with its lessons back in place."""
        if _TOKEN_BYTES not in xml:
            return xml
        first, *parts = xml.split(_TOKEN_BYTES)
        whole = [first]
        for part in parts:
            whole += (self._entries[int(part[:_DIGITS]) - self._first][1], part[_DIGITS:])
        return b"".join(whole)

    def forget(self, element: Any) -> None:
        """Let go of the lessons up to and with those below `element`, which will not be asked for again."""
        last = max((self._number(moments) or -1 for moments in element.iter("LesMomenten")), default=-1)
        while self._entries and self._first <= last:
            self._entries.popleft()
            self._first += 1

    def forget_all(self) -> None:
        """Let go of all lessons there are."""
        self._first += len(self._entries)
        self._entries.clear()

    @staticmethod
    def _number(element: Any) -> int | None:
        text = element.text
        return int(text[len(_TOKEN) :]) if text and text.startswith(_TOKEN) else None


def can_be_stripped(text: bytes, begin: int) -> bool:
    """Whether there is no comment, CDATA, DOCTYPE or processing instruction in the text from `begin` on.

    A "!" or "?" alone is found much faster than what it must stand behind, and hardly ever there.
    """
    return not (b"!" in text and b"<!" in text) and (
        text.find(b"?", begin) < 0 or text.find(b"<?", begin) < 0
    )


def whole_until(text: bytes) -> int:
    """Up to where `text` can be stripped when more is to come: no half tag, no LesMomenten without its end."""
    begin = text.rfind(_OPEN)
    if begin >= 0 and text.find(_CLOSE, begin) < 0:
        return begin
    half = text.rfind(b"<", max(0, len(text) - len(_CLOSE)))
    return half if half >= 0 else len(text)


def lessons_in(written: bytes) -> tuple[Lesson, ...] | None:
    """The lessons in the canonical XML of the children of LesMomenten; None when it takes `lessons_of`."""
    if not (written.startswith(_FIRST) and written.endswith(_LAST)):
        return None
    try:
        return tuple(map(_remembered.__getitem__, written[len(_FIRST) : -len(_LAST)].split(_NEXT)))
    except ValueError:
        return None


def lessons_of(element: Any) -> tuple[Lesson, ...]:
    """The lessons of an element LesMomenten, in minutes; raises MessageError about the first that is wrong.

    A lesson without begin or end has no length (0) and counts nowhere. One that ends before it begins, as one
    past midnight would, is an error.
    """
    return tuple(_lesson(child) for child in element if child.tag == "LesMoment")


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
    try:
        measures = _measures(*map(texts.get, ("AanvangUur", "EindUur", "Aanwezigheidsduur", "Aanwezigheid")))
    except ValueError:
        raise fault(fields["EindUur"], "bad_value", "the lesson ends before it begins") from None
    return Lesson(DAY[texts["Datum"]] if texts.get("Datum") else None, *measures)


_RULES: Final[tuple[tuple[str, Any], ...]] = (
    ("Datum", DAY),
    ("Aanwezigheid", ENUMERATIONS["AanwezigheidEnumType"]),
    ("Lesdag", LESSON_DAYS),
)


def _measures(starts: str | None, ends: str | None, attended: str | None, code: str | None) -> Measures:
    """Length, presence and attended part; ValueError for a time that is none or a lesson of negative length.

    Aanwezigheidsduur is only taken where it says that somebody AANWEZIG was there for a part of the lesson:
    beside an absence, as 00:00, and beyond the length of the lesson it says nothing.
    """
    begin, end, stayed = (milliseconds(text) if text else None for text in (starts, ends, attended))
    length = 0 if begin is None or end is None else end - begin
    if length < 0:
        raise ValueError("ends before it begins")
    presence = PRESENCES[code] if code else None
    partly = presence is Presence.PRESENT and stayed is not None and 0 < stayed < length
    return _minutes(length), presence, _minutes(stayed) if partly and stayed else None


def _minutes(length: int) -> Units:
    whole, over = divmod(length, _MINUTE)
    return Fraction(length, _MINUTE) if over else whole
