"""The values of a dossier as HTML: `{% load dossier %}`.

The text of a message is never trusted. Everything here is put together from texts that went through `_e`; the
functions with an underscore return HTML as str, and only a finished tag or filter is marked as safe. (A page has
hundreds of values: `format_html` for every one of them takes three times as long.)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from persons.presentation.attendance import LessonRow, Lessons
from persons.presentation.sheets import Fact, Section, Table
from persons.presentation.values import Form, Value

register = template.Library()
_SPECIAL = re.compile("[&<>\"']")
# Longer than any remark; a word of a megabyte would block a browser for a minute.
LONGEST = 10_000


def _e(text: str) -> str:
    if len(text) > LONGEST:
        text = _("%(beginning)s… (ingekort: %(number)s tekens)") % {
            "beginning": text[:LONGEST],
            "number": len(text),
        }
    # Hardly any text needs escaping, and searching once is faster than replacing five times.
    return escape(text) if _SPECIAL.search(text) else text


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
    # A comma of its own, as in an address, gets no space before it.
    pieces = [html if value.text == "," else f" {html}" for value in values for html in (_value(value),)]
    return "".join(pieces).removeprefix(" ")


def _items(entries: Sequence[Sequence[Value]]) -> str:
    if len(entries) == 1:
        return _item(entries[0])
    return "".join([f'<span class="item">{_item(entry)}</span>' for entry in entries])


@register.simple_tag
def section(content: Section, level: int, title: str) -> SafeString:
    """Return facts, tables and further sections of a part of a block; nothing for an empty one.

    `level` is the level of its headings; a section or table named like `title`, the heading above, does not repeat it.
    """
    return SafeString(_section(content, level, title))


def _section(content: Section, level: int, title: str) -> str:
    parts = [f'<p class="lines">{_e(content.note)}</p>'] if content.note else []
    if content.facts:
        parts.append(_facts(content.facts))
    parts += [_table(table, title) for table in content.tables]
    for inner in content.sections:
        if inner.folded:
            within = _section(inner, level, inner.title)
            parts.append(f"<details><summary>{_e(inner.title)}</summary>{within}</details>")
        elif inner.title and inner.title != title:
            tag = f"h{min(level, 6)}"
            within = _section(inner, level + 1, inner.title)
            parts.append(f'<div class="inner"><{tag}>{_e(inner.title)}</{tag}>{within}</div>')
        else:
            parts.append(f'<div class="inner">{_section(inner, level, title)}</div>')
    return "".join(parts)


def _facts(entries: Sequence[Fact]) -> str:
    """Return labels and values as a description list."""
    pairs = [f"<dt>{_e(fact.label)}</dt><dd>{_items(fact.items)}</dd>" for fact in entries]
    return f'<dl class="facts">{"".join(pairs)}</dl>'


def _table(table: Table, title: str) -> str:
    """Return a table of similar elements.

    On a narrow card a row becomes a list: every cell has its own head, and the roles are written out because browsers
    drop them then.
    """
    heads = [_e(head) for head in table.heads]
    hidden = ' class="visually-hidden"' if table.caption == title else ""
    columns = "".join([f'<th scope="col" role="columnheader">{head}</th>' for head in heads])
    rows = []
    for row in table.rows:
        first, *others = [_items(cell) or "–" for cell in row]
        cells = [
            f'<td role="cell" data-label="{head}"><div>{cell}</div></td>'
            for head, cell in zip(heads[1:], others, strict=True)
        ]
        rows.append(f'<tr role="row"><th scope="row" role="rowheader">{first}</th>{"".join(cells)}</tr>')
    return (
        f'<table class="given" role="table"><caption{hidden}>{_e(table.caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{columns}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(rows)}</tbody></table>'
    )


@register.simple_tag
def lesson_rows(lessons: Lessons) -> SafeString:
    """Return the rows of the table of lessons."""
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
    """Return the marks of the strip, one list item per lesson."""
    return SafeString("".join([_mark(mark.style, mark.letter) for mark in lessons.marks]))


@lru_cache(maxsize=32)
def _mark(style: str, letter: str) -> str:
    return f'<li class="{_e(style)}">{_e(letter)}</li>' if style else f"<li>{_e(letter)}</li>"
