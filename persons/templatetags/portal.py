"""How figures, dates, numbers and verdicts look on a page: `{% load portal %}`.

Nothing here rounds up: a percentage is cut, so that a client just below the norm never looks like one who keeps it.
Numbers may be int, Fraction, Decimal or the strings of `ClientListEntry.parts`; None gives an empty string.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.formats import get_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from persons.attendance import Unit
from persons.enums import VerdictLabel
from persons.insz import format_insz

register = template.Library()

Amount = int | str | Fraction | Decimal | None

# class of the stylesheet, sign
LOOKS = {
    VerdictLabel.OUT_OF_REACH: ("bad", "✕"),
    VerdictLabel.REACHABLE: ("warn", "△"),
    VerdictLabel.KEPT: ("ok", "✓"),
    VerdictLabel.NO_LESSONS: ("mute", "–"),
    VerdictLabel.SUSPENDED: ("mute", "‖"),
    VerdictLabel.EXEMPT: ("mute", "○"),
}
# `persons.attendance.RULES` in the words of the screen
RULE_WORDS = {
    "2015-1": gettext_lazy("gewettigde afwezigheid telt als aanwezig"),
    "2015-2": gettext_lazy("gewettigde afwezigheid telt niet mee"),
    "2015-3": gettext_lazy("gewettigde afwezigheid telt als afwezig"),
}
BAR = '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
NBSP = "\N{NO-BREAK SPACE}"
AGE_IN_DAYS = 31


def exact(amount: Amount) -> int | Fraction | None:
    """The amount, exactly; None for None or an empty string. Raises ValueError for other text."""
    if amount is None or amount == "":
        return None
    if isinstance(amount, int) or (isinstance(amount, str) and amount.isdecimal()):
        return int(amount)
    return Fraction(amount)


def _number(value: int | Fraction, decimals: int) -> str:
    """`value` cut (towards zero) to at most `decimals`, with the decimal mark of the language."""
    step = Decimal(1).scaleb(-decimals)
    cut = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(step, ROUND_FLOOR)
    # Dividing rounds at 28 digits; one step back when that lifted the figure over the truth.
    if Fraction(cut) > value:
        cut -= step
    return f"{cut:f}".replace(".", get_format("DECIMAL_SEPARATOR"))


@register.filter
def percent(amount: Amount, decimals: int | None = None) -> str:
    """A percentage, cut: "76,6 %". Without `decimals` one decimal where it is not zero: "80 %"."""
    value = exact(amount)
    if value is None:
        return ""
    places = 1 if decimals is None else int(decimals)
    text = _number(value, places)
    if decimals is None:
        text = text.removesuffix(get_format("DECIMAL_SEPARATOR") + "0")
    return _("%(number)s %%").replace(" ", NBSP) % {"number": text}


@register.filter
def units(amount: Amount, unit: str = Unit.MINUTE) -> str:
    """Lesson time in its own unit: minutes as "52 u 48" (below an hour "45 min"), or "12 lestijden"."""
    value = exact(amount)
    if value is None:
        return ""
    if unit == Unit.LESTIJD:
        text = _trimmed(value)
        words = ngettext("%(number)s lestijd", "%(number)s lestijden", 1 if value == 1 else 2)
        return words.replace(" ", NBSP) % {"number": text}
    hours, minutes = divmod(value, 60)
    if hours and not minutes:
        return _("%(hours)s u").replace(" ", NBSP) % {"hours": hours}
    if hours:
        whole = _trimmed(minutes)
        whole = f"0{whole}" if minutes < 10 else whole
        return _("%(hours)s u %(minutes)s").replace(" ", NBSP) % {"hours": hours, "minutes": whole}
    return _("%(minutes)s min").replace(" ", NBSP) % {"minutes": _trimmed(minutes)}


def _trimmed(value: int | Fraction) -> str:
    text = _number(value, 2)
    mark = get_format("DECIMAL_SEPARATOR")
    return text.rstrip("0").rstrip(mark) if mark in text else text


def _day(moment: datetime.date | datetime.datetime | str | None) -> datetime.date | None:
    if not moment:
        return None
    if isinstance(moment, str):
        moment = datetime.date.fromisoformat(moment[:10])
    if isinstance(moment, datetime.datetime):
        return timezone.localdate(moment) if timezone.is_aware(moment) else moment.date()
    return moment


@register.filter
def day(moment: datetime.date | datetime.datetime | str | None) -> str:
    """A Brussels date in full: "12 maart 2026". Takes a date, a moment or an ISO date; nothing for none."""
    date = _day(moment)
    return format_date(date, "j F Y") if date else ""


@register.filter
def short_day(moment: datetime.date | datetime.datetime | str | None) -> str:
    """A Brussels date without its year when that is this year: "12 maart"."""
    date = _day(moment)
    if date is None:
        return ""
    return format_date(date, "j F" if date.year == timezone.localdate().year else "j F Y")


@register.filter
def clock(moment: datetime.datetime | None) -> str:
    """The time of day in Brussels: "14.03 uur"."""
    if moment is None:
        return ""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return _("%(time)s uur").replace(" ", NBSP) % {"time": format_date(local, get_format("TIME_FORMAT"))}


@register.filter
def age(moment: datetime.date | datetime.datetime | str | None) -> str:
    """How old data of that Brussels day are: "vandaag", "gisteren", "3 dagen geleden"; past a month the date."""
    date = _day(moment)
    if date is None:
        return ""
    days = (timezone.localdate() - date).days
    if days == 0:
        return _("vandaag")
    if days == 1:
        return _("gisteren")
    if 1 < days <= AGE_IN_DAYS:
        return ngettext("%(days)s dag geleden", "%(days)s dagen geleden", days) % {"days": days}
    return day(date)


@register.filter
def insz(digits: str | None) -> str:
    """An INSZ as people write it: "91.61.01-001.76"."""
    return format_insz(digits) if digits else ""


@register.filter
def received_date(text: str | None) -> str:
    """A date as the message gave it, which may lack day or month ("1991-00-00"): "12 maart 1991", "1991" or ""."""
    if not text or text.startswith("0000"):
        return ""
    try:
        return format_date(datetime.date.fromisoformat(text), "j F Y")
    except ValueError:
        pass
    year, _dash, rest = text.partition("-")
    try:
        return format_date(datetime.date(int(year), int(rest[:2]), 1), "F Y")
    except ValueError:
        return year


@register.filter
def birth_year(text: str | None) -> str:
    """The year of a birth date as received, or nothing."""
    return "" if not text or text.startswith("0000") else text[:4]


@register.filter
def rule_words(code: str) -> str:
    """What a rule for justified absence says, in a sentence without capital; its code when it is not known."""
    return str(RULE_WORDS.get(code, code))


@register.simple_tag
def verdict(code: str | None, words: str = "") -> SafeString:
    """A verdict as sign, words and colour: never colour alone. `words` replace the verdict's own."""
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
    """The sign of a verdict; nothing for a code that is none."""
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
    """The bar as SVG, 100 wide, all attributes (the security policy forbids inline style); no text in it.

    Shares are of the sum of the four amounts (one unit); `required` in percent sets the mark of the norm. To stand
    in an element of class `bar` or `bar wide`, beside text that says the same.
    """
    amounts = [exact(amount) or 0 for amount in (present, justified, unjustified, to_come)]
    whole = sum(amounts)
    shapes: list[str] = []
    at: int | Fraction = 0
    for name, amount in zip(("present", "justified", "absent", "open"), amounts, strict=True):
        if amount > 0:
            start, width = _coordinate(at, whole), _coordinate(amount, whole)
            shapes.append(f'<rect class="{name}" x="{start}" y="0" width="{width}" height="10"/>')
            at += amount
    norm = exact(required)
    if norm is not None:
        place = _coordinate(norm, 100)
        shapes.append(f'<line class="norm" x1="{place}" x2="{place}" y1="-2" y2="12"/>')
    # Numbers only: there is nothing in it to escape.
    return SafeString(f"{BAR}{''.join(shapes)}</svg>")


def _coordinate(part: int | Fraction, whole: int | Fraction) -> str:
    return f"{float(part * 100 / whole):.2f}"


def outlook(part: Mapping[str, object], *, overall: str | None = None) -> str:
    """What can still be done, or since and until when, for one part of `ClientListEntry.parts`.

    "nog 13 van de 15 lessen", "sinds 12 maart", "start 4 mei", "tot 30 juni", "precies op de norm". With the
    verdict of the whole line (`overall`) a part that differs from it also says what it is.
    """
    code = part["verdict"]
    if code == VerdictLabel.OUT_OF_REACH and part.get("since"):
        return _("sinds %(day)s") % {"day": short_day(part["since"])}
    if code == VerdictLabel.REACHABLE and part.get("needed"):
        return _lessons_needed(int(part["needed"]), int(part["out_of"]))
    if code == VerdictLabel.KEPT and _exactly_at_norm(part):
        return _("precies op de norm")
    if code == VerdictLabel.NO_LESSONS:
        starts = _day(part.get("starts"))
        if starts and starts > timezone.localdate():
            return _("start %(day)s") % {"day": short_day(starts)}
        return "" if overall in (None, code) else _("nog geen oordeel")
    if code == VerdictLabel.SUSPENDED:
        until = part.get("suspended_until")
        if overall in (None, code):
            return _("tot en met %(day)s") % {"day": short_day(until)} if until else _("zonder einddatum")
        return _("opgeschort tot en met %(day)s") % {"day": short_day(until)} if until else _("opgeschort")
    if code == VerdictLabel.EXEMPT and overall not in (None, code):
        return _("vrijgesteld")
    return ""


def _lessons_needed(needed: int, out_of: int) -> str:
    if needed == out_of:
        return ngettext("nog %(number)s les", "nog alle %(number)s lessen", out_of) % {"number": out_of}
    return ngettext(
        "nog %(needed)s van de %(out_of)s les", "nog %(needed)s van de %(out_of)s lessen", out_of
    ) % {"needed": needed, "out_of": out_of}


def _exactly_at_norm(part: Mapping[str, object]) -> bool:
    numerator, denominator, required = (
        exact(part.get(key)) for key in ("numerator", "denominator", "required")
    )
    return bool(denominator) and numerator * 100 == required * denominator


def outlooks(parts: Sequence[Mapping[str, object]], overall: str | None) -> list[str]:
    """`outlook` of every part that has something to say, the gravest first, named where there are several parts."""
    order = list(LOOKS)
    said = []
    for part in sorted(parts, key=lambda part: order.index(VerdictLabel(part["verdict"]))):
        words = outlook(part, overall=overall)
        if words:
            said.append(f"{part['part']}: {words}" if len(parts) > 1 else words)
    return said
