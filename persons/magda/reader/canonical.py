"""Canonical XML of the data in a message: Exclusive C14N 1.0 without comments.

Comments, processing instructions and the white space between elements are not data in these messages (no
element of the schemas has mixed content) and are left out; the white space inside a value stays.
"""

import re
import secrets
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # lxml has no types of its own

# Drawn anew in every process, so no message can contain it.
_MARK = f"\ue000{secrets.token_hex(8)}\ue000"
_MARK_BYTES = _MARK.encode()

# In canonical XML every "<" belongs to a tag. White space before a start tag is between elements, and so is white
# space between two end tags; between a start tag and its own end tag it is a value.
_BEFORE_START = re.compile(rb">[ \t\r\n]+(?=<[^/])")
_BEFORE_END = re.compile(rb"(</[^<>]*>)[ \t\r\n]+(?=</)")


def canonical(element: Any) -> bytes:
    """Return the canonical XML of an element, without its tail."""
    out: bytes = etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
    if b"\n" in out or b"\t" in out or b"> " in out:
        out = _BEFORE_END.sub(rb"\1", _BEFORE_START.sub(b">", out))
    return out


def inside(element: Any) -> bytes:
    """Return the canonical XML of the children of an element, one after the other."""
    if element.attrib:
        return b"".join(map(canonical, element))
    frame = len(element.tag) + len("<>")
    return canonical(element)[frame : -frame - len("/")]


def cut(parent: Any) -> dict[str, bytes]:
    """Return the canonical XML of the children of `parent` by name; names are unique. The tree is used up.

    `parent` itself is only a frame: its attributes and texts are not data. All children are serialised at once and
    then split at a mark, which takes a third of the time of serialising them one by one.
    """
    parent.attrib.clear()
    parent.text = _MARK
    names: list[str] = []
    for child in parent:
        names.append(child.tag)
        child.tail = _MARK
    _, *pieces = canonical(parent).split(_MARK_BYTES)
    return dict(zip(names, pieces, strict=False))
