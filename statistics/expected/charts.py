"""Charts of use against expectations, for static/js/figures.js."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext as _

from ..charts import STACKED
from ..tables import FigureTable, Record, month_name, no_data
from .services.use import UseOfYear

GOALS = "goals"
MOST_BARS = 8


def goal_chart(table: FigureTable, records: Sequence[Record], *, hint: str = "") -> dict[str, object] | None:
    """Return a chart with a bar for each row and a mark where it was expected to end; None without expectations.

    At most `MOST_BARS` rows with an expectation, in the order of `records`. `hint` says which of them, if not all.
    """
    drawn = [record for record in records if record["due"] is not None]
    if not drawn:
        return None
    bars = drawn[:MOST_BARS]
    return {
        **_frame(table),
        "style": GOALS,
        "hint": hint if len(bars) < len(drawn) else "",
        "description": _(
            "Staafgrafiek: raadplegingen tot nu, met een streep waar ze volgens de verwachting zouden staan. Alle"
            " cijfers staan in de tabel onder de grafiek."
        ),
        "months": [record["name"] for record in bars],
        "labels": [_label(record) for record in bars],
        "running": None,
        "series": [
            {"name": _("geraadpleegd"), "values": [record["actual"] for record in bars], "before": None},
            {"name": _("verwacht"), "values": [record["due"] for record in bars], "before": None},
        ],
        "before": None,
    }


def month_chart(
    table: FigureTable, year: UseOfYear, months: Sequence[datetime.date], records: Sequence[Record]
) -> dict[str, object] | None:
    """Return a chart with a bar for each month, and a line through what was expected; None without expectations.

    `records` are the rows of the table, one for each of `months`.
    """
    if all(record["due"] is None for record in records):
        return None
    return {
        **_frame(table),
        "style": STACKED,
        "hint": "",
        "description": _(
            "Staafgrafiek: raadplegingen per maand, met een lijn door wat verwacht werd. Alle cijfers staan in de"
            " tabel onder de grafiek."
        ),
        "months": [month_name(month) for month in months],
        "running": months.index(year.running) if year.running in months else None,
        "series": [
            {"name": _("geraadpleegd"), "values": [record["actual"] for record in records], "before": None}
        ],
        "before": [record["due"] for record in records],
    }


def _frame(table: FigureTable) -> dict[str, object]:
    return {
        "title": table.title,
        "about": [table.definition, *table.notes],
        "file": table.file_name,
        "machines": False,
        "words": {
            "before": _("verwacht"),
            "running": _("lopende maand, niet volledig"),
            "none": no_data(),
            "total": _("Totaal"),
        },
    }


def _label(record: Record) -> str:
    if record["share"] is None:
        return str(record["name"])
    return _("{name}: {share} % gehaald").format(name=record["name"], share=record["share"])
