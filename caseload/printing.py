"""The filtered client list for paper."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consultations.enums import Kind
from partners.access import refuse, requires
from partners.enums import Role
from partners.http import PortalRequest
from persons.models import ClientListEntry
from persons.querysets import may_open_files

from .filters import ClientFilterSet, address, client_table
from .services.lists import show_page

MOST_PRINTED = 500


@requires(Role.CASE_WORKER, kind=Kind.PRINT)
@require_safe
def client_print(request: PortalRequest) -> HttpResponse:
    """The lines of the list under the filters of the address, at most `MOST_PRINTED`; logged as printed."""
    acting = request.acting
    if not may_open_files(acting):
        refuse(request, target=acting.institution.slug)
    filterset = ClientFilterSet(
        request.GET, queryset=ClientListEntry.objects.visible_to(acting), acting=acting
    )
    table = client_table(filterset, request.GET.get("sort", ""))
    table.columns.hide("own")
    page = show_page(table, acting=acting, kind=Kind.PRINT, size=MOST_PRINTED)
    context = {
        "page": page,
        "table": table,
        "words": filterset.words,
        "back": address(filterset.values, sort=table.sort),
        "most": MOST_PRINTED,
    }
    return render(request, "caseload/printed_list.html", context)
