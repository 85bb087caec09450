"""The filtered client list as a file to keep."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from consultations.enums import Kind
from partners.access import refuse, requires
from partners.downloads import download
from partners.enums import Role
from partners.http import PortalRequest
from partners.periods import today
from persons.models import ClientListEntry
from persons.querysets import may_open_files

from .filters import ClientFilterSet, address, client_table
from .forms import ExportForm
from .services.exports import NotExported, take_along


@requires(Role.CASE_WORKER, kind=Kind.EXPORT)
@require_POST
def client_export(request: PortalRequest) -> HttpResponse:
    """The list under the posted filters as a file, in the posted `format`.

    Posted, and not a link: a file with many persons, and its row in the log, need a deed of the user. A list that is
    too long, or that needs a reason, leads back to the list with words about it.
    """
    acting = request.acting
    if not may_open_files(acting):
        refuse(request, target=acting.institution.slug)
    form = ExportForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    filterset = ClientFilterSet(
        request.POST, queryset=ClientListEntry.objects.visible_to(acting), acting=acting
    )
    table = client_table(filterset, request.POST.get("sort", ""))
    try:
        entries = take_along(table, acting=acting, reason=form.cleaned_data["reason"])
    except NotExported as error:
        messages.error(request, str(error))
        return redirect(
            reverse("client_list", args=[acting.institution.slug])
            + address(filterset.values, sort=table.sort)
        )
    return download(table.sheet(f"clienten-{today()}", entries), form.cleaned_data["format"])
