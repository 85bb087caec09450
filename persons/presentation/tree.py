"""A dossier block as a small tree that remembers which elements were laid out.

A tailored layout pulls out the elements it knows; the general one (`sheets`) lays out the rest of the tree. So
nothing in a message is dropped, whatever it contains.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from lxml import etree

from partners.texts import visible

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
    """One element: name without namespace, text, attributes, children. Texts have no surrounding white space.

    They have no invisible characters either (`partners.texts.visible`): these could turn the text around them.

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
        """Return True if nothing here is still to be laid out. An element without content counts as absent."""
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
        """Return the children of that name still to be laid out."""
        return [child for child in self.children if child.name == name and not child.is_empty()]

    def first(self, name: str) -> Node | None:
        """Return the first child of that name still to be laid out, without pulling it out."""
        for child in self.children:
            if child.name == name and not child.is_empty():
                return child
        return None

    def at(self, *path: str) -> list[Node]:
        """Return all descendants along a path of names: at("Opschortingen", "Opschorting")."""
        nodes = [self]
        for name in path:
            nodes = [child for node in nodes for child in node.all(name)]
        return nodes

    def descendant(self, path: Iterable[int]) -> Node:
        """Return the element at the end of a path; every step is a position among the children, from 0."""
        node = self
        for position in path:
            node = node.children[position]
        return node

    def leaves(self) -> frozenset[str]:
        """Return the names of the children if they are single values with different names, else no names."""
        children = list(self)
        names = frozenset([child.name for child in children])
        if self.text or len(names) != len(children) or any(child.children for child in children):
            return frozenset()
        return names

    def text_of(self, name: str) -> str:
        """Return the text of the first child of that name, "" without one; it is not pulled out."""
        child = self.first(name)
        return "" if child is None else child.text


def parse(xml: bytes, *, fold: bool = False) -> Node:
    """Return the tree of one block as stored. Entities are not resolved, nothing is fetched.

    `fold`: lessons get no nodes for their values, because they are most of a dossier and all alike (see
    `Node.lessons`).

    The pieces a dossier of Inburgering-01.00 is cut into are no part of the message: here their content is
    directly in the block.
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
    node = Node(name, visible(element.text or "").strip(), parent)
    if element.attrib:
        node.attributes = {
            str(key).rpartition("}")[2]: value
            for key, attribute in element.attrib.items()
            # xsi:nil marks an element as empty, which shows anyway.
            if (value := visible(attribute).strip()) and not str(key).startswith(_XSI)
        }
    if name == "LesMomenten" and (lessons := taken_out.taken_from(element)) is not None:
        node.lessons, node.text = lessons, ""
    if len(element):
        node.children = [_node(child, name, taken_out) for child in element if isinstance(child.tag, str)]
    return node
