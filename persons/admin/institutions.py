"""The agency's list of institutions, with what this app counts for them. It shows no client."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from partners.admin import InstitutionAdmin
from partners.models import Institution

from ..services.escaping import count_late

admin.site.unregister(Institution)


@admin.register(Institution)
class CountedInstitutionAdmin(InstitutionAdmin):
    """Institutions, with how many escapes they did not review in time."""

    list_display = [*InstitutionAdmin.list_display, "late_escapes"]

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        changelist = super().get_changelist_instance(request)
        counts = count_late()
        institutions = list(changelist.result_list)
        for institution in institutions:
            institution.late_escapes = counts.get(institution.pk)
        changelist.result_list = institutions
        return changelist

    @admin.display(description=_("noodinzages te laat nagekeken"), empty_value="–")
    def late_escapes(self, institution: Institution) -> int | None:
        return getattr(institution, "late_escapes", None)
