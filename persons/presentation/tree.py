"""A dossier block as a small tree that remembers what of it was laid out.

A tailored layout pulls out what it knows; what is left in the tree afterwards is laid out by the general one
(`sheets`). So nothing given is dropped, whatever a message holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

_PARSER_OPTIONS = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "remove_comments": True,
    "remove_pis": True,
    "huge_tree": False,
}


class Node:
    """One element: name without namespace, text without surrounding white space, attributes, children.

    `pulled`: the element was laid out, with all that is below it.
    """

    __slots__ = ("attributes", "children", "name", "parent", "pulled", "text")

    def __init__(self, name: str, text: str = "", parent: str = "") -> None:
        self.name = name
        self.text = text
        self.parent = parent
        self.attributes: dict[str, str] = {}
        self.children: list[Node] = []
        self.pulled = False

    def __iter__(self) -> Iterator[Node]:
        """The children still to be laid out."""
        return (child for child in self.children if not child.pulled and not child.is_empty())

    def is_empty(self) -> bool:
        """Whether nothing is left here to lay out. An element without content counts as absent."""
        return self.pulled or not (self.text or self.attributes or any(True for _ in self))

    def all(self, name: str) -> list[Node]:
        """The children of that name still to be laid out."""
        return [child for child in self if child.name == name]

    def first(self, name: str) -> Node | None:
        """The first child of that name still to be laid out; it is not pulled out."""
        return next((child for child in self if child.name == name), None)

    def at(self, *path: str) -> list[Node]:
        """All descendants along a path of names: at("Opschortingen", "Opschorting")."""
        found = [self]
        for name in path:
            found = [child for node in found for child in node.all(name)]
        return found

    def has_only(self, names: frozenset[str]) -> bool:
        """Whether the children are leaves of these names, each at most once, and there is at least one."""
        left = list(self)
        return (
            bool(left)
            and not self.text
            and all(child.name in names and not child.children for child in left)
            and len({child.name for child in left}) == len(left)
        )

    def text_of(self, name: str) -> str:
        """The text of the first child of that name, "" when there is none; it is not pulled out."""
        child = self.first(name)
        return "" if child is None else child.text


def parse(xml: bytes) -> Node:
    """The tree of one block as stored. Entities are not resolved, nothing is fetched."""
    return _node(etree.fromstring(xml, etree.XMLParser(**_PARSER_OPTIONS)), "")


def _node(element: Any, parent: str) -> Node:
    tag = element.tag
    name = tag if tag[0] != "{" else tag.rpartition("}")[2]
    node = Node(name, (element.text or "").strip(), parent)
    if element.attrib:
        node.attributes = {
            str(key).rpartition("}")[2]: value.strip()
            for key, value in element.attrib.items()
            if value.strip()
        }
    if len(element):
        node.children = [_node(child, name) for child in element if isinstance(child.tag, str)]
    return node
