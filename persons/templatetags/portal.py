"""The tags and filters of the pages: `{% load portal %}`. `persons.formats` has the words, this module the HTML."""

from __future__ import annotations

from fractions import Fraction

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from persons.enums import VerdictLabel
from persons.formats import (
    Amount,
    age,
    birth_year,
    clock,
    day,
    exact,
    percent,
    rule_words,
    short_day,
)
from persons.insz import format_insz

register = template.Library()
for function in (age, birth_year, clock, day, percent, rule_words, short_day):
    register.filter(function)
register.filter("insz", format_insz)

# Class of the stylesheet, sign.
LOOKS = {
    VerdictLabel.OUT_OF_REACH: ("bad", "✕"),
    VerdictLabel.CONTRADICTORY: ("doubt", "?"),
    VerdictLabel.REACHABLE: ("warn", "△"),
    VerdictLabel.ON_TRACK: ("ok", "↗"),
    VerdictLabel.KEPT: ("ok", "✓"),
    VerdictLabel.NO_LESSONS: ("mute", "–"),
    VerdictLabel.SUSPENDED: ("mute", "‖"),
    VerdictLabel.EXEMPT: ("mute", "○"),
}
BAR = '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'


@register.simple_tag
def verdict(code: str | None, words: str = "") -> SafeString:
    """Return a verdict as sign, words and colour: never colour alone. `words` replace the verdict's own."""
    if not code:
        return mark_safe("")
    look, sign = LOOKS[VerdictLabel(code)]
    return format_html(
        '<span class="verdict {}"><span aria-hidden="true">{}</span>{}</span>',
        look,
        sign,
        words or VerdictLabel(code).label,
    )


@register.filter
def verdict_sign(code: str) -> str:
    """Return the sign of a verdict; nothing for another code."""
    return LOOKS[VerdictLabel(code)][1] if code in VerdictLabel.values else ""


@register.simple_tag
def bar(
    *,
    present: Amount = 0,
    justified: Amount = 0,
    unjustified: Amount = 0,
    to_come: Amount = 0,
    required: Amount = None,
) -> SafeString:
    """Return the bar as SVG, 100 wide, with attributes only (the security policy forbids inline style) and no text.

    Shares are of the sum of the four amounts (in one unit); `required` in percent sets the mark of the norm. Put it in
    an element of class `bar` or `bar wide`, beside text with the same figures.
    """
    amounts = [exact(amount) or 0 for amount in (present, justified, unjustified, to_come)]
    total = sum(amounts)
    shapes: list[str] = []
    at: int | Fraction = 0
    for name, amount in zip(("present", "justified", "absent", "open"), amounts, strict=True):
        if amount > 0:
            start, width = _coordinate(at, total), _coordinate(amount, total)
            shapes.append(f'<rect class="{name}" x="{start}" y="0" width="{width}" height="10"/>')
            at += amount
    norm = exact(required)
    if norm is not None:
        place = _coordinate(norm, 100)
        shapes.append(f'<line class="norm" x1="{place}" x2="{place}" y1="-2" y2="12"/>')
    # Only numbers: nothing to escape.
    return SafeString(f"{BAR}{''.join(shapes)}</svg>")


def _coordinate(part: int | Fraction, total: int | Fraction) -> str:
    return f"{float(part * 100 / total):.2f}"
