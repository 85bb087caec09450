"""Filters of the client list: codes in the address, never a name or number."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import django_filters
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from persons.attendance import Part
from persons.enums import VerdictLabel
from persons.models import ClientListEntry

from .services.lists import CappedCount, ListFilters

STANDINGS = [*VerdictLabel.choices, ("ending", _("Inschrijving loopt af"))]
SHOW = [("all", _("alle cliënten van de instelling")), ("own", _("cliënten die ik volg"))]


class ClientFilterSet(django_filters.FilterSet):
    """Reads the filters of the list from the address; the reading itself is `services.lists.client_page`."""

    standing = django_filters.ChoiceFilter(label=_("Stand"), choices=STANDINGS, method="leave")
    part = django_filters.ChoiceFilter(
        label=_("Onderdeel"),
        choices=[(part.value, part.value) for part in Part],
        empty_label=_("alle onderdelen"),
        method="leave",
    )
    show = django_filters.ChoiceFilter(label=_("Toon"), choices=SHOW, empty_label=None, method="leave")

    class Meta:
        model = ClientListEntry
        fields: list[str] = []

    def leave(self, queryset, name, value):
        return queryset

    def chosen(self) -> ListFilters:
        """The filters asked for; a value that is not among the choices counts as not asked."""
        self.form.is_valid()
        clean = self.form.cleaned_data
        return ListFilters(
            standing=clean.get("standing") or "", part=clean.get("part") or "", own=clean.get("show") == "own"
        )


@dataclass(frozen=True)
class Tab:
    """One of the tabs above the list: a standing, how many lines it holds, its address."""

    code: str
    label: str | Promise
    count: CappedCount
    href: str
    current: bool


def parameters(filters: ListFilters) -> dict[str, str]:
    """The filters as they stand in an address, and as they are remembered: codes, without the empty ones."""
    asked = {
        "standing": filters.standing,
        "part": filters.part,
        "show": "own" if filters.own else "all",
    }
    return {name: value for name, value in asked.items() if value}


def address(filters: ListFilters, *, after: uuid.UUID | None = None) -> str:
    """The query string that asks for the list under `filters`, from `after` on when given."""
    return "?" + urlencode(parameters(filters) | ({"after": str(after)} if after else {}))


def tabs(counts: Mapping[str, CappedCount], filters: ListFilters) -> list[Tab]:
    """The tabs with their counts, "all" first; the one of `filters` is current."""
    return [
        Tab(code, label, counts[code], address(replace(filters, standing=code)), code == filters.standing)
        for code, label in [("", _("Alle")), *STANDINGS]
    ]
