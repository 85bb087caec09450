"""Canonical XML of parts of a message: Exclusive C14N 1.0 without comments, of what is data in it.

Comments, processing instructions and the white space between elements are not data in these messages (no
element of the schemas has mixed content) and are left out; the white space inside a value stays.

libxml2's C14N takes twice as long as its serialiser, and the two differ in few things. So the serialiser is
used, its output is searched for what could differ, and only then C14N is.
"""

import re
import secrets
from collections.abc import Iterable
from typing import Any

from lxml import etree

# Nobody can write it into a message: it is drawn anew in every process.
_MARK = f"\ue000{secrets.token_hex(8)}\ue000"
_MARK_BYTES = _MARK.encode()

_EMPTY = re.compile(rb"<([^<>/\s]+)([^<>]*)/>")
_BEFORE_START = re.compile(rb">[ \t\r\n]+(?=<[^/])")
_BEFORE_END = re.compile(rb"(</[^<>]*>)[ \t\r\n]+(?=</)")
_NAMES = re.compile(rb' ([^ ="]+)="')


def canonical(element: Any) -> bytes:
    """The canonical XML of an element, without its tail."""
    out: bytes = etree.tostring(element, encoding="utf-8", with_tail=False)
    settled = _settled(out)
    return _by_c14n(element) if settled is None else settled


def inside(element: Any) -> bytes:
    """The canonical XML of the children of an element, one after the other."""
    out: bytes = etree.tostring(element, encoding="utf-8", with_tail=False)
    start, end = out.find(b">") + 1, out.rfind(b"<")
    settled = _settled(out[start:end]) if not element.text or element.text.isspace() else None
    return b"".join(map(_by_c14n, element)) if settled is None else settled.strip()


def cut(parent: Any) -> dict[str, bytes]:
    """The canonical XML of every child of `parent` by name; names are unique. The tree is used up."""
    names: list[str] = []
    for child in parent:
        names.append(child.tag)
        child.tail = _MARK
    if not names:
        return {}
    parent.text = _MARK
    # The one start tag with the namespaces of the envelope on it is that of the parent: cut off.
    out: bytes = etree.tostring(parent, encoding="utf-8", with_tail=False)
    settled = _settled(out[out.index(_MARK_BYTES) + len(_MARK_BYTES) : out.rindex(_MARK_BYTES)])
    pieces: Iterable[bytes] = map(_by_c14n, parent) if settled is None else settled.split(_MARK_BYTES)
    return dict(zip(names, pieces, strict=True))


def _by_c14n(element: Any) -> bytes:
    out: bytes = etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
    return _unindented(out)


def _unindented(out: bytes) -> bytes:
    # In canonical XML a "<" or, outside attributes, a ">" is always one of a tag; what stands between a start
    # tag and its own end tag is a value and stays.
    return _BEFORE_END.sub(rb"\1", _BEFORE_START.sub(b">", out))


def _settled(out: bytes) -> bytes | None:
    """Serialised XML made canonical, or None when it takes C14N to do so.

    What the serialiser writes differently: character references (&#13; for &#xD;), a ">" in an attribute,
    empty elements, namespaces in scope but not used, and the order of attributes.
    """
    if b"&" in out and (b"&#" in out or b"&gt;" in out):
        return None
    if b"xmlns" in out:
        return None
    if b'" ' in out and not _attributes_in_order(out):
        return None
    if b"/>" in out:
        out = _EMPTY.sub(rb"<\1\2></\1>", out)
    if b">\n" in out or b"> " in out or b">\t" in out:
        out = _unindented(out)
    return out


def _attributes_in_order(out: bytes) -> bool:
    at = out.find(b'" ')
    while at >= 0:
        start = out.rfind(b"<", 0, at)
        end = out.find(b">", at)
        names = _NAMES.findall(out[start:end])
        if names != sorted(names) or any(b":" in name for name in names):
            return False
        at = out.find(b'" ', end)
    return True
