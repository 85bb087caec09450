"""The page of a pasted list: what its numbers are, and what to do with them all at once."""

from __future__ import annotations

import uuid
from collections import Counter

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consultations.enums import Kind
from partners.access import refuse, requires
from partners.enums import Role
from partners.http import PortalRequest
from partners.services import versions_by_capacity
from persons.querysets import may_open_files

from .forms import LONGEST_LIST, PasteForm
from .registerform import RegisterForm
from .registration import versions_to_register
from .services.pastedlists import (
    MOST_NUMBERS,
    PastedNumber,
    PastedPage,
    log_nothing_registered,
    look_up,
    numbers_in,
    put_list_in_caseload,
    rows_of,
    store_list,
    stored_list,
)
from .services.registering import log_mistake, register_clients, registrar_among
from .services.sessionvalues import OtherInstitution
from .tables import PastedTable


def _pasted_numbers(request: HttpRequest) -> list[str]:
    numbers = numbers_in(request.POST.get("numbers", "")[:LONGEST_LIST])
    return [number.text for number in numbers if not number.mistake][:MOST_NUMBERS]


@requires(Role.CASE_WORKER, kind=Kind.PASTED_LIST, numbers=_pasted_numbers)
@require_http_methods(["GET", "POST"])
def paste_list(request: PortalRequest) -> HttpResponse:
    """The page for a pasted list. A POST stores its numbers in the session and leads to what they are."""
    slug = request.acting.institution.slug
    if not may_open_files(request.acting):
        refuse(request, target=slug)
    form = PasteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        list_id = store_list(request.session, form.cleaned_data["numbers"], request.acting)
        return redirect("pasted_list", slug=slug, list_id=list_id)
    return _page(request, form, status=422 if form.is_bound else 200)


@requires(Role.CASE_WORKER, kind=Kind.PASTED_LIST)
@require_safe
def pasted_list(request: PortalRequest, list_id: uuid.UUID) -> HttpResponse:
    """What the numbers of a list are now, in the order in which they were pasted; 404 as for a search."""
    numbers = _numbers(request, list_id)
    if numbers is None:
        return _page(request, PasteForm(), is_gone=True)
    page = look_up(numbers, request.acting)
    form = _register_form(request) if page.counts["unknown"] else None
    return _page(request, PasteForm(), page=page, list_id=list_id, register_form=form)


@requires(Role.CASE_WORKER, kind=Kind.FOLLOW)
@require_POST
def pasted_list_follow(request: PortalRequest, list_id: uuid.UUID) -> HttpResponse:
    """Put the clients of a list, also those who wait for the KBI, in the own caseload."""
    back = redirect("pasted_list", slug=request.acting.institution.slug, list_id=list_id)
    numbers = _numbers(request, list_id)
    if numbers is None:
        return back
    added = put_list_in_caseload(numbers, request.acting)
    words = ngettext(
        "%(number)s cliënt staat nu ook in uw caseload.",
        "%(number)s cliënten staan nu ook in uw caseload.",
        added,
    )
    messages.success(request, words % {"number": added} if added else _("Ze stonden al in uw caseload."))
    return back


@requires(Role.CASE_WORKER, kind=Kind.REGISTRATION)
@require_POST
def pasted_list_register(request: PortalRequest, list_id: uuid.UUID) -> HttpResponse:
    """Register all numbers of a list that are not registered, in one capacity and for one reason."""
    acting = request.acting
    numbers = _numbers(request, list_id)
    back = redirect("pasted_list", slug=acting.institution.slug, list_id=list_id)
    if numbers is None:
        return back
    unknown = [row.number.text for row in rows_of(numbers, acting) if row.state == "unknown"]
    form = _register_form(request, is_posted=True) if unknown else None
    if form is None:
        log_nothing_registered(numbers, acting)
        messages.info(request, _("Er was niemand meer in te schrijven."))
        return back
    if form.is_valid():
        version = form.versions[form.cleaned_data["capacity"]]
        registrar = registrar_among(request.memberships, acting, version.may_register) or acting
        rows = [form.row(number) for number in unknown]
        registrations = register_clients(rows, registrar=registrar, target=list_id)
        outcomes = Counter(each.outcome for each in registrations)
        newer = {
            row.insz: each.current.insz
            for row, each in zip(rows, registrations, strict=True)
            if each.is_replaced and each.current
        }
        if newer:
            # Under the earlier numbers they would seem to be unregistered still.
            numbers = [number._replace(text=newer.get(number.text, number.text)) for number in numbers]
            list_id = store_list(request.session, numbers, acting)
            back = redirect("pasted_list", slug=acting.institution.slug, list_id=list_id)
            words = ngettext(
                "%(number)s nummer is vervangen; in de lijst staat nu het nieuwe nummer.",
                "%(number)s nummers zijn vervangen; in de lijst staan nu de nieuwe nummers.",
                len(newer),
            )
            messages.info(request, words % {"number": len(newer)})
        if done := outcomes["registered"]:
            words = ngettext("%(number)s cliënt ingeschreven.", "%(number)s cliënten ingeschreven.", done)
            messages.success(request, words % {"number": done})
        if form.cleaned_data["follow"]:
            # Those of the list that were clients already stay where they are.
            put_list_in_caseload([PastedNumber(newer.get(number, number)) for number in unknown], acting)
        refused = set(outcomes) - {"registered", "exists", "brought_forward"}
        if not refused:
            return back
        for outcome in sorted(refused):
            form.refuse(outcome)
    else:
        for number in unknown:
            log_mistake(number, acting=acting, target=list_id, rule=None)
    form.point_at_mistake()
    page = look_up(numbers, acting)
    return _page(request, PasteForm(), page=page, list_id=list_id, register_form=form, status=422)


def _numbers(request: PortalRequest, list_id: uuid.UUID) -> list[PastedNumber] | None:
    if not may_open_files(request.acting):
        refuse(request, target=str(list_id))
    try:
        return stored_list(request.session, list_id, request.acting)
    except OtherInstitution:
        raise Http404 from None


def _register_form(request: PortalRequest, *, is_posted: bool = False) -> RegisterForm | None:
    """The form that registers the unregistered numbers of a list; None when others register."""
    versions = versions_to_register(request, versions_by_capacity(request.acting.institution))
    if not versions:
        return None
    form = RegisterForm(request.POST if is_posted else None, versions=versions, opens_files=True)
    if not is_posted:
        form.fields["capacity"].widget.attrs.pop("autofocus", None)
    return form


def _page(
    request: PortalRequest,
    form: PasteForm,
    *,
    page: PastedPage | None = None,
    list_id: uuid.UUID | None = None,
    register_form: RegisterForm | None = None,
    is_gone: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "page": page,
        "list_id": list_id,
        "table": PastedTable(page.rows) if page else None,
        "register_form": register_form,
        "is_gone": is_gone,
    }
    return render(request, "caseload/pasted_list.html", context, status=status)
