"""How values of a dossier are written in HTML: `{% load dossier %}`.

What a message says is never trusted: everything goes through `format_html`.
"""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from persons.presentation.values import Form, Value

register = template.Library()


def _written(value: Value) -> SafeString:
    if value.form is Form.DATE:
        text = format_html('<time datetime="{}">{}</time>', value.raw, value.text)
    elif value.form is Form.NOTE:
        text = (
            format_html('<data class="note" value="{}">{}</data>', value.raw, value.text)
            if value.raw and value.raw not in value.text
            else format_html('<span class="note">{}</span>', value.text)
        )
    elif value.raw:
        text = format_html('<data value="{}">{}</data>', value.raw, value.text)
    elif "\n" in value.text:
        text = format_html('<span class="lines">{}</span>', value.text)
    else:
        text = conditional_escape(value.text)
    return format_html('{} <span class="code">{}</span>', text, value.code) if value.code else text


@register.filter
def shown(values: Iterable[Value]) -> SafeString:
    """One item of a fact or cell: its values side by side, dates and codes with how the message writes them."""
    pieces = [_written(value) for value in values]
    if len(pieces) == 1:
        return pieces[0]
    # A comma of its own, as in an address, sticks to what is before it.
    gaps = ["" if number == 0 or piece == "," else " " for number, piece in enumerate(pieces)]
    return format_html_join("", "{}{}", zip(gaps, pieces, strict=True))


@register.filter
def items(entries: Iterable[Iterable[Value]]) -> SafeString:
    """All items of a fact or cell, each on a line of its own when there are several."""
    lines = [shown(entry) for entry in entries]
    if len(lines) == 1:
        return lines[0]
    return format_html_join("", '<span class="item">{}</span>', ((line,) for line in lines))
