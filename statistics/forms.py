"""What one may ask of a year. Everything comes by address, so that a view can be kept and sent on."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from partners.enums import InstitutionKind
from partners.models import today

from .charts import LINE, STACKED
from .enums import Calendar
from .figures import FIGURES, Figure
from .services.counting import first_month
from .services.years import EVERY, TOGETHER, TOP, usual_figure, years_with_figures

CHARTS = [(STACKED, _("gestapelde staven")), (LINE, _("lijnen"))]
OWN_CHARTS = [(STACKED, _("staven")), (LINE, _("lijn"))]
SHOWN = [
    (TOP, _("de tien grootste en de overige")),
    (EVERY, _("elke instelling")),
    (TOGETHER, _("alles samen")),
]


@dataclass(frozen=True)
class Choice:
    """What is asked for, with the usual answer where nothing (or nothing sensible) was asked."""

    year: int
    figure: Figure
    chart: str = STACKED
    show: str = TOP
    kind: str = ""
    name: str = ""
    calendar: Calendar = Calendar.FLEMISH_GOVERNMENT


class OwnYearForm(forms.Form):
    """The year, the figure and the chart of one institution."""

    year = forms.TypedChoiceField(label=_("Jaar"), coerce=int, required=False)
    figure = forms.ChoiceField(
        label=_("Cijfer"),
        choices=[(code, figure.name) for code, figure in FIGURES.items()],
        required=False,
    )
    chart = forms.ChoiceField(label=_("Grafiek"), choices=OWN_CHARTS, required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data.dict())
        self.begins = first_month()
        self.fields["year"].choices = [
            (year, str(year)) for year in reversed(years_with_figures(self.begins))
        ]
        self.fields["figure"].choices = [
            (code, capfirst(str(figure.name))) for code, figure in FIGURES.items()
        ]

    def chosen(self) -> Choice:
        """What is asked for; a field with a mistake keeps its message and counts as not filled in."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        year = asked.pop("year", today().year)
        figure = FIGURES[asked.pop("figure")] if "figure" in asked else usual_figure(year, self.begins)
        if "calendar" in asked:
            asked["calendar"] = Calendar(asked["calendar"])
        choice = Choice(year=year, figure=figure, **asked)
        # What is usual is shown as chosen; a field with a mistake keeps what was typed, beside its message.
        shown = {"year": str(year), "figure": figure.code, "chart": choice.chart, "show": choice.show}
        self.data = {name: self.data.get(name) or shown.get(name, "") for name in self.fields}
        return choice


class YearForm(OwnYearForm):
    """The same of every institution, with what narrows them down."""

    chart = forms.ChoiceField(label=_("Grafiek"), choices=CHARTS, required=False)
    show = forms.ChoiceField(label=_("Toon"), choices=SHOWN, required=False)
    kind = forms.ChoiceField(
        label=_("Soort instelling"),
        choices=[("", _("alle soorten")), *InstitutionKind.choices],
        required=False,
    )
    name = forms.CharField(label=_("Naam bevat"), max_length=120, required=False)
    calendar = forms.ChoiceField(label=_("Werkdagen volgens"), choices=Calendar.choices, required=False)
