"""Checks of a message against the shapes of the vocabulary."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]  # lxml has no types of its own

from persons.insz import InvalidInsz, normalise
from persons.magda.reader.records import MessageError, child_of, fault, show_code
from persons.magda.vocabulary.values import Shape

# Attributes, and namespace declarations, of one element. Canonicalising takes time that grows with their square;
# the schemas have at most five attributes on an element.
MOST: Final = 64


def check_crowding(carrier: Any) -> None:
    """Raise MessageError about the first element in a tree with more than `MOST` attributes or declarations."""
    declarations = 0
    for event, item in etree.iterwalk(carrier, events=("start-ns", "start")):
        if event == "start-ns":
            declarations += 1
            continue
        if declarations > MOST or len(item.attrib) > MOST:
            raise _crowded(item)
        declarations = 0


def check_ancestors(carrier: Any) -> None:
    """Raise MessageError about an ancestor with more than `MOST` attributes or namespace declarations."""
    for ancestor in carrier.iterancestors():
        parent = ancestor.getparent()
        inherited = 0 if parent is None else len(parent.nsmap)
        if len(ancestor.attrib) > MOST or len(ancestor.nsmap) - inherited > MOST:
            raise _crowded(ancestor)


def _crowded(element: Any) -> MessageError:
    return fault(element, "too_large", f"more than {MOST} attributes or namespaces on one element")


def check(element: Any, shape: Shape) -> None:
    """Check an element and everything below it against its shape; raises MessageError about the first fault.

    Elements and attributes the shape does not know are not checked; they are stored like the others.
    """
    children = shape.children
    for child in element:
        rule = children.get(child.tag)
        if rule is None:
            continue
        if rule.__class__ is Shape:
            check(child, rule)
            continue
        text = child.text
        if text not in rule and text is not None and not rule.accepts(text):
            raise wrong_value(child, rule, text)
    for name in shape.required:
        if child_of(element, name) is None:
            raise fault(element, "incomplete", f"{name} is missing")
    for name, rule in shape.attributes:
        text = element.get(name)
        if text is not None and not rule.accepts(text):
            raise wrong_value(element, rule, text, name)


def no_text_in(element: Any) -> None:
    """Raise MessageError if there is text between the children of an element that only has children."""
    if (text := element.text) is not None and text.strip():
        raise fault(element, "bad_value", "text where only elements are")
    for child in element:
        if (text := child.tail) is not None and text.strip():
            raise fault(child, "bad_value", "text where only elements are")


def wrong_value(element: Any, rule: Any, text: str, attribute: str = "") -> MessageError:
    """Return the error about a value that `rule` does not accept. Codes are shown, other values never."""
    shown = f"{show_code(text)}: " if rule.reason == "bad_enum" else ""
    error = fault(element, rule.reason, shown + rule.wrong)
    if attribute:
        error.field += f"/@{attribute}"
    return error


def about(error: MessageError, numbers: Sequence[str], as_of: Any, *, allow_test: bool) -> MessageError:
    """Return `error` with the person and the moment of its dossier, as far as both can be read.

    `numbers` are the texts where the INSZ stands, see `numbers_in`; `as_of` is the moment, or why there is none.
    Without exactly one valid number the person stays unknown: a guess would cast doubt on another person's file.
    """
    if len(numbers) == 1:
        with suppress(InvalidInsz):
            error.insz = normalise(numbers[0], allow_test=allow_test)
    error.as_of = as_of if isinstance(as_of, datetime) else None
    return error


def numbers_in(dossier: Any) -> list[str]:
    """Return the texts where a KBIDossier or a DossierKBI has the INSZ of its person."""
    path = "Personalia/INSZ" if dossier.tag == "KBIDossier" else "INSZ"
    return [element.text or "" for element in dossier.iterfind(path)]


def insz_in(element: Any, *, allow_test: bool) -> str:
    """Return the INSZ in an element, eleven digits; raises MessageError."""
    try:
        return normalise(element.text or "", allow_test=allow_test)
    except InvalidInsz as error:
        raise fault(element, "bad_insz", str(error)) from None
