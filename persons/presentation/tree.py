"""A dossier block as a small tree that remembers what of it was laid out.

A tailored layout pulls out what it knows; what is left in the tree afterwards is laid out by the general one
(`sheets`). So nothing given is dropped, whatever a message holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from lxml import etree

from ..magda.vocabulary.inburgering01 import PIECE

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_PARSER_OPTIONS = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "remove_comments": True,
    "remove_pis": True,
    "huge_tree": False,
}


# Lessons are most of a dossier and all alike: they are read without a node for each of their values.
_LESSONS: Final = re.compile(rb"<LesMomenten>(.*?)</LesMomenten>", re.DOTALL)
_LESSON_FIELDS: Final = ("Datum", "AanvangUur", "EindUur", "Aanwezigheidsduur", "Aanwezigheid", "Lesdag")
_LESSON: Final = (
    b"<LesMoment>"
    + b"".join(rb"(?:<%b>([^<&]*)</%b>)?" % (name.encode(), name.encode()) for name in _LESSON_FIELDS)
    + b"</LesMoment>"
)
_ONE_LESSON: Final = re.compile(_LESSON.decode())
_ONLY_LESSONS: Final = re.compile(b"(?:" + _LESSON + b")+")


class Lesson(NamedTuple):
    """A LesMoment as received; "" where the message has nothing."""

    day: str
    starts: str
    ends: str
    attended: str
    presence: str
    weekday: str


class Node:
    """One element: name without namespace, text without surrounding white space, attributes, children.

    `pulled`: the element was laid out, with all that is below it. `lessons`: those of a LesMomenten that holds
    nothing else; they are then not among the children, until `unfold`.
    """

    __slots__ = ("attributes", "children", "lessons", "name", "parent", "pulled", "text")

    def __init__(self, name: str, text: str = "", parent: str = "") -> None:
        self.name = name
        self.text = text
        self.parent = parent
        self.attributes: dict[str, str] = {}
        self.children: list[Node] = []
        self.lessons: tuple[Lesson, ...] = ()
        self.pulled = False

    def __iter__(self) -> Iterator[Node]:
        """The children still to be laid out."""
        return iter(
            [child for child in self.children if not child.pulled and (child.text or not child.is_empty())]
        )

    def is_empty(self) -> bool:
        """Whether nothing is left here to lay out. An element without content counts as absent."""
        if self.pulled:
            return True
        if self.text or self.attributes or self.lessons:
            return False
        return all(child.pulled or (not child.text and child.is_empty()) for child in self.children)

    def unfold(self) -> None:
        """Turn lessons below this element into ordinary children."""
        for child in self.children:
            child.unfold()
        for lesson in self.lessons:
            node = Node("LesMoment", parent=self.name)
            node.children = [
                Node(name, text, "LesMoment") for name, text in zip(_LESSON_FIELDS, lesson, strict=True)
            ]
            self.children.append(node)
        self.lessons = ()

    def all(self, name: str) -> list[Node]:
        """The children of that name still to be laid out."""
        return [child for child in self.children if child.name == name and not child.is_empty()]

    def first(self, name: str) -> Node | None:
        """The first child of that name still to be laid out; it is not pulled out."""
        for child in self.children:
            if child.name == name and not child.is_empty():
                return child
        return None

    def at(self, *path: str) -> list[Node]:
        """All descendants along a path of names: at("Opschortingen", "Opschorting")."""
        found = [self]
        for name in path:
            found = [child for node in found for child in node.all(name)]
        return found

    def leaves(self) -> frozenset[str]:
        """The names of the children when they are single values, each name once; empty otherwise."""
        left = list(self)
        names = frozenset([child.name for child in left])
        if self.text or len(names) != len(left) or any(child.children for child in left):
            return frozenset()
        return names

    def text_of(self, name: str) -> str:
        """The text of the first child of that name, "" when there is none; it is not pulled out."""
        child = self.first(name)
        return "" if child is None else child.text


def parse(xml: bytes) -> Node:
    """The tree of one block as stored. Entities are not resolved, nothing is fetched.

    The pieces a dossier of Inburgering-01.00 is cut into are no part of the message: what is in them stands
    directly in the block here.
    """
    lessons: list[tuple[Lesson, ...]] = []

    def fold(match: re.Match[bytes]) -> bytes:
        text = match[1]
        if _ONLY_LESSONS.fullmatch(text) is None:
            lessons.append(())
            return match[0]
        # No character reference and no tag in a value: the text is what it says.
        lessons.append(tuple(Lesson(*found) for found in _ONE_LESSON.findall(text.decode())))
        return b"<LesMomenten/>"

    shorter = _LESSONS.sub(fold, xml)
    lessons.reverse()
    root = _node(etree.fromstring(shorter, etree.XMLParser(**_PARSER_OPTIONS)), "", lessons)
    if any(child.name == PIECE for child in root.children):
        root.children = [
            inner
            for child in root.children
            for inner in (child.children if child.name == PIECE else (child,))
        ]
    return root


def _node(element: Any, parent: str, lessons: list[tuple[Lesson, ...]]) -> Node:
    tag = element.tag
    name = tag if tag[0] != "{" else tag.rpartition("}")[2]
    node = Node(name, (element.text or "").strip(), parent)
    if element.attrib:
        node.attributes = {
            str(key).rpartition("}")[2]: value.strip()
            for key, value in element.attrib.items()
            # xsi:nil says that an element is empty, which shows by itself.
            if value.strip() and not str(key).startswith(_XSI)
        }
    if name == "LesMomenten" and lessons and not element.attrib:
        node.lessons = lessons.pop()
    if len(element):
        node.children = [_node(child, name, lessons) for child in element if isinstance(child.tag, str)]
    return node
