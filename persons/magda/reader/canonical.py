"""Canonical XML of parts of a message: Exclusive C14N 1.0 without comments, of what is data in it.

Comments, processing instructions and the white space between elements are not data in these messages (no
element of the schemas has mixed content) and are left out; the white space inside a value stays.
"""

import re
import secrets
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # lxml has no types of its own

# Nobody can write it into a message: it is drawn anew in every process.
_MARK = f"\ue000{secrets.token_hex(8)}\ue000"
_MARK_BYTES = _MARK.encode()

# In canonical XML a "<" is always that of a tag. White space before a start tag is between elements, and so is
# that between two end tags; between a start tag and its own end tag it is a value.
_BEFORE_START = re.compile(rb">[ \t\r\n]+(?=<[^/])")
_BEFORE_END = re.compile(rb"(</[^<>]*>)[ \t\r\n]+(?=</)")


def canonical(element: Any) -> bytes:
    """The canonical XML of an element, without its tail."""
    out: bytes = etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
    if b"\n" in out or b"\t" in out or b"> " in out:
        out = _BEFORE_END.sub(rb"\1", _BEFORE_START.sub(b">", out))
    return out


def inside(element: Any) -> bytes:
    """The canonical XML of the children of an element, one after the other."""
    if element.attrib:
        return b"".join(map(canonical, element))
    frame = len(element.tag) + len("<>")
    return canonical(element)[frame : -frame - len("/")]


def cut(parent: Any) -> dict[str, bytes]:
    """The canonical XML of every child of `parent` by name; names are unique. The tree is used up.

    `parent` itself is only a frame: its attributes and texts are no data. All children are serialised at once
    and told apart by a mark, which costs a third of serialising one after the other.
    """
    parent.attrib.clear()
    parent.text = _MARK
    names: list[str] = []
    for child in parent:
        names.append(child.tag)
        child.tail = _MARK
    _, *pieces = canonical(parent).split(_MARK_BYTES)
    return dict(zip(names, pieces, strict=False))
