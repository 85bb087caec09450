"""The chart of the classes over time, as data for static/js/figures.js."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..charts import STACKED
from ..enums import AdoptionClass
from ..tables import no_data, number
from .services import Adoption, Point, counts_of
from .tables import BarTable, class_label, point_label, point_name


def chart(adoptions: Mapping[Point, Sequence[Adoption]], table: BarTable) -> dict[str, object]:
    """Return stacked bars, one for each point, with the numbers of `table`, which is under the chart."""
    counts = [counts_of(entries) for entries in adoptions.values()]
    return {
        "style": STACKED,
        "title": table.title,
        "about": [table.definition, *table.notes],
        "hint": "",
        "description": _description(adoptions),
        "file": table.file_name,
        "machines": False,
        "months": [point_label(point) for point in adoptions],
        "running": None,
        "series": [
            {"name": class_label(each), "values": [numbers[each] for numbers in counts], "before": None}
            for each in AdoptionClass
        ],
        "before": None,
        "words": {"before": "", "running": "", "none": no_data(), "total": _("Samen")},
    }


def _description(adoptions: Mapping[Point, Sequence[Adoption]]) -> str:
    first, *_others, last = [*adoptions] if len(adoptions) > 1 else [*adoptions] * 2
    words = [_("Gestapelde staafgrafiek van de instellingen per klasse.")]
    for point in dict.fromkeys([first, last]):
        using = counts_of(adoptions[point])[AdoptionClass.USES]
        words.append(
            ngettext(
                "{day}: {using} van {total} instellingen gebruikt het.",
                "{day}: {using} van {total} instellingen gebruiken het.",
                using,
            ).format(
                day=capfirst(point_name(point)), using=number(using), total=number(len(adoptions[point]))
            )
        )
    words.append(_("Alle cijfers staan in de tabel onder de grafiek."))
    return " ".join(words)
