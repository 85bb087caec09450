"""Filters of the log: codes, days and the key of an account in the address, never a name or number of a person."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from caseload.dayfields import WRITTEN_DAY, DayField
from consultations.enums import Outcome
from consultations.models import Consultation
from partners.enums import Capacity
from partners.models import Institution, User
from partners.periods import begin_of, today

from .enums import KINDS, KINDS_SHOWN, How, Notable
from .hours import Hours
from .services import first_day_kept, looks_at, not_by_number, unfollowed

DAYS = datetime.timedelta(days=6)  # before today: a week with it


class DayFilter(django_filters.Filter):
    """A day, written as everywhere in the portal."""

    field_class = DayField


def institution_among(institutions: Sequence[Institution], slug: str) -> Institution:
    """Return the institution with this slug, or else the first one, which is the own."""
    return next((each for each in institutions if each.slug == slug), institutions[0])


class LookFilterSet(django_filters.FilterSet):
    """The looks of one institution in a period, the last seven days unless asked otherwise.

    Sections and readings of the log are left out unless `how` asks for them. An unknown value is no filter; a day that
    does not exist gives a mistake at its field, and the usual day.
    """

    user = django_filters.ChoiceFilter(label=_("Wie"), empty_label=_("alle collega’s"), field_name="user_id")
    since = DayFilter(label=_("Van"), method="filter_nothing", help_text="")
    until = DayFilter(label=_("Tot en met"), method="filter_nothing", help_text="")
    capacity = django_filters.ChoiceFilter(
        label=_("Hoedanigheid"), choices=Capacity.choices, empty_label=_("alle")
    )
    how = django_filters.ChoiceFilter(
        label=_("Hoe"), choices=How.choices, empty_label=_("alles"), method="filter_nothing"
    )
    outcome = django_filters.ChoiceFilter(
        label=_("Uitkomst"),
        choices=Outcome.choices,
        empty_label=_("alle"),
    )
    notable = django_filters.ChoiceFilter(
        label=_("Opvallend"), choices=Notable.choices, empty_label=_("alle"), method="filter_notable"
    )

    class Meta:
        model = Consultation
        fields: list[str] = []

    def __init__(
        self,
        data: QueryDict,
        *,
        institutions: Sequence[Institution],
        users: Callable[[Institution], Sequence[User]],
    ) -> None:
        """`data` are the parameters of an address or of a form, `institutions` those whose log may be read.

        `users` returns the colleagues of the one that is chosen.
        """
        self.institutions = institutions
        self.institution = institution_among(institutions, data.get("of", ""))
        usual = {"since": f"{today() - DAYS:{WRITTEN_DAY}}", "until": f"{today():{WRITTEN_DAY}}"}
        given = {name: value for name, value in data.dict().items() if value}
        super().__init__(usual | given, queryset=looks_at(self.institution))
        self.filters["user"].extra["choices"] = [(each.pk, str(each)) for each in users(self.institution)]

    def filter_nothing(self, looks: QuerySet, name: str, value: Any) -> QuerySet:
        """Leave it to `qs`, which needs a value for each."""
        return looks

    def filter_notable(self, looks: QuerySet, name: str, value: str) -> QuerySet:
        conditions: Mapping[str, Callable[[], Q]] = {
            Notable.OUTSIDE: lambda: Hours.of(self.institution).outside,
            Notable.NOT_BY_NUMBER: not_by_number,
            Notable.UNFOLLOWED: unfollowed,
        }
        return looks.filter(conditions[value]())

    @property
    def qs(self) -> QuerySet[Consultation]:
        """The looks, the newest first."""
        since, until = self.period
        how = self.chosen.get("how")
        return (
            super()
            .qs.filter(
                at__gte=begin_of(since),
                at__lt=begin_of(until + datetime.timedelta(days=1)),
                kind__in=KINDS[How(how)] if how else KINDS_SHOWN,
            )
            .order_by("-at", "-id")
        )

    @property
    def chosen(self) -> dict[str, Any]:
        """The values of the filters that are valid."""
        self.form.is_valid()
        return self.form.cleaned_data

    @property
    def period(self) -> tuple[datetime.date, datetime.date]:
        """The first and the last day; outside them the log has nothing."""
        since, until = self.chosen.get("since"), self.chosen.get("until")
        return max(since or today() - DAYS, first_day_kept()), min(until or today(), today())

    @property
    def values(self) -> dict[str, str]:
        """What the list is under, as parameters of an address."""
        values = {name: str(value) for name, value in self.chosen.items() if value}
        return values | self._period_values

    @property
    def of(self) -> str:
        """The slug of the institution; "" for the own one."""
        return "" if self.institution == self.institutions[0] else self.institution.slug

    @property
    def period_query(self) -> str:
        """The period, and the institution if it is another one, as the end of an address."""
        return f"&{urlencode(self._period_values)}"

    @property
    def _period_values(self) -> dict[str, str]:
        since, until = self.period
        values = {"since": f"{since:{WRITTEN_DAY}}", "until": f"{until:{WRITTEN_DAY}}"}
        return values | ({"of": self.of} if self.of else {})
