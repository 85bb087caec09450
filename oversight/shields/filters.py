"""The filter of shields and of who may look: a code in the address, never a number."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from persons.models import Shield

from .services import in_force

IN_FORCE, OVER, ALL = "in_force", "over", "all"


class StateFilterSet(django_filters.FilterSet):
    """Those in force, unless asked otherwise, the newest first. An unknown value is no filter."""

    show = django_filters.ChoiceFilter(
        label=_("Toon"),
        choices=[(IN_FORCE, _("in kracht")), (OVER, _("voorbij")), (ALL, _("alle"))],
        empty_label=None,
        method="filter_state",
    )

    class Meta:
        model = Shield
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet) -> None:
        """`data` are the parameters of the address."""
        super().__init__({"show": IN_FORCE} | data.dict(), queryset=queryset.order_by("-made_at", "-pk"))

    def filter_state(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        if value == ALL:
            return rows
        return rows.filter(in_force()) if value == IN_FORCE else rows.exclude(in_force())
