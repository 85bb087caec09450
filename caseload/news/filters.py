"""Filters of the changes: codes in the address, never a name or number."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from partners.models import Membership
from persons.enums import ChangeKind
from persons.models import Change, ClientListEntry
from persons.querysets import ChangeQuerySet

OWN, ALL = "own", "all"


class ChangeFilterSet(django_filters.FilterSet):
    """The changes of the own caseload or of all clients, and of one kind if asked. An unknown value is no filter."""

    show = django_filters.ChoiceFilter(
        label=_("Toon"),
        choices=[(OWN, _("mijn caseload")), (ALL, _("alle cliënten van de instelling"))],
        empty_label=None,
        method="filter_show",
    )
    kind = django_filters.ChoiceFilter(
        label=_("Wat"), choices=ChangeKind.choices, empty_label=_("alle wijzigingen")
    )

    class Meta:
        model = Change
        fields: list[str] = []

    def __init__(self, data, *, acting: Membership, show: str) -> None:
        """`data` are the parameters of the address; without one, `show` says whose clients."""
        super().__init__({"show": show} | data.dict(), queryset=Change.objects.all())
        self.acting = acting

    def filter_show(self, changes: ChangeQuerySet, name: str, value: str) -> ChangeQuerySet:
        """Leave it to `qs`, which asks the gate whatever the value."""
        return changes

    @property
    def qs(self) -> ChangeQuerySet:
        """The changes that the lines of these clients show, the newest first."""
        changes = super().qs
        lines = ClientListEntry.objects.visible_to(self.acting)
        if self.form.cleaned_data.get("show") == OWN:
            lines = lines.followed_by(self.acting.user_id)
        return changes.on(lines).order_by("-at", "-pk")
