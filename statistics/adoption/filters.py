"""Which institutions the page about adoption shows. All choices are in the address."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.enums import InstitutionKind
from partners.models import Institution
from partners.provinces import Province, in_province

from ..enums import AdoptionClass
from ..filters import YearFilterSet
from .rule import NOT_USING

NOT_USING_SHOWN, ALL_SHOWN = "not_using", "all"
NO_PROVINCE = "none"
# What the list can show: a group of classes for each choice.
SHOWN: dict[str, tuple[AdoptionClass, ...]] = {
    NOT_USING_SHOWN: NOT_USING,
    **{each.value: (each,) for each in (*NOT_USING, AdoptionClass.BELOW, AdoptionClass.USES)},
    ALL_SHOWN: tuple(AdoptionClass),
}


def shown_label(shown: str) -> str:
    """Return the words of a choice of `SHOWN`."""
    if shown == NOT_USING_SHOWN:
        return gettext("Alle die het niet gebruiken")
    return gettext("Alle instellingen") if shown == ALL_SHOWN else capfirst(str(AdoptionClass(shown).label))


class AdoptionForm(forms.Form):
    """The choices beside the filters: the classes in the list, and its order."""

    show = forms.ChoiceField(
        choices=[(code, code) for code in SHOWN], required=False, widget=forms.HiddenInput
    )
    order_by = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)

    def choice(self) -> tuple[str, str]:
        """Return the classes to show (a key of `SHOWN`) and the order, with defaults for what is empty or invalid."""
        self.is_valid()
        return self.cleaned_data.get("show") or NOT_USING_SHOWN, self.cleaned_data.get("order_by", "")


class AdoptionFilterSet(YearFilterSet):
    """The institutions (`qs`), by kind and province."""

    kind = django_filters.ChoiceFilter(
        label=_("Soort instelling"), choices=InstitutionKind.choices, empty_label=_("alle soorten")
    )
    province = django_filters.ChoiceFilter(
        label=_("Provincie"),
        choices=[*Province.choices, (NO_PROVINCE, _("niet bekend"))],
        empty_label=_("alle provincies"),
        method="filter_province",
    )

    class Meta:
        model = Institution
        fields = ["kind", "province"]
        form = AdoptionForm

    def filter_province(
        self, institutions: QuerySet[Institution], name: str, value: str
    ) -> QuerySet[Institution]:
        """Keep the institutions of a province, or those without one."""
        if value != NO_PROVINCE:
            return institutions.filter(in_province(value))
        anywhere = Q()
        for province in Province:
            anywhere |= in_province(province)
        return institutions.exclude(anywhere)

    @property
    def words(self) -> str:
        """The filters in words, for titles."""
        _institutions = self.qs  # validates the form
        values: dict[str, Any] = self.form.cleaned_data
        kind, province = values.get("kind"), values.get("province")
        words = str(InstitutionKind(kind).label) if kind else gettext("alle instellingen")
        if province == NO_PROVINCE:
            return gettext("{institutions}, provincie niet bekend").format(institutions=words)
        return f"{words}, {Province(province).label}" if province else words
