"""Filters of the client list: codes in the address, never a name or number."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from .attendance import Part
from .enums import VerdictLabel
from .models import ClientListEntry
from .services.lists import ListFilters

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
