"""Filters of the list of detours: codes in the address, never a name or number."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from persons.enums import ThirdParty
from persons.models import AccessRequest
from persons.querysets import AccessRequestQuerySet

OPEN, ANSWERED, ALL = "open", "answered", "all"


class DetourFilterSet(django_filters.FilterSet):
    """Open ones, oldest first, unless asked otherwise; the others newest first. An unknown value is no filter."""

    state = django_filters.ChoiceFilter(
        label=_("Toon"),
        choices=[(OPEN, _("nog open")), (ANSWERED, _("beantwoord")), (ALL, _("alle"))],
        empty_label=None,
        method="filter_state",
    )
    third_party = django_filters.ChoiceFilter(
        label=_("Gevraagd aan"), choices=ThirdParty.choices, empty_label=_("iedereen")
    )

    class Meta:
        model = AccessRequest
        fields: list[str] = []

    def __init__(self, data, queryset: AccessRequestQuerySet) -> None:
        """`data` are the parameters of the address."""
        super().__init__({"state": OPEN} | data.dict(), queryset=queryset)

    @property
    def values(self) -> dict[str, str]:
        """The filters as parameters of an address or of a form."""
        return {name: value for name in self.filters if (value := self.data.get(name))}

    def filter_state(self, detours: AccessRequestQuerySet, name: str, value: str) -> AccessRequestQuerySet:
        if value == OPEN:
            return detours.filter(answered_on__isnull=True).order_by("asked_on", "pk")
        if value == ANSWERED:
            detours = detours.filter(answered_on__isnull=False)
        return detours.order_by("-asked_on", "-pk")
