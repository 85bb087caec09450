"""Filter of the escapes: a code in the address."""

from __future__ import annotations

import django_filters
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from persons.models import Escape
from persons.querysets import EscapeQuerySet

WAITING, REVIEWED = "waiting", "reviewed"


class EscapeFilterSet(django_filters.FilterSet):
    """Those without a review, the one that is due first on top; or those with one, the newest first."""

    state = django_filters.ChoiceFilter(
        label=_("Toon"),
        choices=[(WAITING, _("na te kijken")), (REVIEWED, _("nagekeken"))],
        empty_label=None,
        method="filter_state",
    )

    class Meta:
        model = Escape
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: EscapeQuerySet) -> None:
        """`data` are the parameters of the address."""
        state = data.get("state")
        self.state = state if state == REVIEWED else WAITING
        super().__init__({"state": self.state}, queryset=queryset)

    def filter_state(self, escapes: EscapeQuerySet, name: str, value: str) -> EscapeQuerySet:
        if value == WAITING:
            return escapes.filter(verdict=None).order_by("due_on", "pk")
        return escapes.exclude(verdict=None).order_by("-at", "-pk")
