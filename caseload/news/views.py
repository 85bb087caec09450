"""Pages of what changed for the clients."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consultations.enums import Kind
from partners.access import refuse, requires
from partners.enums import Role
from partners.http import PortalRequest
from persons.querysets import may_open_files
from persons.services.caseload import own_caseload

from ..services.weekly import ask_for_mail, wants_mail
from .filters import ALL, OWN, ChangeFilterSet
from .services import show_changes
from .tables import ChangeTable

only_case_workers = requires(Role.CASE_WORKER, kind=Kind.LIST)


@only_case_workers
@require_safe
def change_list(request: PortalRequest) -> HttpResponse:
    """What changed lately: in the own caseload once it has a client, unless the address says otherwise."""
    acting = request.acting
    if not may_open_files(acting):
        refuse(request, target=acting.institution.slug)
    filterset = ChangeFilterSet(request.GET, acting=acting, show=OWN if own_caseload().has_clients else ALL)
    table = ChangeTable(filterset.qs)
    consultation = show_changes(table, acting=acting, after=request.GET.get("after", ""))
    context = {
        "filterset": filterset,
        "table": table,
        "page": table.page,
        "consultation": consultation,
        "sends_mail": settings.KBI_SENDS_MAIL,
        "wants_mail": wants_mail(acting),
    }
    return render(request, "caseload/news/list.html", context)


@only_case_workers
@require_POST
def weekly_mail(request: PortalRequest) -> HttpResponse:
    """Begin the weekly mail about this institution (`wanted` is ticked), or stop it."""
    acting = request.acting
    if not may_open_files(acting):
        refuse(request, target=acting.institution.slug)
    wanted = "wanted" in request.POST
    ask_for_mail(acting, wanted=wanted)
    messages.success(
        request,
        _("U krijgt elke week een mail met de aantallen van uw caseload.")
        if wanted
        else _("U krijgt geen wekelijkse mail meer."),
    )
    return redirect("change_list", slug=acting.institution.slug)
