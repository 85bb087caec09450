"""What a case worker does not need to read: identifiers, who registered what, and codes without a public meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..language import gettext
from .codes import code_value
from .sheets import IDENTIFIERS, Fact, inline
from .tree import Node
from .values import Value
from .words import label

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
# Codes as the messages write them: IC07G22, TT_IBRH, TO_STA_02, OP. A longer word in capitals can be read.
_CODE: Final = re.compile(r"(?=.*[A-Z])(?:[A-Z0-9]{2,4}|[A-Z0-9/.-]*[0-9_][A-Z0-9_/.-]*)", re.ASCII)
_CODED: Final = frozenset(("Code", "Type", "SubType", "Status", "Soort", "Reden", "Besluit", "Besluitcode"))
_REGISTRARS: Final = frozenset(("AangemaaktDoor", "GeregistreerdBij"))
_NAMES: Final = frozenset(("Naam", "KorteNaam", "Beschrijving"))


def take_technical(root: Node) -> tuple[Fact, ...]:
    """Pull what is technical out of a block; return it as facts, each once, in the order of the block.

    A code that comes with its name in the message, or that has a public meaning, stays where it is.
    """
    return tuple(dict.fromkeys(_taken(root)))


def _taken(node: Node) -> Iterator[Fact]:
    for child in node.children:
        if child.pulled:
            continue
        if child.name in _REGISTRARS:
            values = inline(child)
            if values is not None:
                child.pulled = True
                yield Fact(label(child.name, node.name), (values,))
                continue
        if child.children:
            yield from _taken(child)
        elif child.text and not child.attributes:
            words = label(child.name, node.name)
            if child.name in IDENTIFIERS or _UUID.fullmatch(child.text):
                child.pulled = True
                yield Fact(words, ((Value(child.text),),))
            elif is_bare_code(child):
                child.pulled = True
                title = label(node.name) if child.name == "Code" else f"{label(node.name)}: {words.lower()}"
                text = gettext("code %(code)s (betekenis niet meegeleverd)") % {"code": child.text}
                yield Fact(title, ((Value(text),),))


def is_bare_code(node: Node) -> bool:
    """Return True for a code without words: none in the message, and none that are public."""
    return (
        node.name in _CODED
        and not _NAMES & set(node.attributes)
        and _CODE.fullmatch(node.text) is not None
        and code_value(node.parent, node.name, node.text) is None
    )
