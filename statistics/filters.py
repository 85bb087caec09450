"""Filter sets and forms of the figures: which institutions a page shows, and how.

All choices are in the address, so users can bookmark and share a page. The institutions are the queryset of a filter
set (`qs`). Year, figure, chart and the like don't narrow it: they are fields of the form that the filter set extends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.enums import InstitutionKind
from partners.models import Institution

from .charts import LINE, STACKED
from .enums import Calendar
from .figures import CONSULTATION, FIGURES, MAIN, MAIN_WITHOUT_REFUSALS, Figure
from .services.counting import first_month
from .services.years import EVERY, TOGETHER, TOP, Scope, figure_of_year, imported_years, years_with_figures

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

CHARTS = [(STACKED, _("gestapelde staven")), (LINE, _("lijnen"))]
OWN_CHARTS = [(STACKED, _("staven")), (LINE, _("lijn"))]
SHOWN = [
    (TOP, _("de tien grootste en de overige")),
    (EVERY, _("elke instelling")),
    (TOGETHER, _("alles samen")),
]


APART, FOLLOWED = "apart", "followed"
PREDECESSORS = [(APART, _("apart")), (FOLLOWED, _("bij hun opvolger"))]
OWN_PREDECESSORS = [(APART, _("zonder voorgangers")), (FOLLOWED, _("met voorgangers"))]


def _figure_choices(figures: Iterable[Figure]) -> list[tuple[str, StrPromise]]:
    return [(figure.code, capfirst(figure.name)) for figure in figures if figure.is_offered]


def own_query(parameters: QueryDict, filterset: django_filters.FilterSet) -> QueryDict:
    """Return the parameters that are choices of the page, without those that are wrong."""
    query = parameters.copy()
    for name in set(query) - (set(filterset.form.fields) - set(filterset.errors)):
        del query[name]
    return query


@dataclass(frozen=True)
class Choice:
    """How to show a year: which year, figure and chart, how many lines, by which calendar, in which order.

    `instead_of` is the figure in the address, or consultations, when the year has no data of it and `figure` is shown.
    """

    year: int
    figure: Figure
    chart: str = STACKED
    show: str = TOP
    calendar: Calendar = Calendar.FLEMISH_GOVERNMENT
    order_by: str = ""  # of the table, see `tables.year_table`
    instead_of: Figure | None = None


class OwnYearForm(forms.Form):
    """The choices for one institution: year, figure and chart. Making the form raises CountedElsewhere.

    The figure is chosen by links (`figures`), so its field is hidden. Fields named in `folded` are behind
    "meer". Without `refusals` that figure is no choice.
    """

    folded: ClassVar[tuple[str, ...]] = ()

    year = forms.TypedChoiceField(
        label=_("Jaar"),
        coerce=int,
        required=False,
        error_messages={
            "invalid_choice": _("Van %(value)s zijn er geen gegevens. Kies een jaar uit de lijst.")
        },
    )
    figure = forms.ChoiceField(
        label=_("Cijfer"),
        choices=_figure_choices(FIGURES.values()),
        required=False,
        widget=forms.HiddenInput,
    )
    chart = forms.ChoiceField(label=_("Grafiek"), choices=OWN_CHARTS, required=False)

    def __init__(self, *args: Any, refusals: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._main = MAIN if refusals else MAIN_WITHOUT_REFUSALS
        self.begins, imported = first_month(), imported_years()
        self.years = years_with_figures(self.begins, imported)
        # A figure of imported numbers has none to show when nothing was imported.
        self._offered = [
            figure
            for figure in FIGURES.values()
            if figure.is_offered
            and (imported or not figure.measure)
            and (refusals or figure.code != "refusal")
        ]
        years, figures = self.fields["year"], self.fields["figure"]
        assert isinstance(years, forms.ChoiceField)
        assert isinstance(figures, forms.ChoiceField)
        years.choices = [(year, str(year)) for year in reversed(self.years)]
        figures.choices = _figure_choices(self._offered)

    def figures(self, *, main: bool) -> list[Figure]:
        """Return the figures that can be chosen: the three of a partner, or the others."""
        return [figure for figure in self._offered if (figure.code in self._main) == main]

    def folded_fields(self) -> list[forms.BoundField]:
        """Return the folded fields."""
        return [field for field in self.visible_fields() if field.name in self.folded]

    @property
    def has_folded_errors(self) -> bool:
        """True if a folded field is invalid: the fold is then open."""
        return any(field.errors for field in self.folded_fields())

    def beside(self, year: int) -> tuple[int | None, int | None]:
        """Return the years with data before and after `year`; None where there is none."""
        before = [each for each in self.years if each < year]
        after = [each for each in self.years if each > year]
        return before[-1] if before else None, after[0] if after else None

    def choice(self) -> Choice:
        """Return the choices in the address, with defaults for fields that are empty or invalid.

        The form then shows the defaults as selected. An invalid field keeps its value, beside the message. The form
        sends the figure of the page with every year that is chosen; in a year without data of it, another one is shown.
        """
        self.is_valid()
        fields = {name: value for name, value in self.cleaned_data.items() if value}
        year = fields.get("year", self.years[-1])
        chosen = FIGURES.get(fields.get("figure", ""))
        figure = figure_of_year(year, self.begins, chosen)
        choice = Choice(
            year,
            figure,
            chart=fields.get("chart", STACKED),
            show=fields.get("show", TOP),
            calendar=Calendar(fields.get("calendar", Calendar.FLEMISH_GOVERNMENT)),
            order_by=fields.get("order_by", ""),
            instead_of=None if figure is (chosen or CONSULTATION) else chosen or CONSULTATION,
        )
        defaults = {
            "year": str(year),
            "figure": choice.figure.code,
            "chart": choice.chart,
            "show": choice.show,
        }
        self.data = {name: self.data.get(name) or defaults.get(name, "") for name in self.fields}
        if choice.instead_of:
            self.data["figure"] = figure.code
        return choice


class SuccessorYearForm(OwnYearForm):
    """The same for an institution that succeeded others: also whether their counts are in it."""

    predecessors = forms.ChoiceField(label=_("Voorgangers"), choices=OWN_PREDECESSORS, required=False)


class YearForm(OwnYearForm):
    """The choices for all institutions: also how many lines, predecessors, calendar of working days, and order."""

    folded = ("year", "chart", "show", "predecessors", "calendar")

    figure = forms.ChoiceField(label=_("Cijfer"), choices=_figure_choices(FIGURES.values()), required=False)
    chart = forms.ChoiceField(label=_("Grafiek"), choices=CHARTS, required=False)
    show = forms.ChoiceField(label=_("Toon"), choices=SHOWN, required=False)
    predecessors = forms.ChoiceField(label=_("Voorgangers"), choices=PREDECESSORS, required=False)
    calendar = forms.ChoiceField(label=_("Werkdagen volgens"), choices=Calendar.choices, required=False)
    order_by = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)
    field_order = ["year", "figure", "chart", "show", "kind", "name", "predecessors", "calendar"]


class YearFilterSet(django_filters.FilterSet):
    """The institutions of a page (`qs`), and the form with the other choices (`form.choice()`)."""

    def filter_queryset(self, queryset: QuerySet[Institution]) -> QuerySet[Institution]:
        """Apply the filters. The form has other fields too, so its cleaned data cannot be used as it is."""
        for name, condition in self.filters.items():
            queryset = condition.filter(queryset, self.form.cleaned_data.get(name))
        return queryset


class OwnFilterSet(YearFilterSet):
    """The page of one institution: the queryset has only that institution, so there are no filters."""

    class Meta:
        model = Institution
        fields: list[str] = []
        form = OwnYearForm

    def __init__(self, data: Any, institution: Institution, *, refusals: bool = False) -> None:
        super().__init__(data, Institution.objects.filter(pk=institution.pk))
        self.institution, self._refusals = institution, refusals

    def get_form_class(self) -> Callable[..., OwnYearForm]:
        """Return the form, with a choice about predecessors if there are any."""
        predecessors = Institution.objects.worked_for_by(self.institution.pk).exclude(pk=self.institution.pk)
        form = SuccessorYearForm if predecessors.exists() else OwnYearForm
        return partial(form, refusals=self._refusals)

    @property
    def scope(self) -> Scope:
        """The institution of the page, with its predecessors if the form says so."""
        institutions = self.qs
        words = self.institution.name
        follow = self.form.cleaned_data.get("predecessors") == FOLLOWED
        if follow:
            words = gettext("{institution} met voorgangers").format(institution=words)
        return Scope(institutions, words, own=True, follow=follow)


class AgencyFilterSet(YearFilterSet):
    """The page of all institutions, filtered by kind and by part of the name."""

    kind = django_filters.ChoiceFilter(
        label=_("Soort instelling"), choices=InstitutionKind.choices, empty_label=_("alle soorten")
    )
    name = django_filters.CharFilter(label=_("Naam bevat"), lookup_expr="icontains", max_length=120)

    class Meta:
        model = Institution
        fields = ["kind", "name"]
        form = YearForm

    @property
    def scope(self) -> Scope:
        """The institutions that pass the filters. Without a filter, also counts that belong to no institution."""
        institutions = self.qs
        kind, name = (self.form.cleaned_data.get(field) for field in ("kind", "name"))
        words = str(InstitutionKind(kind).label) if kind else gettext("alle instellingen")
        if name:
            words = gettext("{institutions} met “{part}” in de naam").format(institutions=words, part=name)
        follow = self.form.cleaned_data.get("predecessors") == FOLLOWED
        if follow:
            words = gettext("{institutions}, voorgangers bij hun opvolger").format(institutions=words)
        return Scope(institutions, words, strays=not (kind or name), follow=follow)
