"""The choices of the pages about expectations: year, rows, and which institutions. All are in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.enums import InstitutionKind
from partners.models import Institution
from partners.periods import today
from partners.provinces import Province, in_province

from ..filters import YearFilterSet
from .services.use import years_with_expectations

KINDS, INSTITUTIONS, MONTHS = "kinds", "institutions", "months"
SHOWN = [(KINDS, _("per soort")), (INSTITUTIONS, _("per instelling")), (MONTHS, _("per maand"))]


@dataclass(frozen=True)
class Choice:
    """Which year to show, with a row for what, in which order (a column of the table)."""

    year: int
    show: str = KINDS
    order_by: str = ""


class OwnExpectedForm(forms.Form):
    """The choice for one institution: the year. Making the form raises CountedElsewhere."""

    year = forms.TypedChoiceField(
        label=_("Jaar"),
        coerce=int,
        required=False,
        error_messages={
            "invalid_choice": _("Van %(value)s zijn er geen gegevens. Kies een jaar uit de lijst.")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.years = years_with_expectations()
        field = self.fields["year"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(year, str(year)) for year in reversed(self.years)]

    def beside(self, year: int) -> tuple[int | None, int | None]:
        """Return the years with data before and after `year`; None where there is none."""
        before = [each for each in self.years if each < year]
        after = [each for each in self.years if each > year]
        return (before[-1] if before else None, after[0] if after else None)

    def choice(self) -> Choice:
        """Return what the form says, and fill its fields with it. What is wrong counts as not chosen."""
        self.is_valid()
        fields = {name: value for name, value in self.cleaned_data.items() if value}
        choice = Choice(
            fields.get("year", today().year), fields.get("show", KINDS), fields.get("order_by", "")
        )
        defaults = {"year": str(choice.year), "show": choice.show}
        self.data = {name: self.data.get(name) or defaults.get(name, "") for name in self.fields}
        return choice


class ExpectedForm(OwnExpectedForm):
    """The choices for all institutions: also what a row is, and the order."""

    show = forms.ChoiceField(label=_("Toon"), choices=SHOWN, required=False)
    order_by = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)
    field_order = ["year", "show", "kind", "province", "name"]


class OwnExpectedFilterSet(YearFilterSet):
    """The page of one institution: no filters."""

    class Meta:
        model = Institution
        fields: list[str] = []
        form = OwnExpectedForm

    def __init__(self, data: Any, institution: Institution) -> None:
        super().__init__(data, Institution.objects.filter(pk=institution.pk))


class ExpectedFilterSet(YearFilterSet):
    """The page of all institutions, filtered by kind, province and part of the name."""

    kind = django_filters.ChoiceFilter(
        label=_("Soort instelling"), choices=InstitutionKind.choices, empty_label=_("alle soorten")
    )
    province = django_filters.ChoiceFilter(
        label=_("Provincie"),
        choices=Province.choices,
        empty_label=_("alle provincies"),
        method="filter_province",
    )
    name = django_filters.CharFilter(label=_("Naam bevat"), lookup_expr="icontains", max_length=120)

    class Meta:
        model = Institution
        fields = ["kind", "province", "name"]
        form = ExpectedForm

    def filter_province(
        self, queryset: QuerySet[Institution], _name: str, province: str
    ) -> QuerySet[Institution]:
        """Keep the institutions of a province, by their NIS code."""
        return queryset.filter(in_province(province))

    @property
    def words(self) -> str:
        """The institutions that pass the filters, in words."""
        kind, province, name = (self.form.cleaned_data.get(each) for each in ("kind", "province", "name"))
        words = str(InstitutionKind(kind).label) if kind else gettext("alle instellingen")
        if province:
            words = f"{words}, {Province(province).label}"
        if name:
            words = gettext("{institutions} met “{part}” in de naam").format(institutions=words, part=name)
        return words
