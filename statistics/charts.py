"""What a chart draws, as data for static/js/figures.js, and the same in words for whoever does not see it."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .figures import Figure
from .services.years import Year
from .tables import FigureTable, month_name, no_data, number

LINE, STACKED = "line", "stacked"
# With more lines than this, last year's beside each would be a tangle; the table has them all.
LINES_WITH_YEAR_BEFORE = 3


def chart(year: Year, style: str, table: FigureTable) -> dict[str, object]:
    """The chart of `year`: one line per institution (`line`) or their bars on each other (`stacked`).

    Values are whole numbers, null where there are no data. The year before is a thin line: of all together over
    stacked bars, of each institution beside few lines; `hint` says so where there is none. `about` is what a picture
    that is taken along has to say: the definition and the notes of `table`, which is under the chart.
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
        "words": {
            "before": str(year.year - 1),
            "running": _("lopende maand, niet volledig"),
            "none": no_data(),
            "total": _("Totaal"),
        },
    }


def is_about_machines(figure: Figure) -> bool:
    """Whether the figure counts machines: those have a colour of their own."""
    return "exchange" in figure.code


def description(year: Year, style: str) -> str:
    """The chart in words: what it draws, the highest and the lowest month, what is missing."""
    lines = len(year.chart)
    kind = (
        ngettext("Lijngrafiek met {lines} lijn", "Lijngrafiek met {lines} lijnen", lines)
        if style == LINE
        else ngettext("Staafgrafiek van {lines} reeks", "Gestapelde staafgrafiek van {lines} reeksen", lines)
    ).format(lines=lines)
    words = [
        _("{kind}: {figure} per maand in {year}.").format(kind=kind, figure=year.figure.name, year=year.year)
    ]
    known = [(value, index) for index, value in enumerate(year.all.months) if value is not None]
    if not known:
        return " ".join([*words, _("Er zijn geen gegevens.")])
    complete = [entry for entry in known if entry[1] != year.running] or known
    high, low = max(complete, key=lambda entry: entry[0]), min(complete, key=lambda entry: entry[0])
    words.append(
        _("Samen {total}; hoogste maand {high}, laagste maand {low}.").format(
            total=number(year.all.total or 0), high=_month(year, high), low=_month(year, low)
        )
    )
    if year.running is not None and year.running in {index for _value, index in known}:
        words.append(_("{month} is niet volledig.").format(month=_name(year, year.running)))
    words.append(_("Alle cijfers staan in de tabel onder de grafiek."))
    return " ".join(words)


def _name(year: Year, index: int) -> str:
    return capfirst(date_format(year.months[index], "F"))


def _month(year: Year, entry: tuple[int, int]) -> str:
    value, index = entry
    return f"{date_format(year.months[index], 'F')} ({number(value)})"
