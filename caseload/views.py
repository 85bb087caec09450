"""Pages for case workers: the own clients, and one client's file."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from consultations.enums import Kind
from partners.access import refuse, requires
from partners.enums import Role
from partners.http import PortalRequest
from partners.periods import today
from partners.services import remember_filters, saved_filters
from persons.models import ClientListEntry
from persons.presentation import (
    BY_SLUG,
    FIRST_SCREEN,
    SHEET_BLOCKS,
    Fold,
    conversation_sheet,
    file_part,
    first_screen,
    whole_file,
)
from persons.querysets import REGISTRARS, may_open_files, may_register
from persons.services.caseload import own_caseload
from persons.services.door import LookExpired, OpenedFile, Refused, consult, open_part
from persons.services.own import own_inscriptions

from .band import band
from .enums import Attention
from .filelinks import FileLinks
from .filters import (
    ALL,
    NOTHING,
    OWN,
    ClientFilterSet,
    address,
    chips,
    client_table,
    filters_in,
    list_query,
    parameters,
    posted,
    saved,
    switch,
    tabs,
)
from .forms import ExportForm, SearchForm, numbers_in
from .paging import AFTER
from .registration import AboutNumber, about_number
from .services.exports import REASON_ABOVE
from .services.following import follow
from .services.lists import ClientPage, counts, is_short, show_page
from .services.pastedlists import store_list
from .services.searches import store_search, stored_search
from .services.sessionvalues import OtherInstitution
from .services.waiting import count_waiting
from .tables import ClientTable

# Of users who open no files; the others, such as staff of the agency, go to the figures.
_FIRST_PAGES: Mapping[str, str] = {Role.LOCAL_ADMINISTRATOR: "team", Role.PRIVACY_OFFICER: "oversight:desk"}


@requires(*Role, kind=Kind.LIST)
@require_http_methods(["GET", "POST"])
def client_list(request: PortalRequest) -> HttpResponse:
    """The institution's clients. A POST remembers its filters and leads to the list under them.

    Without filters in the address, the remembered ones apply; without those, the list shows the own caseload once it
    has a client. Users who open no files go to the first page of their role, or else to the figures.
    """
    acting = request.acting
    if not may_open_files(acting):
        return redirect(_FIRST_PAGES.get(acting.role, "statistics:own"), slug=acting.institution.slug)
    if request.method == "POST":
        return redirect(_remember(request))
    has_filters = bool(set(request.GET) & set(ClientFilterSet.base_filters))
    caseload = own_caseload()
    first = {"show": OWN if caseload.has_clients else ALL}
    filterset = ClientFilterSet(
        request.GET if has_filters else acting.list_filters or first,
        queryset=ClientListEntry.objects.visible_to(acting),
        acting=acting,
    )
    filters = filterset.values
    tab_counts = counts(
        filterset.before_tabs,
        filters.part,
        tab=filters.standing,
        one_per_client=not filters.capacity and filters.attention != Attention.ENDING,
    )
    total = tab_counts[filters.standing]
    table = client_table(
        filterset, request.GET.get("sort", ""), short=not total.capped or is_short(filterset.qs)
    )
    page = show_page(
        table, acting=acting, after=request.GET.get("after", ""), has_outdated=tab_counts.has_outdated
    )
    attention = band(filterset)
    table.new_since = attention.since
    context = {
        "page": page,
        "band": attention,
        "table": table,
        "filterset": filterset,
        "filters": filters,
        "tabs": tabs(tab_counts, filters, table.sort),
        "chips": chips(filterset, table.sort),
        "total": total,
        "clients": tab_counts[""],
        "switch": switch(filters, table.sort),
        "posted": parameters(filters),
        "saved": saved(saved_filters(acting)),
        "waiting": count_waiting(acting),
        "next_href": address(filters, sort=table.sort, after=page.next_after) if page.next_after else "",
        "previous_href": address(filters, sort=table.sort, after=page.previous) if page.previous else "",
        "start_href": address(filters, sort=table.sort),
        "notices": caseload.notices,
        "due": caseload.due,
        "all_href": address(NOTHING),
        "all_posted": posted(NOTHING),
        "search_form": SearchForm(),
        "export_form": ExportForm(needs_reason=total.number > REASON_ABOVE),
    }
    # The sheet alone when htmx swaps it; the whole page when it brings an earlier page back.
    is_swap = request.htmx and not request.htmx.history_restore_request
    return render(
        request, "caseload/includes/client_sheet.html" if is_swap else "caseload/client_list.html", context
    )


def _remember(request: PortalRequest) -> str:
    """Store the posted filters for the next visit, and return the address of the list under them."""
    filters, sort = filters_in(request.POST, request.acting)
    visible = ClientListEntry.objects.visible_to(request.acting)
    if filters.centre and filters.centre not in visible.centres():
        # Any text could come in as a centre, also a name.
        filters = replace(filters, centre="")
    # Store the parsed filters, not the posted text; they contain codes only. What was new today is not new tomorrow.
    remember_filters(request.acting, parameters(replace(filters, attention="")))
    return reverse("client_list", args=[request.acting.institution.slug]) + address(filters, sort=sort)


def _numbers(request: HttpRequest) -> list[str]:
    return numbers_in(request.POST.get("q", ""))


@requires(*REGISTRARS, kind=Kind.SEARCH, numbers=_numbers)
@require_http_methods(["GET", "POST"])
def client_search(request: PortalRequest) -> HttpResponse:
    """The search page. A POST with a name, birth date or INSZ stores it in the session and leads to its results.

    Several numbers lead to the page of a pasted list.
    Local administrators search by INSZ only: they register, and see no list.
    """
    slug = request.acting.institution.slug
    if not may_register(request.acting):
        refuse(request, target=slug)
    form = SearchForm(
        request.POST if request.method == "POST" else None, by_name=may_open_files(request.acting)
    )
    if form.is_valid():
        if form.numbers:
            list_id = store_list(request.session, form.numbers, request.acting)
            return redirect("pasted_list", slug=slug, list_id=list_id)
        search_id = store_search(request.session, form.cleaned_data["q"], request.acting)
        return redirect("search_results", slug=slug, search_id=search_id)
    return _search_page(request, form, status=422 if form.is_bound else 200)


@requires(*REGISTRARS, kind=Kind.SEARCH)
@require_safe
def search_results(request: PortalRequest, search_id: uuid.UUID) -> HttpResponse:
    """The clients that a search of this session finds now; 404 when it belongs to another institution.

    For an INSZ without an inscription in force: what the institution itself knows about it, and the form to register
    it. The search page opens empty, with the reason, when the session does not have the search, or no longer.
    """
    by_name = may_open_files(request.acting)
    if not may_register(request.acting):
        refuse(request, target=str(search_id))
    try:
        term = stored_search(request.session, search_id, request.acting)
    except OtherInstitution:
        raise Http404 from None
    if term is None:
        return _search_page(request, SearchForm(by_name=by_name), is_gone=True)
    own = own_inscriptions(request.acting, term.number) if term.number else []
    matches = term.matches(ClientListEntry.objects.visible_to(request.acting))
    table = ClientTable(
        matches,
        sort=request.GET.get("sort", ""),
        usual="client",
        own_courses=request.acting.institution.is_school,
    )
    page = show_page(
        table,
        acting=request.acting,
        after=request.GET.get("after", ""),
        kind=Kind.SEARCH,
        search=term,
        also_shown=[term.number] if own else [],
    )
    return _search_page(
        request,
        SearchForm(initial={"q": term.text}, by_name=by_name),
        page=page,
        table=table,
        about=about_number(request, search_id, term.number, own)
        if term.number and not page.entries
        else None,
    )


def _search_page(
    request: PortalRequest,
    form: SearchForm,
    *,
    page: ClientPage | None = None,
    table: ClientTable | None = None,
    about: AboutNumber | None = None,
    is_gone: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {"search_form": form, "page": page, "table": table, "about": about, "is_gone": is_gone}
    return render(request, "caseload/client_search.html", context, status=status)


@requires(Role.CASE_WORKER, kind=Kind.FILE)
@require_safe
def person_file(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """The first screen of one client's file; 404 when the institution may not see it."""
    try:
        opened = consult(
            inscription_id=public_id, acting=request.acting, user=request.user, blocks=FIRST_SCREEN
        )
    except Refused:
        raise Http404 from None
    screen = first_screen(opened)
    links = FileLinks(request.acting.institution.slug, public_id, opened.consultation.pk)
    context = screen | {
        "links": links,
        "parts": [(fold, links.part(fold.slug)) for fold in screen["folds"]],
        "followed": opened.followed,
        "withdrawable": localdate(opened.inscription.registered_at) == today(),
        "list_query": list_query(request.GET, request.acting),
    }
    return render(request, "caseload/person_file.html", context)


@requires(Role.CASE_WORKER, kind=Kind.FILE)
@require_safe
def file_beside(request: PortalRequest, public_id: uuid.UUID, direction: str) -> HttpResponse:
    """Lead from one file to the next or the previous one of the list under the filters of the address."""
    acting = request.acting
    slug = acting.institution.slug
    visible = ClientListEntry.objects.visible_to(acting)
    entry = visible.filter(public_id=public_id).first()
    if entry is None:
        # The file says that it may not be seen, and logs it.
        return redirect("person_file", slug=slug, public_id=public_id)
    filterset = ClientFilterSet(request.GET, queryset=visible, acting=acting)
    table = client_table(filterset, request.GET.get("sort", ""))
    beside = table.beside(entry, direction)
    if beside is None:
        words = (
            _("Dat was de laatste cliënt van deze lijst.")
            if direction == AFTER
            else _("Dat was de eerste cliënt van deze lijst.")
        )
        messages.info(request, words)
        return redirect(reverse("client_list", args=[slug]) + table.query)
    return redirect(reverse("person_file", args=[slug, beside.public_id]) + table.query)


@requires(Role.CASE_WORKER, kind=Kind.SECTION)
@require_safe
def file_section(request: PortalRequest, public_id: uuid.UUID, look: uuid.UUID, part: str) -> HttpResponse:
    """One part of a file that the user opened before: the part alone for htmx, else on a page of its own."""
    fold = BY_SLUG.get(part)
    if fold is None:
        raise Http404
    return _part(request, public_id, look, Kind.SECTION, fold)


@requires(Role.CASE_WORKER, kind=Kind.SECTION)
@require_safe
def whole_file_page(request: PortalRequest, public_id: uuid.UUID, look: uuid.UUID) -> HttpResponse:
    """Everything of a file that the user opened before, on one page."""
    return _part(request, public_id, look, Kind.SECTION)


@requires(Role.CASE_WORKER, kind=Kind.PRINT)
@require_safe
def print_file(request: PortalRequest, public_id: uuid.UUID, look: uuid.UUID) -> HttpResponse:
    """The whole file for paper; logged as printed."""
    return _part(request, public_id, look, Kind.PRINT)


@requires(Role.CASE_WORKER, kind=Kind.PRINT)
@require_safe
def conversation(request: PortalRequest, public_id: uuid.UUID, look: uuid.UUID) -> HttpResponse:
    """The conversation sheet for the client; logged as printed. `taal` is the code of the second language."""
    opened = _opened(request, public_id, look, Kind.PRINT, SHEET_BLOCKS)
    if isinstance(opened, HttpResponse):
        return opened
    worker = ", ".join(filter(None, (request.user.get_full_name(), request.acting.institution.name)))
    context = conversation_sheet(opened, chosen=request.GET.get("taal"), worker=worker)
    return render(request, "caseload/conversation_sheet.html", context)


def _part(
    request: PortalRequest, public_id: uuid.UUID, look: uuid.UUID, kind: Kind, fold: Fold | None = None
) -> HttpResponse:
    """Show a part of a file, or all of it without a `fold`."""
    opened = _opened(request, public_id, look, kind, None if fold is None else fold.blocks)
    if isinstance(opened, HttpResponse):
        return opened
    if fold is None:
        return render(
            request, "caseload/whole_file.html", whole_file(opened) | {"prints": kind == Kind.PRINT}
        )
    template = "caseload/includes/file_part.html" if request.htmx else "caseload/file_part.html"
    context = file_part(opened, fold) | {"public_id": public_id}
    return render(request, template, context)


def _opened(
    request: PortalRequest, public_id: uuid.UUID, look: uuid.UUID, kind: Kind, blocks: Collection[str] | None
) -> OpenedFile | HttpResponse:
    """Open a part of a file; return the way to the file when it has to open again, after half an hour."""
    try:
        return open_part(
            inscription_id=public_id,
            look=look,
            acting=request.acting,
            user=request.user,
            kind=kind,
            blocks=blocks,
        )
    except Refused:
        raise Http404 from None
    except LookExpired:
        address = reverse("person_file", args=[request.acting.institution.slug, public_id])
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


@requires(Role.CASE_WORKER, kind=Kind.FOLLOW)
@require_POST
def person_follow(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put the client of an inscription in the own caseload (`action=follow`), or take them out (`action=unfollow`)."""
    action = request.POST.get("action", "")
    is_on = action == "follow"
    if action not in {"follow", "unfollow"}:
        return HttpResponseBadRequest()
    try:
        [inscription] = follow([public_id], acting=request.acting, user=request.user, on=is_on)
    except Refused:
        raise Http404 from None
    slug = request.acting.institution.slug
    # No name: the message waits in a cookie, and another tab may show it.
    words = _("Staat nu in uw caseload.") if is_on else _("Staat niet meer in uw caseload.")
    if request.htmx:
        # The star of a row: nothing is drawn again, so that the focus stays.
        event = {"starred": {"on": is_on, "words": words}}
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(event)})
    messages.success(request, words)
    if "list" in request.POST:
        query = list_query(QueryDict(request.POST["list"].removeprefix("?")), request.acting)
        return redirect(reverse("client_list", args=[slug]) + query)
    if inscription.person_id is None:
        return redirect("waiting_list", slug=slug)
    return redirect("person_file", slug=slug, public_id=public_id)
