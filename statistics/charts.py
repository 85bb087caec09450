"""Charts as data for static/js/figures.js, and their description for users who cannot see them."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .figures import CONSULTATION, Figure
from .services.home import RecentMonths
from .services.years import Year
from .tables import FigureTable, month_name, no_data, number

LINE, STACKED = "line", "stacked"
# With more lines the chart would be unreadable with last year's beside each; the table has all numbers.
LINES_WITH_YEAR_BEFORE = 3


def chart(year: Year, style: str, table: FigureTable) -> dict[str, object]:
    """Return the chart of `year`: a line per institution (style `line`) or stacked bars (`stacked`).

    Values are whole numbers, or None where there are no data. The year before is a thin line: one for the total over
    stacked bars, one per institution beside at most three lines; otherwise `hint` explains why it is missing. `about`
    are the definition and the notes of `table` (the one under the chart), for pictures that users save.
    """
    beside = style == LINE and len(year.chart) <= LINES_WITH_YEAR_BEFORE
    return {
        "style": style,
        "title": table.title,
        "about": [table.definition, *table.notes],
        "hint": ""
        if not year.has_previous or beside or style == STACKED
        else _("Het vorige jaar staat bij ten hoogste {lines} lijnen, en bij gestapelde staven.").format(
            lines=LINES_WITH_YEAR_BEFORE
        ),
        "description": description(year, style),
        "file": table.file_name,
        "machines": is_about_machines(year.figure),
        "months": [month_name(month) for month in year.months],
        "running": year.running,
        "series": [
            {"name": line.name, "values": line.months, "before": line.previous if beside else None}
            for line in year.chart
        ],
        "before": year.all.previous if style == STACKED and year.has_previous else None,
        "words": _words(before=str(year.year - 1)),
    }


def recent_chart(recent: RecentMonths, table: FigureTable) -> dict[str, object]:
    """Return the chart of the last thirteen months: bars with their numbers, like `chart`."""
    last = len(recent.months) - 1
    return {
        "style": STACKED,
        "title": table.title,
        "about": [table.definition, *table.notes],
        "hint": "",
        "description": _recent_description(recent, table),
        "file": table.file_name,
        "machines": is_about_machines(CONSULTATION),
        # The year once where it begins: the first month and January.
        "months": [
            f"{month_name(month)} {month:%y}" if index == 0 or month.month == 1 else month_name(month)
            for index, month in enumerate(recent.months)
        ],
        "running": last,
        "series": [{"name": str(CONSULTATION.name), "values": recent.counts, "before": None}],
        "before": None,
        "words": _words(),
    }


def _words(before: str = "") -> dict[str, str]:
    return {
        "before": before,
        "running": _("lopende maand, niet volledig"),
        "none": no_data(),
        "total": _("Totaal"),
    }


def _recent_description(recent: RecentMonths, table: FigureTable) -> str:
    complete = [
        (count, month)
        for count, month in zip(recent.counts[:-1], recent.months[:-1], strict=True)
        if count is not None
    ]
    words = [_("Staafgrafiek: {title}.").format(title=table.title)]
    if complete:
        high, low = max(complete, key=lambda entry: entry[0]), min(complete, key=lambda entry: entry[0])
        words.append(
            _("Hoogste maand {high}, laagste maand {low}.").format(
                **{
                    name: f"{date_format(month, 'F Y')} ({number(count)})"
                    for name, (count, month) in {"high": high, "low": low}.items()
                }
            )
        )
    words.append(_("Alle cijfers staan in de tabel onder de grafiek."))
    return " ".join(words)


def is_about_machines(figure: Figure) -> bool:
    """Return True if the figure counts machines; these have their own colour."""
    return "exchange" in figure.code


def description(year: Year, style: str) -> str:
    """Return the chart in words: its lines or bars, the highest and lowest month, and missing data."""
    lines = len(year.chart)
    kind = (
        ngettext("Lijngrafiek met {lines} lijn", "Lijngrafiek met {lines} lijnen", lines)
        if style == LINE
        else ngettext("Staafgrafiek van {lines} reeks", "Gestapelde staafgrafiek van {lines} reeksen", lines)
    ).format(lines=lines)
    words = [
        _("{kind}: {figure} per maand in {year}.").format(kind=kind, figure=year.figure.name, year=year.year)
    ]
    totals = [(value, index) for index, value in enumerate(year.all.months) if value is not None]
    if not totals:
        return " ".join([*words, _("Er zijn geen gegevens.")])
    complete = [entry for entry in totals if entry[1] != year.running] or totals
    high, low = max(complete, key=lambda entry: entry[0]), min(complete, key=lambda entry: entry[0])
    words.append(
        _("Samen {total}; hoogste maand {high}, laagste maand {low}.").format(
            total=number(year.all.total or 0), high=_month(year, high), low=_month(year, low)
        )
    )
    if year.running is not None and year.running in {index for _value, index in totals}:
        words.append(_("{month} is niet volledig.").format(month=_name(year, year.running)))
    words.append(_("Alle cijfers staan in de tabel onder de grafiek."))
    return " ".join(words)


def _name(year: Year, index: int) -> str:
    return capfirst(date_format(year.months[index], "F"))


def _month(year: Year, entry: tuple[int, int]) -> str:
    value, index = entry
    return f"{date_format(year.months[index], 'F')} ({number(value)})"
