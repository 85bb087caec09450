"""The drawings of lead times: bars of median and nine in ten, and the distribution for static/js/figures.js."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..charts import STACKED
from ..tables import no_data, number
from .services import Lead, LeadTimes, TimeClass
from .tables import ClassesTable, class_name, shown_ways
from .ways import NAMES, PORTAL_WAYS


@dataclass(frozen=True)
class Bar:
    """One way: a bar up to the median and a line up to nine in ten, which are places such as `24.0%`."""

    label: str
    half: str
    nine_in_ten: str
    is_portal: bool


@dataclass(frozen=True)
class Tick:
    """A number on the axis, and its place."""

    days: int
    place: str


@dataclass(frozen=True)
class Bars:
    """The bars on one axis in working days, beginning with 0."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Distribution:
    """The drawn distribution and its table, as templates/statistics/includes/chart.html reads them."""

    table: ClassesTable
    chart: dict[str, object]
    year: None = None


def bars(times: LeadTimes) -> Bars | None:
    """Return the bars of detours and of the portal that have a median, or None if there are none."""
    leads = [(way, both.ended, False) for way, both in shown_ways(times).items()]
    leads += [(way, times.by_way[way].ended, True) for way in PORTAL_WAYS if way in times.by_way]
    drawn = [(way, lead, is_portal) for way, lead, is_portal in leads if lead.is_shown]
    if not drawn:
        return None
    longest = max(lead.nine_in_ten or 0 for _way, lead, _is_portal in drawn)
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if longest <= step * 5)
    end = step * 5

    def place(days: int | None) -> str:
        # With a point in every language: it is an attribute of SVG.
        return f"{100 * (days or 0) / end:.1f}%"

    return Bars(
        tuple(
            Bar(bar_label(str(NAMES[way]), lead), place(lead.half), place(lead.nine_in_ten), is_portal)
            for way, lead, is_portal in drawn
        ),
        tuple(Tick(days, place(days)) for days in range(0, end + 1, step)),
    )


def bar_label(name: str, lead: Lead) -> str:
    """Return the words of a bar: its way, median and nine in ten."""
    words = ngettext(
        "{name}: mediaan {half}, 9 op 10 binnen {nine} werkdag",
        "{name}: mediaan {half}, 9 op 10 binnen {nine} werkdagen",
        lead.nine_in_ten or 0,
    )
    return words.format(name=name, half=number(lead.half or 0), nine=number(lead.nine_in_ten or 0))


def distribution(classes: Sequence[TimeClass], table: ClassesTable) -> Distribution:
    """Return the drawn distribution: a bar for each class of working days."""
    names = [class_name(each) for each in classes]
    numbers = [each.number for each in classes]
    return Distribution(
        table,
        {
            "style": STACKED,
            "title": table.title,
            "about": [table.definition, *table.notes],
            "hint": "",
            "description": _(
                "Staafgrafiek van {classes} klassen: hoeveel er zo veel werkdagen duurden. {numbers}."
            ).format(
                classes=len(names),
                numbers=", ".join(f"{name}: {count}" for name, count in zip(names, numbers, strict=True)),
            ),
            "file": table.file_name,
            "machines": False,
            "months": names,
            "running": None,
            "series": [{"name": _("aantal"), "values": numbers, "before": None}],
            "before": None,
            "words": {"before": "", "running": "", "none": no_data(), "total": _("Totaal")},
        },
    )


def headline(times: LeadTimes) -> str:
    """Return the answer in one or two sentences: what a detour took, and what the portal took."""
    detour, look = times.detours.ended, times.by_way.get("first_look")
    if not detour.is_shown:
        words = _("Er zijn te weinig beantwoorde omwegen in deze periode om er iets over te zeggen.")
    elif detour.half == 0:
        words = _("De helft van de omwegen kreeg dezelfde werkdag antwoord.")
    else:
        words = ngettext(
            "De helft van de omwegen kostte {days} werkdag of meer.",
            "De helft van de omwegen kostte {days} werkdagen of meer.",
            detour.half or 0,
        ).format(days=number(detour.half or 0))
    if look is None or not look.ended.is_shown:
        return words
    half = look.ended.half or 0
    portal = (
        _("In het portaal zag de helft van wie inschreef het dossier dezelfde dag.")
        if half == 0
        else ngettext(
            "In het portaal zag de helft van wie inschreef het dossier binnen {days} werkdag.",
            "In het portaal zag de helft van wie inschreef het dossier binnen {days} werkdagen.",
            half,
        ).format(days=number(half))
    )
    return f"{words} {portal}"


def open_words(times: LeadTimes) -> str:
    """Return how many detours are open today, and how old they are."""
    still = times.detours.open
    if still.number is None:
        return _("Minder dan vijf omwegen zijn nog open.")
    if not still.number:
        return _("Er is geen omweg meer open.")
    return ngettext(
        "{number} omwegen zijn nog open: de helft al {age} werkdag of meer, de oudste {longest}.",
        "{number} omwegen zijn nog open: de helft al {age} werkdagen of meer, de oudste {longest}.",
        still.half or 0,
    ).format(number=number(still.number), age=number(still.half or 0), longest=number(still.longest or 0))
