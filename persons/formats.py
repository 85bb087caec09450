"""Figures, dates and verdicts as plain text in the active language. No HTML.

Nothing here rounds up: a percentage is cut, so that a client just below the norm never looks like one who meets it.
Numbers may be int, Fraction, Decimal or the texts of a `ListPart`; None gives an empty text.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Final

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.dateformat import time_format as format_time
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy, ngettext, pgettext

from partners.periods import today

from .attendance import URGENCY, Unit
from .enums import VerdictLabel
from .language import gettext as _
from .language import per_language
from .listparts import Housing, ListPart, is_exactly_at_norm

Amount = int | str | Fraction | Decimal | None
Moment = datetime.date | datetime.datetime | str | None

NBSP: Final = "\N{NO-BREAK SPACE}"
AGE_IN_DAYS: Final = 31
HALF_A_YEAR: Final = 182
# `persons.attendance.RULES` in the words of the screen.
RULE_WORDS = {
    "2015-1": gettext_lazy("gewettigde afwezigheid telt als aanwezig"),
    "2015-2": gettext_lazy("gewettigde afwezigheid telt niet mee"),
    "2015-3": gettext_lazy("gewettigde afwezigheid telt als afwezig"),
}
# Why a text is no INSZ: `persons.insz.InvalidInsz.reason` in the words of the screen.
INSZ_MISTAKES = {
    "empty": gettext_lazy("Typ een INSZ."),
    "characters": gettext_lazy("Een INSZ bestaat uit cijfers; er staat een ander teken tussen."),
    "rounded": gettext_lazy(
        "Een rekenblad heeft dit nummer afgerond (E+10); zoek het op en typ alle elf cijfers."
    ),
    "zero_lost": gettext_lazy(
        "Dit zijn minder dan elf cijfers; misschien liet een rekenblad een nul vooraan weg."
    ),
    "length": gettext_lazy("Een INSZ heeft elf cijfers; tel ze na."),
    "several": gettext_lazy("Er staan verschillende nummers; zoek er één tegelijk."),
    "check_digits": gettext_lazy("De controlecijfers (de laatste twee) kloppen niet; kijk het nummer na."),
    "date": gettext_lazy("De eerste zes cijfers vormen geen mogelijke geboortedatum."),
    "test_number": gettext_lazy("Dit is een testnummer; die bestaan hier niet."),
}
_URGENCY: Final = {verdict.value: rank for rank, verdict in enumerate(URGENCY)}
BIRTH_MISTAKES = {
    "date": gettext_lazy(
        "Deze dag bestaat niet. Schrijf een geboortedatum als dag/maand/jaar, zoals 31/1/1986."
    ),
    "future": gettext_lazy("Deze geboortedatum ligt in de toekomst; kijk het jaar na."),
    "short_year": gettext_lazy("Schrijf het jaar met vier cijfers, zoals 31/1/1986."),
}


def exact(amount: Amount) -> int | Fraction | None:
    """Return the exact amount; None for None or an empty string. Raises ValueError for other text."""
    if amount is None or amount == "":
        return None
    if isinstance(amount, int) or (isinstance(amount, str) and amount.isdecimal()):
        return int(amount)
    return Fraction(amount)


def _number(value: int | Fraction, decimals: int) -> str:
    """Return `value` cut (towards zero) to `decimals`, with the decimal mark of the language."""
    step = Decimal(1).scaleb(-decimals)
    cut = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(step, ROUND_FLOOR)
    # Division rounds at 28 digits; take one step back when that lifted the figure above the exact value.
    if Fraction(cut) > value:
        cut -= step
    return f"{cut:f}".replace(".", get_format("DECIMAL_SEPARATOR"))


def percent(amount: Amount, decimals: int | None = None) -> str:
    """Return a percentage, cut: "76,6 %". Without `decimals` one decimal where it is not zero: "80 %"."""
    value = exact(amount)
    return "" if value is None else _percent(value, decimals)


@per_language
def _percent(value: int | Fraction, decimals: int | None) -> str:
    text = _number(value, 1 if decimals is None else int(decimals))
    if decimals is None:
        text = text.removesuffix(get_format("DECIMAL_SEPARATOR") + "0")
    return _("%(number)s %%").replace(" ", NBSP) % {"number": text}


def units(amount: Amount, unit: str = Unit.MINUTE) -> str:
    """Return lesson time in its own unit: minutes as "52 u 48" (below an hour "45 min"), or "12 lestijden"."""
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
        text = f"0{_trimmed(minutes)}" if minutes < 10 else _trimmed(minutes)
        return _("%(hours)s u %(minutes)s").replace(" ", NBSP) % {"hours": hours, "minutes": text}
    return _("%(minutes)s min").replace(" ", NBSP) % {"minutes": _trimmed(minutes)}


def _trimmed(value: int | Fraction) -> str:
    text = _number(value, 2)
    mark = get_format("DECIMAL_SEPARATOR")
    return text.rstrip("0").rstrip(mark) if mark in text else text


def _day(moment: Moment) -> datetime.date | None:
    if not moment:
        return None
    if isinstance(moment, str):
        moment = datetime.date.fromisoformat(moment[:10])
    if isinstance(moment, datetime.datetime):
        return timezone.localdate(moment) if timezone.is_aware(moment) else moment.date()
    return moment


@per_language
def _written(date: datetime.date, layout: str) -> str:
    """Return a date in the active language. It is kept, because writing a date takes Django 25 µs."""
    return format_date(date, layout)


def day(moment: Moment) -> str:
    """Return a Brussels date in full: "12 maart 2026"; nothing for None. Takes a date, a moment or an ISO date."""
    date = _day(moment)
    return _written(date, "j F Y") if date else ""


def short_day(moment: Moment) -> str:
    """Return a Brussels date, without the year when it is this year: "12 maart"."""
    date = _day(moment)
    if date is None:
        return ""
    return _written(date, "j F" if date.year == today().year else "j F Y")


def weekday(moment: Moment) -> str:
    """Return a Brussels date as in a list: "wo 2 dec", with the year when it is more than half a year away."""
    date = _day(moment)
    if date is None:
        return ""
    is_near = abs((date - today()).days) <= HALF_A_YEAR
    layout = pgettext("date format", "D j b")
    return _written(date, layout if is_near else f"{layout} Y")


def clock(moment: datetime.datetime | None) -> str:
    """Return the time of day in Brussels: "14.03 uur"."""
    if moment is None:
        return ""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return _clock(local.time().replace(second=0, microsecond=0))


@per_language
def _clock(time: datetime.time) -> str:
    return _("%(time)s uur").replace(" ", NBSP) % {"time": format_time(time, get_format("TIME_FORMAT"))}


def age(moment: Moment) -> str:
    """Return the age of data of that Brussels day: "vandaag", "gisteren", "3 dagen geleden"; after a month the date."""
    date = _day(moment)
    if date is None:
        return ""
    days = (today() - date).days
    if days == 0:
        return _("vandaag")
    if days == 1:
        return _("gisteren")
    if 1 < days <= AGE_IN_DAYS:
        return ngettext("%(days)s dag geleden", "%(days)s dagen geleden", days) % {"days": days}
    return day(date)


def birth_date(text: str | None) -> datetime.date | str:
    """Return a birth date as received as a date; the year, or month and year, when the rest is not known."""
    year, month, day = (*(text or "").split("-"), "", "")[:3]
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        known = [part for part in (month, year) if part.strip("0")]
        return "/".join(known) if year.strip("0") else ""


def birth_year(text: str | None) -> str:
    """Return the year of a birth date as received, or nothing."""
    return "" if not text or text.startswith("0000") else text[:4]


def rule_words(code: str) -> str:
    """Return a rule for justified absence in words, without a capital; its code when it is not known."""
    return str(RULE_WORDS.get(code, code))


def outlook(part: ListPart, *, overall: str | None = None) -> str:
    """Return the next thing to know about a part of a list line: its slack, or since or until when.

    "mag nog 2 lessen missen · beslist wo 2 dec", "sinds 12 maart, cursus loopt nog", "start 4 mei", "tot 30 juni",
    "precies op de norm".
    With the verdict of the line (`overall`) a part that differs from it also names its own.
    """
    words = _outlook(part, overall)
    return ", ".join(filter(None, [words, _("cursus loopt nog") if _may_have_more_lessons(part) else ""]))


def _may_have_more_lessons(part: ListPart) -> bool:
    """Return True for a running course of which the message lists no lesson to come: the verdict may not be final."""
    is_final = part["verdict"] in (VerdictLabel.KEPT, VerdictLabel.OUT_OF_REACH) and not part["at_best"]
    ends = _day(part["ends"])
    return is_final and part["to_come"] == "0" and ends is not None and ends > today()


def _outlook(part: ListPart, overall: str | None) -> str:
    code = part["verdict"]
    if code == VerdictLabel.OUT_OF_REACH and part["since"]:
        return _("sinds %(day)s") % {"day": short_day(part["since"])}
    if code in (VerdictLabel.REACHABLE, VerdictLabel.ON_TRACK):
        return slack(part.get("may_miss"), part.get("decides_on"))
    if code == VerdictLabel.KEPT and is_exactly_at_norm(part):
        return _("precies op de norm")
    if code == VerdictLabel.NO_LESSONS:
        starts = _day(part["starts"])
        if starts and starts > today():
            return _("start %(day)s") % {"day": short_day(starts)}
        return "" if overall in (None, code) else _("nog te vroeg")
    if code == VerdictLabel.SUSPENDED:
        until = part["suspended_until"]
        if overall in (None, code):
            return _("tot en met %(day)s") % {"day": short_day(until)} if until else _("zonder einddatum")
        return _("opgeschort tot en met %(day)s") % {"day": short_day(until)} if until else _("opgeschort")
    if code == VerdictLabel.CONTRADICTORY:
        return _("registraties spreken elkaar tegen")
    if code == VerdictLabel.EXEMPT and overall not in (None, code):
        return _("vrijgesteld")
    return ""


def slack(may_miss: int | None, decides_on: Moment) -> str:
    """Return "mag nog 2 lessen missen · beslist wo 2 dec"; nothing where nothing is left to decide.

    The figures are those of the message. Once the day has passed without a newer one, they are outdated, and the words
    say so.
    """
    day = _day(decides_on)
    if may_miss is None or day is None:
        return ""
    lessons = (
        ngettext("mag nog %(number)s les missen", "mag nog %(number)s lessen missen", may_miss)
        % {"number": may_miss}
        if may_miss
        else _("mag geen les meer missen")
    )
    words = [lessons, _("beslist %(day)s") % {"day": weekday(day)}]
    if day < today():
        words.insert(0, _("verouderd"))
    return " · ".join(words)


def _urgency(part: ListPart) -> tuple[int, int, str]:
    return _URGENCY[part["verdict"]], part.get("may_miss") or 0, part.get("decides_on") or ""


def outlooks(parts: Sequence[ListPart], overall: str | None) -> list[str]:
    """Return the `outlook` of every part that has one, most urgent first, named where there are several parts."""
    lines = []
    for part in sorted(parts, key=_urgency):
        words = outlook(part, overall=overall)
        if words:
            lines.append(f"{part['part']}: {words}" if len(parts) > 1 else words)
    return lines


def relief(housing: Housing | None) -> str:
    """Return in words why the conditions of the Wooncode do not bind this client today; "" when they do."""
    if housing is None:
        return ""
    words = [_("vrijgesteld")] if housing.get("exempt") else []
    last_days = [
        last or "open"
        for first, last in housing.get("suspensions", ())
        if all(_is_day(day) for day in (first, last)) and _covers_today(first, last)
    ]
    if "open" in last_days:
        words.append(_("opgeschort"))
    elif last_days:
        words.append(_("opgeschort tot en met %(day)s") % {"day": short_day(max(last_days))})
    return ", ".join(words)


def _is_day(text: str | None) -> bool:
    try:
        return text is None or bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _covers_today(first: str | None, last: str | None) -> bool:
    day = today().isoformat()
    return (first is None or first <= day) and (last is None or day <= last)
