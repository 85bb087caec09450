"""`<LesMoment>`, the element most of a dossier 02.00 consists of: recognised in the text, without a parser.

Six of seven elements of a dossier are those of lessons, and a lesson is always written alike: a day, the hours,
the presence. Lessons written exactly in the order of the schema are recognised in the bytes and each different
one is read once. The parser then only gets the text around them, with a token in their place. All other lessons
stay in the text and are parsed element by element, which also gives the line of a mistake.

Why this cannot go wrong: where a text has neither "<!" nor a processing instruction, every literal
`<LesMomenten>` is a start tag (in an attribute it is an error that the parser still sees), and the text taken out
is a sequence of complete, well-formed elements up to the end tag. The token cannot be guessed.
"""

import re
import secrets
from collections import deque
from collections.abc import Callable
from typing import Any, Final, Generic, NamedTuple, TypeVar

_OPEN: Final = b"<LesMomenten>"
_CLOSE: Final = b"</LesMomenten>"
_FIRST: Final = b"<LesMoment>"
_LAST: Final = b"</LesMoment>"
_NEXT: Final = _LAST + _FIRST
# Drawn anew in every process, so no message can contain it.
_TOKEN: Final = f"\ue001{secrets.token_hex(8)}\ue001"
_TOKEN_BYTES: Final = _TOKEN.encode()
_DIGITS: Final = 9  # of the number after the token

# The elements of a LesMoment, in the order of the schema (KBIComplex.xsd, LesMomentType).
FIELDS: Final = ("Datum", "AanvangUur", "EindUur", "Aanwezigheidsduur", "Aanwezigheid", "Lesdag")
# No character reference and no tag in a value, so the text is the value.
_LESMOMENT: Final = re.compile("".join(f"(?:<{name}>([^<&]*)</{name}>)?" for name in FIELDS))


class LesMoment(NamedTuple):
    """The texts of one LesMoment as written, in the order of `FIELDS`; "" for an absent or empty element."""

    day: str = ""
    starts: str = ""
    ends: str = ""
    attended: str = ""
    presence: str = ""
    weekday: str = ""


T = TypeVar("T")


class Scanner(dict[bytes, T]):
    """Reads lessons from text with `convert`, which may raise ValueError, and remembers up to `room` of them."""

    def __init__(self, convert: Callable[[LesMoment], T], *, room: int) -> None:
        super().__init__()
        self._convert = convert
        self._room = room

    def __missing__(self, written: bytes) -> T:
        match = _LESMOMENT.fullmatch(written.decode())
        if match is None:
            raise ValueError("not written as the schema orders it")
        if len(self) >= self._room:
            self.clear()
        lesson = self[written] = self._convert(LesMoment(*match.groups("")))
        return lesson

    def scan(self, xml: bytes) -> tuple[T, ...] | None:
        """Return the lessons in the content of a LesMomenten; None when a parser has to read it."""
        if not (xml.startswith(_FIRST) and xml.endswith(_LAST)):
            return None
        try:
            return tuple(map(self.__getitem__, xml[len(_FIRST) : -len(_LAST)].split(_NEXT)))
        except ValueError:
            return None


class TakenOut(Generic[T]):
    """The lessons taken out of one document, in its order, until they are put back."""

    def __init__(self, scanner: Scanner[T]) -> None:
        self._scanner = scanner
        self._first = 0
        self._entries: deque[tuple[tuple[T, ...], bytes]] = deque()

    def strip(self, text: bytes) -> bytes:
        """Return the text with tokens for lessons.

        `text` is UTF-8, for which `can_be_stripped` is true, without an incomplete LesMomenten.
        """
        parts = text.split(_OPEN)
        if len(parts) == 1:
            return text
        pieces = [parts[0]]
        for part in parts[1:]:
            end = part.rfind(_CLOSE)  # from behind: there is one, and the lessons before it are long
            written = part[:end] if end > 0 else b""
            lessons = self._scanner.scan(written)
            if lessons is None:
                pieces += (_OPEN, part)
            else:
                number = self._first + len(self._entries)
                self._entries.append((lessons, written))
                pieces += (_OPEN, _TOKEN_BYTES, b"%0*d" % (_DIGITS, number), part[end:])
        return b"".join(pieces)

    def taken_from(self, element: Any) -> tuple[T, ...] | None:
        """Return the lessons that were taken out of an element LesMomenten; None when none were."""
        number = _number(element)
        return None if number is None else self._entries[number - self._first][0]

    def put_back(self, xml: bytes) -> bytes:
        """Return the XML of a part of the document with its lessons back in place."""
        if _TOKEN_BYTES not in xml:
            return xml
        first, *parts = xml.split(_TOKEN_BYTES)
        pieces = [first]
        for part in parts:
            pieces += (self._entries[int(part[:_DIGITS]) - self._first][1], part[_DIGITS:])
        return b"".join(pieces)

    def forget(self, element: Any) -> None:
        """Drop the lessons up to and including those below `element`; they are not needed again."""
        last = max((_number(moments) or -1 for moments in element.iter("LesMomenten")), default=-1)
        while self._entries and self._first <= last:
            self._entries.popleft()
            self._first += 1

    def forget_all(self) -> None:
        """Drop all lessons."""
        self._first += len(self._entries)
        self._entries.clear()


def _number(element: Any) -> int | None:
    text = element.text
    return int(text[len(_TOKEN) :]) if text and text.startswith(_TOKEN) else None


def can_be_stripped(text: bytes, begin: int = 0) -> bool:
    """Return True if `text` has no comment, CDATA, DOCTYPE or processing instruction from `begin` on.

    A "!" or "?" alone is searched for first: that is much faster, and there is hardly ever one.
    """
    return not (b"!" in text and b"<!" in text) and (
        text.find(b"?", begin) < 0 or text.find(b"<?", begin) < 0
    )


def complete_until(text: bytes) -> int:
    """Return up to where `text`, of which more is to come, can be stripped: no half tag, no half LesMomenten."""
    begin = text.rfind(_OPEN)
    if begin >= 0 and text.find(_CLOSE, begin) < 0:
        return begin
    half = text.rfind(b"<", max(0, len(text) - len(_CLOSE)))
    return half if half >= 0 else len(text)
