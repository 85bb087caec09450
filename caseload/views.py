"""Pages for case workers: the own clients, and one client's file."""

from __future__ import annotations

import uuid

from django.db.models import prefetch_related_objects
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic import View

from partners.models import Membership
from partners.services import remember_filters
from persons.models import ClientListEntry
from persons.presentation import file_page
from persons.querysets import may_open_files
from persons.services.door import Refused, consult

from .filters import ClientFilterSet, address, parameters, tabs
from .forms import INSZ_MISTAKES, SearchForm
from .services.following import follow, unfollow
from .services.lists import ClientPage, InvalidSearch, ListFilters, client_page, refuse_search, search
from .tables import ClientTable


def _detour(request: HttpRequest) -> HttpResponse | None:
    """Where somebody goes who has no client list: choose a membership, the own figures, or a word of explanation."""
    acting: Membership | None = request.acting
    if may_open_files(acting):
        return None
    if acting is not None:
        return redirect("statistics:own")
    if request.user.is_staff:
        return redirect("admin:index")
    if request.memberships:
        return redirect("choose_membership")
    return render(request, "partners/no_membership.html", status=403)


@require_safe
def client_list(request: HttpRequest) -> HttpResponse:
    if (elsewhere := _detour(request)) is not None:
        return elsewhere
    acting: Membership = request.acting
    asked = request.GET if set(request.GET) & set(ClientFilterSet.base_filters) else acting.list_filters
    filterset = ClientFilterSet(asked or {"show": "all"}, queryset=ClientListEntry.objects.none())
    filters = filterset.chosen()
    if asked is request.GET:
        # What was understood, not what was typed: only codes are kept.
        remember_filters(acting, parameters(filters))
    page = client_page(acting=acting, filters=filters, after=_uuid(request.GET.get("after")))
    context = {
        "page": page,
        "table": _table(request, page),
        "filterset": filterset,
        "filters": filters,
        "tabs": tabs(page.counts, filters),
        "total": page.counts[filters.standing],
        "next_href": address(filters, after=page.next_after) if page.next_after else "",
        "start_href": address(filters),
        "all_href": address(ListFilters()),
        "search_form": SearchForm(),
    }
    # The sheet alone when htmx swaps it; the whole page when it brings an earlier page back.
    is_swap = request.htmx and not request.htmx.history_restore_request
    return render(
        request, "caseload/includes/client_sheet.html" if is_swap else "caseload/client_list.html", context
    )


def _table(request: HttpRequest, page: ClientPage | None) -> ClientTable:
    entries = page.entries if page else []
    # One query for the mandates of a page, not one for each line.
    prefetch_related_objects(entries, "mandate")
    return ClientTable(entries, request=request)


@require_http_methods(["GET", "HEAD", "POST"])
def client_search(request: HttpRequest) -> HttpResponse:
    if (elsewhere := _detour(request)) is not None:
        if request.method == "POST":
            refuse_search(acting=request.acting, user=request.user, text=request.POST.get("q", ""))
        return elsewhere
    if request.method != "POST":
        # Somebody signed in again on the way, or reloads the address: a search is always posted.
        return redirect("home")
    form = SearchForm(request.POST)
    page = None
    if form.is_valid():
        try:
            page = search(
                acting=request.acting, text=form.cleaned_data["q"], after=form.cleaned_data["after"]
            )
        except InvalidSearch as error:
            form.add_error("q", INSZ_MISTAKES[error.reason])
    context = {
        "page": page,
        "table": _table(request, page),
        "search_form": form,
    }
    return render(request, "caseload/client_search.html", context, status=200 if page else 422)


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


@require_safe
def person_file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    try:
        opened = consult(inscription_id=public_id, acting=request.acting, user=request.user)
    except Refused:
        raise Http404 from None
    context = file_page(opened) | {"followed": opened.followed}
    return render(request, "caseload/person_file.html", context)


class CaseloadView(View):
    """Follow (`POST action=follow`) or no longer follow the person of an inscription."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
        deed = {"follow": follow, "unfollow": unfollow}.get(request.POST.get("action", ""))
        if deed is None:
            return HttpResponseBadRequest()
        try:
            deed(inscription_id=public_id, acting=request.acting, user=request.user)
        except Refused:
            raise Http404 from None
        return HttpResponseRedirect(reverse("person_file", args=[public_id]))
