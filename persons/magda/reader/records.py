"""The results of reading a message: a Dossier, or a MessageError with the mistake and its place."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from lxml import etree  # type: ignore[import-untyped]  # lxml has no types of its own

from persons.attendance import Course
from persons.listparts import Housing

Reason = Literal[
    "not_xml",
    "not_canonical",
    "doctype",
    "unknown_root",
    "too_large",
    "bad_insz",
    "bad_enum",
    "bad_date",
    "bad_value",
    "no_dossier",
    "exception_answer",
    "incomplete",
]

# A run of digits this long in the name of an element could be the number of a person.
_DIGITS = re.compile(r"\d{6,}")


class MessageError(Exception):
    """A message, or one dossier in it, that cannot be read.

    `reason` is one of Reason; `file` is the path as passed to the reader; `line` counts from 1, 0 without one;
    `field` is the path of the element below the dossier; `detail` is an English sentence. None of them ever contains
    an INSZ, a name, a date of birth or any other text of the message, except a code in capitals.

    `insz` and `as_of` say about which person the dossier is and when the message was made, as far as they can still
    be read ("" and None otherwise). They are for the database only; the text of the error never shows them.
    """

    def __init__(
        self, reason: Reason, detail: str, *, line: int = 0, field: str = "", file: str = ""
    ) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
        self.line = line
        self.field = field
        self.file = file
        self.insz = ""
        self.as_of: datetime | None = None

    def __str__(self) -> str:
        place = ":".join(part for part in (self.file, str(self.line) if self.line else "") if part)
        return ": ".join(part for part in (place, self.field, f"{self.detail} ({self.reason})") if part)


@dataclass(slots=True)
class CourseFacts:
    """One course of a person: the facts for attendance (`course`) and for a list; "" where the message has none.

    `path` is the place of the element in its block: for each step down the position among the children, from 0.
    `status` and `decision` are codes as received (NT2CursusStatusEnumType, NT2CursusBesluitEnumType; for a PLO
    course VOLDAAN or NIET_VOLDAAN). `supplier` is the KBO number of the centre that gives the course, ten digits. Texts
    are cut to the length of a list's columns.
    """

    course: Course
    path: tuple[int, ...] = ()
    name: str = ""
    level: str = ""
    language: str = ""
    centre: str = ""
    place: str = ""
    status: str = ""
    decision: str = ""
    supplier: str = ""


@dataclass(slots=True)
class Dossier:
    """One dossier as received.

    `version` is "02.00" (KBIDossier) or "01.00" (DossierKBI); `as_of` is the time stamp of the message (Context),
    aware, Europe/Brussels; `reference` is the Referte of the answer, subject or question; `blocks` has the canonical
    XML of the blocks by name, each a document of its own. Values that the message does not have are "". `birth_date`
    is as received and may be incomplete (1991-00-00); `target_code` and `target_type` are those of KBI-02.00,
    Doelgroep; `housing` is its Wooncode, None without that block. `warnings` has the code.origin of each exception
    beside the dossier ("30004.KSZ"). `line` is where the dossier begins in `file`.
    """

    insz: str
    version: str
    as_of: datetime
    reference: str
    blocks: dict[str, bytes]
    unique_number: str = ""
    last_name: str = ""
    first_name: str = ""
    birth_date: str = ""
    gender: str = ""
    target_code: str = ""
    target_type: str = ""
    housing: Housing | None = None
    courses: tuple[CourseFacts, ...] = ()
    warnings: tuple[str, ...] = ()
    file: str = ""
    line: int = 0


def child_of(element: Any, tag: str) -> Any | None:
    """Return the first child of that name; several times faster than `find`."""
    for child in element:
        if child.tag == tag:
            return child
    return None


def text_of(element: Any, tag: str) -> str:
    """Return the text of the first child of that name, "" without one; several times faster than `findtext`."""
    for child in element:
        if child.tag == tag:
            return child.text or ""
    return ""


def kbo_number(text: str) -> str:
    """Return a KBO number of ten digits; "" for anything else, such as an identifier of another system."""
    valid = len(text) == 10 and text.isascii() and text.isdigit()
    return text if valid and int(text[:8]) % 97 == 97 - int(text[8:]) else ""


def fault(element: Any, reason: Reason, detail: str) -> MessageError:
    """Return a MessageError about one element of a message, with its line and path."""
    return MessageError(reason, detail, line=element.sourceline or 0, field=path_of(element))


def refused_by_the_library(error: etree.LxmlError, line: int = 0) -> MessageError:
    """Return the error of the XML library without its words, which may repeat text of the message."""
    return MessageError("not_canonical", f"refused by the XML library ({type(error).__name__})", line=line)


def path_of(element: Any) -> str:
    """Return the path of an element from its dossier (or the root): KBIDossier/Contracten/Contract[2]/Type."""
    steps: list[str] = []
    while element is not None:
        parent = element.getparent()
        name = _DIGITS.sub("…", str(element.tag).rpartition("}")[2])[:64]
        if parent is not None:
            same = [child for child in parent if child.tag == element.tag]
            if len(same) > 1:
                name += f"[{same.index(element) + 1}]"
        steps.append(name)
        if element.tag in ("KBIDossier", "DossierKBI"):
            break
        element = parent
    return "/".join(reversed(steps))


def show_code(text: str) -> str:
    """Return a wrong code for an error message; only a short one in capitals is repeated."""
    if re.fullmatch(r"[A-Z0-9_/.-]{1,24}", text, re.ASCII) and not _DIGITS.search(text):
        return f'"{text}"'
    return "a text that is not shown"
