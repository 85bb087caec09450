"""The items of a file that a question can be about: lessons, courses and personal details.

An item has a key in its block that survives a newer message, a digest of its content that tells whether the newer
message changed it, its supplier (a KBO number in the message), and its words as a page shows them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from partners.blocks import ATTENDANCE, BlockName

from ..language import gettext
from ..magda.reader import CourseFacts, courses_of, kbo_number
from .codes import CODES
from .sheets import inline
from .tree import Node, parse
from .values import as_date, day_text, period_text
from .words import label

# Not shown as an item: the identity of the message itself, and its supplier.
_NO_DETAILS: Final = frozenset(("INSZ", "UniekNummer", "AangemaaktDoor"))
_LESSONS: Final = {"LesMomenten": "LesMoment", "Afwezigheden": "Afwezigheid"}
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `group` is the course of a lesson, for a list; `key` is unique in the block.

    `supplier` is a KBO number of ten digits, "" when the message names none. `course` is the key of the course of a
    lesson or course, and `place` the position of a lesson among those of its course (None: the course itself).
    """

    block: str
    key: str
    text: str
    group: str
    supplier: str
    digest: bytes
    course: str = ""
    place: int | None = None


def items_of(blocks: Mapping[str, bytes], version: str) -> list[Item]:
    """Return the items in these blocks of a file, in the order of the message; courses before their lessons.

    `version` is that of the message: 02.00 or 01.00. Blocks of other names have no items.
    """
    items: list[Item] = []
    if ATTENDANCE in blocks:
        root = parse(blocks[ATTENDANCE])
        for facts in courses_of(dict(blocks), version):
            items.extend(_course(facts, root.descendant(facts.path)))
    if BlockName.PERSONALIA in blocks:
        items.extend(_details(parse(blocks[BlockName.PERSONALIA])))
    return items


def _course(facts: CourseFacts, element: Node) -> Iterator[Item]:
    key = facts.course.key
    name = ", ".join(
        dict.fromkeys(filter(None, (facts.course.part.value, facts.name or facts.level, facts.centre)))
    )
    words = [name, period_text(facts.course.starts, facts.course.ends)]
    words += [gettext(text) for code in (facts.status, facts.decision) if (text := _CODES.get(code))]
    yield Item(
        ATTENDANCE,
        key,
        ", ".join(filter(None, words))[:_LONGEST],
        name,
        facts.supplier,
        _digest(element),
        key,
    )
    seen: Counter[str] = Counter()
    place = 0
    for wrapper in element.children:
        for lesson in wrapper.children if wrapper.name in _LESSONS else ():
            if lesson.name != _LESSONS[wrapper.name]:
                continue
            day, starts = lesson.text_of("Datum"), lesson.text_of("AanvangUur")
            moment = f"{key}|{day}|{starts}"
            seen[moment] += 1
            date = as_date(day)
            presence = CODES[("LesMoment", "Aanwezigheid")].get(lesson.text_of("Aanwezigheid"))
            words = [
                day_text(date) if date else gettext("zonder datum"),
                "–".join(filter(None, (starts, lesson.text_of("EindUur")))),
                gettext(presence) if presence else "",
            ]
            if wrapper.name == "Afwezigheden":
                words[2] = gettext("afwezig")
            text = f"{name}: " + gettext("les van %(lesson)s") % {"lesson": ", ".join(filter(None, words))}
            yield Item(
                ATTENDANCE,
                moment if seen[moment] == 1 else f"{moment}#{seen[moment]}",
                text[:_LONGEST],
                name,
                facts.supplier,
                _digest(lesson),
                key,
                place,
            )
            place += 1


_CODES: Final = CODES[("NT2Cursus", "Status")] | CODES[("NT2Cursus", "Besluit")]


def _details(root: Node) -> Iterator[Item]:
    supplier = kbo_number(next((found.text for found in root.at("AangemaaktDoor", "KboNummer")), ""))
    seen: Counter[str] = Counter()
    for child in root:
        if child.name in _NO_DETAILS:
            continue
        seen[child.name] += 1
        key = child.name if seen[child.name] == 1 else f"{child.name}#{seen[child.name]}"
        text = f"{label(child.name, root.name)}: {_text(child)}"[:_LONGEST]
        yield Item(BlockName.PERSONALIA, key, text, "", supplier, _digest(child))


def _text(node: Node) -> str:
    """Return a detail as one text: its values as on the page, or those of the elements in it."""
    values = inline(node)
    if values is not None:
        return " ".join(value.text for value in values)
    return ", ".join(filter(None, (_text(child) for child in node)))


def _digest(node: Node) -> bytes:
    """Return a hash of names and texts of an element; a course without its lessons, which are items of their own."""
    return hashlib.sha256("\n".join(_content(node)).encode()).digest()


def _content(node: Node) -> Iterator[str]:
    yield f"{node.name}={node.text}"
    for child in node.children:
        if child.name not in _LESSONS:
            yield from _content(child)
    yield "/"
