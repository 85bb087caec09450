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
from partners.services import save_filters, saved_filters
from persons.models import ClientListEntry
from persons.querysets import may_open_files

from .filters import ClientFilterSet, address, client_table, filters_in, parameters
from .forms import SaveFiltersForm

MOST_SAVED = 20


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
        "sort": client_table(filterset, request.GET.get("sort", ""), short=True).sort,
        "save_form": SaveFiltersForm(),
        "saved": sorted(saved_filters(request.acting)),
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
    filters, sort = filters_in(request.POST, acting)
    form = SaveFiltersForm(request.POST)
    named = saved_filters(acting)
    removed = request.POST.get("remove", "")
    if removed:
        if named.pop(removed, None) is not None:
            save_filters(acting, named)
        messages.success(request, _("De bewaarde filters zijn verwijderd."))
    elif not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["name"])))
    elif len(named) >= MOST_SAVED and form.cleaned_data["name"] not in named:
        messages.error(request, _("U hebt al 20 bewaarde filters. Verwijder er eerst een."))
    else:
        named[form.cleaned_data["name"]] = parameters(filters) | ({"sort": sort} if sort else {})
        save_filters(acting, named)
        messages.success(request, _("Bewaard. U vindt deze filters onder de titel van de lijst."))
    return redirect(reverse("client_list", args=[acting.institution.slug]) + address(filters, sort=sort))
