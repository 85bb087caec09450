"""The filters of the client list on a page of their own, and filters with a name."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consultations.enums import Kind
from partners.access import refuse, requires
from partners.enums import Role
from partners.http import PortalRequest
from partners.services import save_filters
from persons.models import ClientListEntry
from persons.querysets import may_open_files

from .filters import ClientFilterSet, address, parameters
from .forms import SaveFiltersForm
from .tables import ClientTable


@requires(Role.CASE_WORKER, kind=Kind.LIST)
@require_safe
def client_filters(request: PortalRequest) -> HttpResponse:
    """The form with all filters of the list, filled in as in the address. It names no client, so it is no look."""
    if not may_open_files(request.acting):
        refuse(request, target=request.acting.institution.slug)
    visible = ClientListEntry.objects.visible_to(request.acting)
    filterset = ClientFilterSet(request.GET, queryset=visible, acting=request.acting)
    filterset.offer_what_there_is()
    context = {
        "filterset": filterset,
        "filters": filterset.values,
        "sort": ClientTable(visible, sort=request.GET.get("sort", "")).sort,
        "save_form": SaveFiltersForm(),
    }
    template = "caseload/includes/filter_form.html" if request.htmx else "caseload/client_filters.html"
    return render(request, template, context)


@requires(Role.CASE_WORKER, kind=Kind.LIST)
@require_POST
def filters_save(request: PortalRequest) -> HttpResponse:
    """Give the posted filters a name, or remove the one in `remove`; lead to the list under the posted filters."""
    acting = request.acting
    if not may_open_files(acting):
        refuse(request, target=acting.institution.slug)
    nothing = ClientListEntry.objects.none()
    filters = ClientFilterSet(request.POST, queryset=nothing, acting=acting).values
    sort = ClientTable(nothing, sort=request.POST.get("sort", "")).sort
    form = SaveFiltersForm(request.POST)
    if name := request.POST.get("remove", ""):
        save_filters(acting, name, None)
        messages.success(request, _("De bewaarde filters zijn verwijderd."))
    elif not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["name"])))
    elif save_filters(
        acting, form.cleaned_data["name"], parameters(filters) | ({"sort": sort} if sort else {})
    ):
        messages.success(request, _("Bewaard. U vindt deze filters onder de titel van de lijst."))
    else:
        messages.error(request, _("U hebt al 20 bewaarde filters. Verwijder er eerst een."))
    return redirect(reverse("client_list", args=[acting.institution.slug]) + address(filters, sort=sort))
