"""Filters of the changes: codes in the address, never a name or number."""

from __future__ import annotations

import datetime

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Membership
from persons.enums import ChangeKind
from persons.models import Change, ClientListEntry
from persons.querysets import ChangeQuerySet

OWN, ALL = "own", "all"


class ChangeFilterSet(django_filters.FilterSet):
    """The changes of the own caseload or of all clients, lately, and of one kind if asked.

    Of all clients those of a week, unless asked otherwise: a large institution has thousands in 90 days. An unknown
    value is no filter.
    """

    show = django_filters.ChoiceFilter(
        label=_("Toon"),
        choices=[(OWN, _("mijn caseload")), (ALL, _("alle cliënten van de instelling"))],
        empty_label=None,
        method="filter_show",
    )
    days = django_filters.ChoiceFilter(
        label=_("Periode"),
        choices=[
            ("7", _("laatste 7 dagen")),
            ("30", _("laatste 30 dagen")),
            ("90", _("laatste 90 dagen")),
        ],
        empty_label=None,
        method="filter_days",
    )
    kind = django_filters.ChoiceFilter(
        label=_("Wat"), choices=ChangeKind.choices, empty_label=_("alle wijzigingen")
    )

    class Meta:
        model = Change
        fields: list[str] = []

    def __init__(self, data, *, acting: Membership, show: str) -> None:
        """`data` are the parameters of the address; without one, `show` says whose clients."""
        values = {"show": show} | data.dict()
        days = "30" if values["show"] == OWN else "7"
        super().__init__({"days": days} | values, queryset=Change.objects.all())
        self.acting = acting

    def filter_show(self, changes: ChangeQuerySet, name: str, value: str) -> ChangeQuerySet:
        """Leave it to `qs`, which asks the gate whatever the value."""
        return changes

    def filter_days(self, changes: ChangeQuerySet, name: str, value: str) -> ChangeQuerySet:
        return changes.filter(at__gte=timezone.now() - datetime.timedelta(days=int(value)))

    @property
    def qs(self) -> ChangeQuerySet:
        """The changes that the lines of these clients show, the newest first."""
        changes = super().qs
        lines = ClientListEntry.objects.visible_to(self.acting)
        if self.form.cleaned_data.get("show") == OWN:
            lines = lines.followed_by(self.acting.user_id)
        return changes.on(lines).order_by("-at", "-pk")
