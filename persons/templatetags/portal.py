"""The tags and filters of the pages: `{% load portal %}`. `persons.formats` has the words, this module the HTML."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from html import escape
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from persons.enums import STATUSES, Status
from persons.formats import (
    age,
    birth_year,
    clock,
    day,
    exact,
    percent,
    rule_words,
    short_day,
    weekday,
)
from persons.insz import format_insz
from persons.language import per_language
from persons.scale import scale_of

register = template.Library()
for function in (age, birth_year, clock, day, percent, rule_words, short_day, weekday):
    register.filter(function)
register.filter("insz", format_insz)

# The labels of the large picture keep inside it: near an edge they turn to the other side.
NEAR_EDGE = 12
WIDE = 30


@register.simple_tag
def verdict(code: str | None, words: str = "") -> SafeString:
    """Return a status as sign, words and colour: never colour alone. `words` replace the status's own."""
    if not code:
        return mark_safe("")
    return _verdict(code, words) if words else _plain_verdict(code)


# A list has fifty of them. Other words are not kept.
@per_language
def _plain_verdict(code: str) -> SafeString:
    return _verdict(code, "")


def _verdict(code: str, words: str) -> SafeString:
    status = STATUSES[code]
    return format_html(
        '<span class="verdict {}"><span aria-hidden="true">{}</span>{}</span>',
        status.style,
        status.sign,
        words or status.words,
    )


@register.simple_tag
def statuses() -> list[tuple[str, Status]]:
    """Return every status with its code, in the order of the tabs."""
    return list(STATUSES.items())


@register.filter
def verdict_sign(code: str) -> str:
    """Return the sign of a status; nothing for another code."""
    return STATUSES[code].sign if code in STATUSES else ""


@register.simple_tag
def scale(figures: Mapping[str, Any], size: str = "") -> SafeString:
    """Return the picture of attendance as SVG: sure, still open and lost, with the norm and where the client is now.

    `figures` are the keys of a `ListPart`; `size` is "" or "big", with words in it. Attributes only (the security
    policy forbids inline style), and hidden from screen readers: put it beside text that says the same.
    """
    numerator, denominator, to_come, required = (
        exact(figures[key]) or 0 for key in ("numerator", "denominator", "to_come", "required")
    )
    picture = scale_of(numerator, denominator, to_come, at_best=bool(figures.get("at_best")))
    if picture is None:
        return SafeString("")
    is_big = size == "big"
    look, top, height = ("scale big", 18, 16) if is_big else ("scale", 5, 8)
    norm = float(required)
    shapes = [
        f'<rect class="gone" y="{top}" width="100%" height="{height}"/>',
        f'<rect class="open" y="{top}" width="{picture.best:.1f}%" height="{height}"/>',
        f'<rect class="sure" y="{top}" width="{picture.sure:.1f}%" height="{height}"/>',
        f'<line class="norm" x1="{norm:.1f}%" x2="{norm:.1f}%" y1="{top - 2}" y2="{top + height + 2}"/>',
    ]
    if picture.now is not None:
        path = "M-6 6 L6 6 L0 17z" if is_big else "M-4 -1 L4 -1 L0 4.5z"
        shapes.append(_at(picture.now, f'<path class="now" d="{path}"/>'))
    if is_big:
        if picture.now is not None:
            words = _("nu %(percentage)s") % {"percentage": percent(Fraction(100 * numerator, denominator))}
            x, anchor = (10, "start") if picture.now < WIDE else (-10, "end")
            shapes.append(_label(picture.now, words, x, 13, anchor))
        anchor = "start" if norm < NEAR_EDGE else "end" if norm > 100 - NEAR_EDGE else "middle"
        shapes.append(_label(norm, _("norm %(norm)s") % {"norm": percent(required)}, 0, 50, anchor))
    return SafeString(f'<svg class="{look}" aria-hidden="true" focusable="false">{"".join(shapes)}</svg>')


def _label(share: float, words: str, x: int, y: int, anchor: str) -> str:
    return _at(share, f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>')


def _at(share: float, content: str) -> str:
    """Return `content` at a share of the width. A picture in the picture: its own coordinates are pixels."""
    return f'<svg x="{share:.1f}%" y="0" overflow="visible">{content}</svg>'
