"""The base of every page of the admin: values that no form would send give the form again, or 400."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .periods import today
from .querysets import MandateVersionQuerySet, MembershipQuerySet

# One digit less than the largest number that PostgreSQL has for a key.
LONGEST_KEY = 18


def is_key(text: str) -> bool:
    """Return True if `text` can be the key of a row."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY


class NumberSelect(AutocompleteSelect):
    """Draws a form again without values that are no keys: Django would look them up and fail."""

    def optgroups(self, name: str, value: Sequence[str], attrs: dict | None = None) -> list:
        return super().optgroups(name, [key for key in value if is_key(key)], attrs)


class NumberSelects(admin.options.BaseModelAdmin):
    """A page or lines whose fields for another row are searched in."""

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = NumberSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PortalAdmin(NumberSelects, admin.ModelAdmin):
    """A model in the admin."""

    # The parts that the stock filters add to a field, and the stock navigation by date.
    FILTERS = ("", "__exact", "__id__exact", "__isnull")
    DATES = ("__year", "__month", "__day")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow the lookups that the filters of the list send. PostgreSQL cannot compare any field with any text."""
        assert request is not None
        if lookup in {f"{self.date_hierarchy}{part}" for part in self.DATES}:
            return is_key(value) and 0 < int(value) <= datetime.MAXYEAR
        allowed = set()
        for item in self.get_list_filter(request):
            if isinstance(item, str):
                allowed |= {f"{item}{part}" for part in self.FILTERS}
            elif isinstance(item, type) and issubclass(item, admin.SimpleListFilter):
                allowed.add(item.parameter_name or "")
        return lookup in allowed

    def response_action(
        self, request: HttpRequest, queryset: QuerySet, *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Run an action on the chosen rows. Raises BadRequest for a row that cannot be one."""
        if not all(map(is_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise BadRequest("A chosen row is no number")
        return super().response_action(request, queryset, *args, **kwargs)


class KeptAdmin(PortalAdmin):
    """Rows that others refer to: they are ended, never deleted, and the history records every change."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class NoChangeAdmin(KeptAdmin):
    """Rows that are added and shown, and never changed in a form."""

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        # A posted "_saveasnew" would add a row past the checks of the page that adds one.
        if request.method == "POST":
            raise PermissionDenied
        return super().change_view(request, object_id, form_url, extra_context)


class EndingFilter(admin.SimpleListFilter):
    """Keep rows in force today that end soon, and that nothing follows. A subclass says how soon (`soon`, `title`)."""

    parameter_name = "ending"
    soon: datetime.timedelta

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("yes", gettext("ja"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() != "yes":
            return queryset
        rows = cast(MembershipQuerySet | MandateVersionQuerySet, queryset)
        return rows.in_force(today()).ending(today(), today() + self.soon)


class InForceFilter(admin.SimpleListFilter):
    """Keep rows that are in force today, or those that are not."""

    title = _("geldig vandaag")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("yes", gettext("ja")), ("no", gettext("nee"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        in_force = cast(MembershipQuerySet | MandateVersionQuerySet, queryset).in_force(today())
        if self.value() == "yes":
            return in_force
        if self.value() == "no":
            return queryset.exclude(pk__in=in_force.values("pk"))
        return queryset
