"""Pages for case workers: the own clients, and one client's file."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consultations.enums import Kind
from partners.access import refuse, requires
from partners.enums import Role
from partners.http import PortalRequest
from partners.services import remember_filters
from persons.models import ClientListEntry
from persons.presentation import file_page
from persons.querysets import may_open_files
from persons.services.door import Refused, consult

from .filters import ClientFilterSet, ListFilters, address, parameters, tabs
from .forms import INSZ_MISTAKES, SearchForm, numbers_in
from .services.following import follow, unfollow
from .services.lists import InvalidSearch, SearchTerm, counts, show_page
from .tables import ClientTable


@requires(*Role, kind=Kind.LIST)
@require_safe
def client_list(request: PortalRequest) -> HttpResponse:
    """The institution's clients. Users who open no files go to the institution's figures."""
    acting = request.acting
    if not may_open_files(acting):
        return redirect("statistics:own", slug=acting.institution.slug)
    has_filters = bool(set(request.GET) & set(ClientFilterSet.base_filters))
    filterset = ClientFilterSet(
        request.GET if has_filters else acting.list_filters or {"show": "all"},
        queryset=ClientListEntry.objects.visible_to(acting),
        user_id=acting.user_id,
    )
    filters = filterset.values
    if has_filters:
        # Store the parsed filters, not the query string; they contain codes only.
        remember_filters(acting, parameters(filters))
    table = ClientTable(filterset.qs, sort=request.GET.get("sort", ""))
    page = show_page(table, acting=acting, after=_uuid(request.GET.get("after")))
    tab_counts = counts(filterset.before_tabs, filters.part)
    context = {
        "page": page,
        "table": table,
        "filterset": filterset,
        "filters": filters,
        "tabs": tabs(tab_counts, filters, table.sort),
        "total": tab_counts[filters.standing],
        "next_href": address(filters, sort=table.sort, after=page.next_after) if page.next_after else "",
        "start_href": address(filters, sort=table.sort),
        "all_href": address(ListFilters()),
        "search_form": SearchForm(),
    }
    # The sheet alone when htmx swaps it; the whole page when it brings an earlier page back.
    is_swap = request.htmx and not request.htmx.history_restore_request
    return render(
        request, "caseload/includes/client_sheet.html" if is_swap else "caseload/client_list.html", context
    )


def _numbers(request: HttpRequest) -> list[str]:
    return numbers_in(request.POST.get("q", ""))


@requires(Role.CASE_WORKER, kind=Kind.SEARCH, numbers=_numbers)
@require_http_methods(["GET", "POST"])
def client_search(request: PortalRequest) -> HttpResponse:
    """Search by name or INSZ. Always posted; any other request goes to the client list."""
    slug = request.acting.institution.slug
    if not may_open_files(request.acting):
        refuse(request, target=slug)
    if request.method != "POST":
        # The user signed in again on the way, or reloads the page.
        return redirect("client_list", slug=slug)
    form = SearchForm(request.POST)
    table = page = None
    if form.is_valid():
        try:
            term = SearchTerm.parse(form.cleaned_data["q"])
        except InvalidSearch as error:
            form.add_error("q", INSZ_MISTAKES[error.reason])
        else:
            matches = term.matches(ClientListEntry.objects.visible_to(request.acting))
            table = ClientTable(matches, orderable=False)
            page = show_page(
                table,
                acting=request.acting,
                after=form.cleaned_data["after"],
                kind=Kind.SEARCH,
                search=term,
            )
    context = {"page": page, "table": table, "search_form": form}
    return render(request, "caseload/client_search.html", context, status=200 if page else 422)


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


@requires(Role.CASE_WORKER, kind=Kind.FILE)
@require_safe
def person_file(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """One client's file; 404 when the institution may not see it."""
    try:
        opened = consult(inscription_id=public_id, acting=request.acting, user=request.user)
    except Refused:
        raise Http404 from None
    context = file_page(opened) | {"followed": opened.followed}
    return render(request, "caseload/person_file.html", context)


@requires(Role.CASE_WORKER, kind=Kind.FOLLOW)
@require_POST
def person_follow(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """Follow (`action=follow`) or no longer follow (`action=unfollow`) the person of an inscription."""
    change = {"follow": follow, "unfollow": unfollow}.get(request.POST.get("action", ""))
    if change is None:
        return HttpResponseBadRequest()
    try:
        change(inscription_id=public_id, acting=request.acting, user=request.user)
    except Refused:
        raise Http404 from None
    return redirect("person_file", slug=request.acting.institution.slug, public_id=public_id)
