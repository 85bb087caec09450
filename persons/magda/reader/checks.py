"""Checks of a message against the shapes of the vocabulary."""

from typing import Any

from persons.insz import InvalidInsz, normalise
from persons.magda.reader.records import MessageError, child_of, fault, show_code
from persons.magda.vocabulary.values import Shape


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


def insz_in(element: Any, *, allow_test: bool) -> str:
    """Return the INSZ in an element, eleven digits; raises MessageError."""
    try:
        return normalise(element.text or "", allow_test=allow_test)
    except InvalidInsz as error:
        raise fault(element, "bad_insz", str(error)) from None
