"""Which report a page shows, and which institutions. All choices are in the address."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

import django_filters
from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.enums import InstitutionKind
from partners.models import Institution

from ..filters import YearFilterSet
from ..models import CarefulReport
from .services import reports_of

NO_REPORT = _("Van %(value)s is er geen verslag. Kies een maand uit de lijst.")


class MonthField(forms.ChoiceField):
    """A month of the list, or nothing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Maand"), required=False, error_messages={"invalid_choice": NO_REPORT}, **options
        )


class ReportForm(forms.Form):
    """Which report to show: the newest, unless another is chosen. The first institution is that of the page."""

    month = MonthField()

    def __init__(self, data: QueryDict, institutions: Sequence[Institution]) -> None:
        super().__init__(data.copy())
        self._reports: dict[str, int] = {}
        self.chosen = ""  # the value of the report that is shown
        field = self.fields["month"]
        assert isinstance(field, forms.ChoiceField)
        names = {institution.pk: institution for institution in institutions}
        self._choices: list[tuple[str, str]] = list(self._read(names, institutions[0].pk))
        field.choices = self._choices

    def _read(self, institutions: dict[int, Institution], own: int) -> Iterable[tuple[str, str]]:
        newest: set[tuple[datetime.date, int]] = set()
        rows = reports_of(institutions.values()).values_list("pk", "month", "institution_id", "version")
        for pk, month, institution, version in sorted(
            rows, key=lambda row: (-row[1].toordinal(), row[2] != own)
        ):
            value, words = f"{month:%Y-%m}", capfirst(date_format(month, "F Y"))
            if institution != own:
                value, words = (
                    f"{value}.{institutions[institution].slug}",
                    f"{words} · {institutions[institution]}",
                )
            if (month, institution) in newest:
                value, words = f"{value}.v{version}", f"{words} · {gettext('versie')} {version}"
            newest.add((month, institution))
            self._reports[value] = pk
            yield value, words

    def report(self) -> CarefulReport | None:
        """Return the chosen report, or else the newest of the own institution; None when there is none.

        The form then shows its month.
        """
        self.is_valid()
        usual = [*(value for value in self._reports if "." not in value), *self._reports, ""]
        self.chosen = self.cleaned_data.get("month") or usual[0]
        if not self.chosen:
            return None
        self.data = {"month": self.data.get("month") or self.chosen}
        return CarefulReport.objects.select_related("institution").get(pk=self._reports[self.chosen])

    def beside(self) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
        """Return value and words of the reports before and after the one that is shown; None where there is none.

        Earlier versions, and reports of other institutions, are only in the list.
        """
        choices = [choice for choice in self._choices if "." not in choice[0]]
        place = next((place for place, (value, _words) in enumerate(choices) if value == self.chosen), None)
        if place is None:
            return None, None
        return (
            choices[place + 1] if place + 1 < len(choices) else None,
            choices[place - 1] if place else None,
        )


class OverviewForm(forms.Form):
    """The month to show, and the order of the table."""

    month = MonthField()
    order_by = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)
    field_order = ["month", "kind", "name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = CarefulReport.objects.order_by("-month").values_list("month", flat=True).distinct()
        self._months = {f"{month:%Y-%m}": month for month in months}
        field = self.fields["month"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (value, capfirst(date_format(month, "F Y"))) for value, month in self._months.items()
        ]

    def chosen_month(self) -> datetime.date | None:
        """Return the chosen month, or else the last one with reports; None when there is none."""
        self.is_valid()
        value = self.cleaned_data.get("month") or next(iter(self._months), "")
        self.data = {name: self.data.get(name, "") for name in self.fields}
        self.data["month"] = self.data["month"] or value
        return self._months.get(value)


class OverviewFilterSet(YearFilterSet):
    """The institutions of the overview, filtered by kind and by part of the name."""

    kind = django_filters.ChoiceFilter(
        label=_("Soort instelling"), choices=InstitutionKind.choices, empty_label=_("alle soorten")
    )
    name = django_filters.CharFilter(label=_("Naam bevat"), lookup_expr="icontains", max_length=120)

    class Meta:
        model = Institution
        fields = ["kind", "name"]
        form = OverviewForm
