"""A dossier block as a small tree that remembers what of it was laid out.

A tailored layout pulls out what it knows; what is left in the tree afterwards is laid out by the general one
(`sheets`). So nothing given is dropped, whatever a message holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from lxml import etree

from ..magda.lessons import FIELDS, LesMoment, Scanner, TakenOut
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


# The texts of lessons as received; the figures come from the reader.
_SCANNER: Final[Scanner[LesMoment]] = Scanner(lambda lesson: lesson, room=8192)


class Node:
    """One element: name without namespace, text without surrounding white space, attributes, children.

    `pulled`: the element was laid out, with everything below it. `lessons`: those of a LesMomenten that contains
    nothing else; they are then not among the children, until `unfold`.
    """

    __slots__ = ("attributes", "children", "lessons", "name", "parent", "pulled", "text")

    def __init__(self, name: str, text: str = "", parent: str = "") -> None:
        self.name = name
        self.text = text
        self.parent = parent
        self.attributes: dict[str, str] = {}
        self.children: list[Node] = []
        self.lessons: tuple[LesMoment, ...] = ()
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
        """Turn the lessons still to be laid out below this element into ordinary children."""
        for child in self.children:
            if not child.pulled:
                child.unfold()
        for lesson in self.lessons:
            node = Node("LesMoment", parent=self.name)
            node.children = [Node(name, text, "LesMoment") for name, text in zip(FIELDS, lesson, strict=True)]
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

    def descendant(self, path: Iterable[int]) -> Node:
        """The element at the end of a path: at each step the position among the children, from 0."""
        node = self
        for position in path:
            node = node.children[position]
        return node

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


def parse(xml: bytes, *, fold: bool = False) -> Node:
    """The tree of one block as stored. Entities are not resolved, nothing is fetched.

    `fold`: lessons are read without a node for each of their values, because they are most of a dossier and all
    alike (see `Node.lessons`).

    The pieces a dossier of Inburgering-01.00 is cut into are no part of the message: their content is directly
    in the block here.
    """
    taken_out = TakenOut(_SCANNER)
    text = taken_out.strip(xml) if fold else xml
    root = _node(etree.fromstring(text, etree.XMLParser(**_PARSER_OPTIONS)), "", taken_out)
    if any(child.name == PIECE for child in root.children):
        root.children = [
            inner
            for child in root.children
            for inner in (child.children if child.name == PIECE else (child,))
        ]
    return root


def _node(element: Any, parent: str, taken_out: TakenOut[LesMoment]) -> Node:
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
    if name == "LesMomenten" and (lessons := taken_out.taken_from(element)) is not None:
        node.lessons, node.text = lessons, ""
    if len(element):
        node.children = [_node(child, name, taken_out) for child in element if isinstance(child.tag, str)]
    return node
