"""The choices of the pages about lead times: a period inside a year, ways, calendar and institutions."""

from __future__ import annotations

import datetime
from typing import Any

import django_filters
from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.enums import InstitutionKind
from partners.models import Institution
from partners.periods import today

from ..enums import Calendar
from ..filters import FOLLOWED, OWN_PREDECESSORS, YearFilterSet
from .services import LeadChoice, first_year
from .ways import CHOICES, DETOURS


class LeadForm(forms.Form):
    """The choices of the page of one institution. `offer` sets the years."""

    year = forms.TypedChoiceField(
        label=_("Jaar"),
        coerce=int,
        required=False,
        error_messages={
            "invalid_choice": _("Van %(value)s zijn er geen gegevens. Kies een jaar uit de lijst.")
        },
    )
    first = forms.TypedChoiceField(label=_("Van"), coerce=int, required=False, choices=MONTHS)
    last = forms.TypedChoiceField(label=_("Tot en met"), coerce=int, required=False, choices=MONTHS)
    ways = forms.ChoiceField(label=_("Omweg"), required=False, choices=CHOICES)
    calendar = forms.ChoiceField(label=_("Werkdagen volgens"), choices=Calendar.choices, required=False)
    order_by = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)
    field_order = ["year", "first", "last", "ways", "calendar", "kind", "name"]

    def offer(self, first: int | None) -> None:
        """Offer the years from `first` (None: no data yet) to the current one."""
        now = today().year
        self.years = range(first or now, now + 1)
        years = self.fields["year"]
        assert isinstance(years, forms.ChoiceField)
        years.choices = [(year, str(year)) for year in reversed(self.years)]

    def clean(self) -> dict[str, Any]:
        """Check that the period does not end before it begins, and has begun."""
        fields = super().clean() or self.cleaned_data
        first, last = fields.get("first") or 1, fields.get("last") or 12
        if last < first:
            self.add_error(
                "last", _("De periode eindigt voor ze begint. Kies een latere maand, of begin vroeger.")
            )
        elif datetime.date(fields.get("year") or today().year, first, 1) > today():
            self.add_error("first", _("Deze maand moet nog beginnen. Kies een vroegere."))
        return fields

    def choice(self) -> LeadChoice:
        """Return the choices in the address, with defaults for fields that are empty or invalid.

        With a mistake in the period it is the whole year; the form keeps what was chosen, beside the message.
        """
        self.is_valid()
        fields = {name: value for name, value in self.cleaned_data.items() if value}
        is_right = not (self.errors.get("first") or self.errors.get("last"))
        choice = LeadChoice(
            fields.get("year", today().year),
            fields.get("first", 1) if is_right else 1,
            fields.get("last", 12) if is_right else 12,
            fields.get("ways", DETOURS),
            Calendar(fields.get("calendar", Calendar.FLEMISH_GOVERNMENT)),
            fields.get("order_by", ""),
        )
        defaults = {"year": str(choice.year), "first": "1", "last": "12"}
        self.data = {name: self.data.get(name) or defaults.get(name, "") for name in self.fields}
        return choice

    def beside(self, year: int) -> tuple[int | None, int | None]:
        """Return the years with data before and after `year`; None where there is none."""
        return (
            year - 1 if year - 1 in self.years else None,
            year + 1 if year + 1 in self.years else None,
        )


class SuccessorLeadForm(LeadForm):
    """The same for an institution that succeeded others: also whether theirs are in it."""

    predecessors = forms.ChoiceField(label=_("Voorgangers"), choices=OWN_PREDECESSORS, required=False)


class LeadFilterSet(YearFilterSet):
    """What both pages have. `institutions` are those that are counted (None: all), `words` say which, for titles."""

    @property
    def form(self) -> LeadForm:
        """The form, with the years that have data."""
        is_new = not hasattr(self, "_form")
        form: LeadForm = super().form
        if is_new:
            form.offer(first_year(self.own_institutions()))
        return form

    def own_institutions(self) -> tuple[int, ...] | None:
        """Return the institutions whose years are offered, None for all."""
        return None


class OwnLeadFilterSet(LeadFilterSet):
    """The page of one institution, with the institutions that it succeeded if its form says so."""

    class Meta:
        model = Institution
        fields: list[str] = []
        form = LeadForm

    def __init__(self, data: Any, institution: Institution) -> None:
        self.institution = institution
        self.predecessors = tuple(
            Institution.objects.worked_for_by(institution.pk)
            .exclude(pk=institution.pk)
            .values_list("pk", flat=True)
        )
        super().__init__(data, Institution.objects.filter(pk=institution.pk))

    def get_form_class(self) -> type[LeadForm]:
        """Return the form with a choice about predecessors if there are any."""
        return SuccessorLeadForm if self.predecessors else LeadForm

    def own_institutions(self) -> tuple[int, ...] | None:
        return (self.institution.pk, *self.predecessors)

    @property
    def _follows(self) -> bool:
        return self.form.is_valid() and self.form.cleaned_data.get("predecessors") == FOLLOWED

    @property
    def institutions(self) -> tuple[int, ...] | None:
        return (self.institution.pk, *(self.predecessors if self._follows else ()))

    @property
    def words(self) -> str:
        name = self.institution.name
        return gettext("{institution} met voorgangers").format(institution=name) if self._follows else name


class AgencyLeadFilterSet(LeadFilterSet):
    """The page of all institutions, filtered by kind and by part of the name."""

    kind = django_filters.ChoiceFilter(
        label=_("Soort instelling"), choices=InstitutionKind.choices, empty_label=_("alle soorten")
    )
    name = django_filters.CharFilter(label=_("Naam bevat"), lookup_expr="icontains", max_length=120)

    class Meta:
        model = Institution
        fields = ["kind", "name"]
        form = LeadForm

    def _filters(self) -> tuple[str, str]:
        self.form.is_valid()
        kind, name = (self.form.cleaned_data.get(field) or "" for field in ("kind", "name"))
        return kind, name

    @property
    def institutions(self) -> tuple[int, ...] | None:
        return tuple(self.qs.values_list("pk", flat=True)) if any(self._filters()) else None

    @property
    def words(self) -> str:
        kind, name = self._filters()
        words = str(InstitutionKind(kind).label) if kind else gettext("alle instellingen")
        if name:
            words = gettext("{institutions} met “{part}” in de naam").format(institutions=words, part=name)
        return words
