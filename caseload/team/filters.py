"""Filters of the team page: codes in the address, never a name."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from partners.enums import AccessStatus, Role
from partners.models import Membership
from partners.querysets import MembershipQuerySet

from .services import ending, unused

ENDING, WAITING, UNUSED = "ending", "waiting", "unused"


class TeamFilterSet(django_filters.FilterSet):
    """Narrows the team by role and by what needs attention. A value that is not among the choices is no filter."""

    show = django_filters.ChoiceFilter(
        label=_("Toon"),
        choices=[
            (ENDING, _("loopt af binnen 30 dagen")),
            (WAITING, _("wacht op bevestiging")),
            (UNUSED, _("lang niet aangemeld")),
        ],
        empty_label=_("alle toegang"),
        method="filter_show",
    )
    role = django_filters.ChoiceFilter(label=_("Rol"), choices=Role.choices, empty_label=_("alle rollen"))

    class Meta:
        model = Membership
        fields: list[str] = []

    def filter_show(self, access: MembershipQuerySet, name: str, value: str) -> MembershipQuerySet:
        return {
            ENDING: ending,
            UNUSED: unused,
            WAITING: lambda rows: rows.filter(status=AccessStatus.PROPOSED),
        }[value](access)
