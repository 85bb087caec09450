"""Filters of the list of reminders: codes in the address, never a name or number."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from partners.periods import today
from persons.models import Reminder
from persons.querysets import ReminderQuerySet

DUE, LATER, ALL = "due", "later", "all"


class ReminderFilterSet(django_filters.FilterSet):
    """Those of today or earlier unless asked otherwise, the earliest day first. An unknown value is no filter."""

    when = django_filters.ChoiceFilter(
        label=_("Toon"),
        choices=[(DUE, _("vandaag en eerder")), (LATER, _("later")), (ALL, _("alle"))],
        empty_label=None,
        method="filter_when",
    )

    class Meta:
        model = Reminder
        fields: list[str] = []

    def __init__(self, data, queryset: ReminderQuerySet) -> None:
        """`data` are the parameters of the address."""
        super().__init__({"when": DUE} | data.dict(), queryset=queryset)

    @property
    def value(self) -> str:
        """The filter in force."""
        self.form.is_valid()
        return self.form.cleaned_data.get("when") or ALL

    def filter_when(self, reminders: ReminderQuerySet, name: str, value: str) -> ReminderQuerySet:
        if value == DUE:
            return reminders.filter(day__lte=today())
        return reminders.filter(day__gt=today()) if value == LATER else reminders

    @property
    def qs(self) -> ReminderQuerySet:
        """The chosen reminders that are not done."""
        return super().qs.open().select_related("set_by").order_by("day", "insz", "pk")
