"""How values of a dossier are written in HTML: `{% load dossier %}`.

What a message says is never trusted. Everything here is put together from texts that went through `_e`; the
functions with an underscore give HTML as str, and only a finished tag or filter says that it is safe. (A page has
hundreds of values: `format_html` for each takes three times as long.)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape as _e

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from persons.presentation.attendance import LessonRow, Lessons
from persons.presentation.sheets import Fact, Table
from persons.presentation.values import Form, Value

register = template.Library()


def _value(value: Value) -> str:
    text, raw = _e(value.text), value.raw
    if value.form is Form.DATE:
        html = f'<time datetime="{_e(raw)}">{text}</time>'
    elif value.form is Form.NOTE:
        html = f'<span class="note">{text}</span>'
        if raw and raw not in value.text:
            html = f'<data class="note" value="{_e(raw)}">{text}</data>'
    elif raw:
        html = f'<data value="{_e(raw)}">{text}</data>'
    elif "\n" in text:
        html = f'<span class="lines">{text}</span>'
    else:
        html = text
    return f'{html} <span class="code">{_e(value.code)}</span>' if value.code else html


def _item(values: Sequence[Value]) -> str:
    if len(values) == 1:
        return _value(values[0])
    # A comma of its own, as in an address, sticks to what is before it.
    pieces = [html if value.text == "," else f" {html}" for value in values for html in (_value(value),)]
    return "".join(pieces).removeprefix(" ")


def _items(entries: Sequence[Sequence[Value]]) -> str:
    if len(entries) == 1:
        return _item(entries[0])
    return "".join([f'<span class="item">{_item(entry)}</span>' for entry in entries])


@register.filter
def items(entries: Sequence[Sequence[Value]]) -> SafeString:
    """All items of a fact or cell, dates and codes with how the message writes them; several stand on lines."""
    return SafeString(_items(entries))


@register.simple_tag
def facts(entries: Sequence[Fact]) -> SafeString:
    """Labels and values as a description list; nothing for none."""
    if not entries:
        return SafeString("")
    pairs = [f"<dt>{_e(fact.label)}</dt><dd>{_items(fact.items)}</dd>" for fact in entries]
    return SafeString(f'<dl class="facts">{"".join(pairs)}</dl>')


@register.simple_tag
def table_rows(table: Table) -> SafeString:
    """The rows of a table; each cell carries the head it stands under, for narrow screens."""
    heads = [_e(head) for head in table.heads]
    rows = []
    for row in table.rows:
        first, *others = [_items(cell) or "–" for cell in row]
        cells = [
            f'<td role="cell" data-label="{head}"><div>{cell}</div></td>'
            for head, cell in zip(heads[1:], others, strict=True)
        ]
        rows.append(f'<tr role="row"><th scope="row" role="rowheader">{first}</th>{"".join(cells)}</tr>')
    return SafeString("".join(rows))


@register.simple_tag
def lesson_rows(lessons: Lessons) -> SafeString:
    """The rows of the table of lessons."""
    return SafeString("".join([_lesson_row(row, lessons.absences_only) for row in lessons.rows]))


def _lesson_row(row: LessonRow, absence: bool) -> str:
    day = f'<time datetime="{_e(row.raw_day)}">{_e(row.day)}</time>' if row.day else _e(_("zonder datum"))
    hours = "" if absence else f"<td>{_e(row.hours)}</td>"
    extra = f' <span class="small">{_items(row.extra)}</span>' if row.extra else ""
    return (
        f'<tr><th scope="row">{day}</th>{hours}<td class="num">{_e(row.length)}</td>'
        f'<td><span class="dot {row.mark.style}" aria-hidden="true"></span>{_e(row.words)}{extra}</td></tr>'
    )


@register.simple_tag
def lesson_marks(lessons: Lessons) -> SafeString:
    """The marks of the strip, one list item per lesson."""
    return SafeString("".join([_mark(mark.style, mark.letter) for mark in lessons.marks]))


@lru_cache(maxsize=32)
def _mark(style: str, letter: str) -> str:
    return f'<li class="{_e(style)}">{_e(letter)}</li>' if style else f"<li>{_e(letter)}</li>"
