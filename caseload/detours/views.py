"""Pages about detours. Each of them, and each step, is a row of the log."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consultations.enums import Kind
from partners.access import refuse, requires
from partners.downloads import download
from partners.enums import Role
from partners.http import PortalRequest
from partners.officefiles import HeadingError, OfficeFile, OfficeFileError
from partners.periods import today
from persons.enums import ThirdParty
from persons.insz import format_insz
from persons.models import AccessRequest, Inscription
from persons.querysets import may_open_files
from persons.services.detours import (
    MOST_ROWS,
    Imported,
    NotNoted,
    WrongLine,
    close,
    correct,
    last_step,
    note,
    withdraw,
)
from persons.services.ruling import refusal_of

from ..forms import ExportForm
from ..services.exports import NotExported
from .filters import DetourFilterSet
from .forms import CloseForm, CorrectForm, ImportForm, NoteForm, add_wrong
from .services import import_file, log_look, needs_reason, own_inscription, show_page, take_along
from .tables import DetourTable, MistakeTable

only_case_workers = requires(Role.CASE_WORKER, kind=Kind.ACCESS_REQUEST)


def _filterset(request: PortalRequest, parameters: QueryDict) -> DetourFilterSet:
    if not may_open_files(request.acting):
        refuse(request, target=request.acting.institution.slug)
    return DetourFilterSet(parameters, AccessRequest.objects.visible_to(request.acting))


@only_case_workers
@require_safe
def request_list(request: PortalRequest) -> HttpResponse:
    """The detours of the institution, the open ones first of all."""
    filterset = _filterset(request, request.GET)
    table = DetourTable(filterset.qs)
    page = show_page(table, acting=request.acting, after=request.GET.get("after", ""))
    context = {
        "filterset": filterset,
        "table": table,
        "page": page,
        "export_form": ExportForm(needs_reason=needs_reason(filterset.qs)),
    }
    return render(request, "caseload/detours/list.html", context)


@only_case_workers
@require_POST
def request_export(request: PortalRequest) -> HttpResponse:
    """The detours under the posted filters as a file, in the posted `format`; posted like every list with persons."""
    acting = request.acting
    filterset = _filterset(request, request.POST)
    form = ExportForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    try:
        sheet = take_along(filterset.qs, acting=acting, reason=form.cleaned_data["reason"])
    except NotExported as error:
        messages.error(request, str(error))
        filters = urlencode(filterset.values)
        return redirect(f"{reverse('request_list', args=[acting.institution.slug])}?{filters}")
    return download(sheet, form.cleaned_data["format"])


@requires(Role.CASE_WORKER, kind=Kind.ACCESS_REQUEST, takes_file=True)
@require_http_methods(["GET", "POST"])
def request_import(request: PortalRequest) -> HttpResponse:
    """Note the past detours in a file, all or none; with mistakes, show every one of them."""
    acting = request.acting
    if not may_open_files(acting):
        refuse(request, target=acting.institution.slug)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    wrong: list[WrongLine] = []
    if form.is_valid():
        try:
            result = import_file(OfficeFile(form.cleaned_data["file"].file, most=MOST_ROWS), acting)
        except (OfficeFileError, HeadingError) as error:
            form.add_unreadable(error)
        else:
            if not result.wrong:
                messages.success(request, _imported_words(result))
                return redirect("request_list", slug=acting.institution.slug)
            wrong = result.wrong
    context = {
        "form": form,
        "table": MistakeTable(wrong) if wrong else None,
        "mistakes": len(wrong),
        "third_parties": ThirdParty.labels,
    }
    return render(request, "caseload/detours/import.html", context, status=422 if form.is_bound else 200)


def _imported_words(result: Imported) -> str:
    noted = ngettext("%(number)s vraag genoteerd.", "%(number)s vragen genoteerd.", result.noted)
    words = noted % {"number": result.noted}
    if result.existing:
        existing = ngettext("%(number)s stond er al.", "%(number)s stonden er al.", result.existing)
        words = f"{words} {existing % {'number': result.existing}}"
    return words


@only_case_workers
@require_http_methods(["GET", "POST"])
def request_note(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note a detour about the client of an inscription that is not over; 404 for any other inscription."""
    acting = request.acting
    inscription = own_inscription(public_id, acting)
    if inscription is None:
        refuse(request, target=str(public_id), rule=refusal_of(public_id))
    form = NoteForm(request.POST if request.method == "POST" else None)
    log_look(acting, [inscription.insz])
    if form.is_valid():
        try:
            is_new = note(form.detour(inscription.insz))
        except NotNoted as error:
            add_wrong(form, error.code)
        else:
            messages.success(request, _("De vraag is genoteerd.") if is_new else _("Deze vraag stond er al."))
            return redirect("request_note", slug=acting.institution.slug, public_id=public_id)
    context = {
        "form": form,
        "number": format_insz(inscription.insz),
        "public_id": public_id,
        "detours": AccessRequest.objects.visible_to(acting).filter(insz=inscription.insz),
        # Not of an inscription that is still to begin: it does not say what the KBI has.
        "has_dossier": Inscription.objects.visible_to(acting).filter(pk=inscription.pk).exists(),
    }
    return render(request, "caseload/detours/note.html", context, status=422 if form.is_bound else 200)


@only_case_workers
@require_http_methods(["GET", "POST"])
def request_close(request: PortalRequest, request_id: uuid.UUID) -> HttpResponse:
    """Close a detour of the institution with the day and result of the answer; 404 for any other one."""
    acting = request.acting
    detour = AccessRequest.objects.visible_to(acting).filter(public_id=request_id).first()
    if detour is None:
        refuse(request, target=str(request_id), rule=refusal_of(request_id))
    form = CloseForm(request.POST if request.method == "POST" else None, initial={"answered_on": today()})
    log_look(acting, [detour.insz])
    if form.is_valid():
        answered_on, has_result = form.answer
        try:
            close(request_id, answered_on, has_result=has_result)
        except NotNoted as error:
            if error.code in ("closed_before", "not_found"):
                messages.warning(request, _("Deze vraag was al afgesloten, misschien door een collega."))
                return redirect("request_list", slug=acting.institution.slug)
            add_wrong(form, error.code)
        else:
            messages.success(request, _("De vraag is afgesloten."))
            return redirect("request_list", slug=acting.institution.slug)
    context = {"form": form, "detour": detour, "number": format_insz(detour.insz)}
    return render(request, "caseload/detours/close.html", context, status=422 if form.is_bound else 200)


@only_case_workers
@require_http_methods(["GET", "POST"])
def request_correct(request: PortalRequest, request_id: uuid.UUID) -> HttpResponse:
    """Correct a detour of the institution, or withdraw it (`do=withdraw`); 404 for any other or a withdrawn one."""
    acting, slug = request.acting, request.acting.institution.slug
    detour = AccessRequest.objects.visible_to(acting).filter(public_id=request_id).first()
    if detour is None:
        refuse(request, target=str(request_id), rule=refusal_of(request_id))
    events = list(detour.events.all())
    seen = last_step(events)
    log_look(acting, [detour.insz])
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        _withdraw(request, request_id)
        return redirect("request_list", slug=slug)
    form = CorrectForm(request.POST if request.method == "POST" else None, detour=detour, seen=seen)
    if form.is_valid():
        try:
            is_new = correct(request_id, form.detour(detour.insz), seen=form.cleaned_data["seen"])
        except NotNoted as error:
            if error.code == "not_found":
                messages.warning(request, _("Deze vraag was al ingetrokken, misschien door een collega."))
                return redirect("request_list", slug=slug)
            add_wrong(form, error.code)
            if error.code == "changed_before":
                form.see_again(seen)
        else:
            messages.success(request, _("De vraag is verbeterd.") if is_new else _("Er is niets gewijzigd."))
            return redirect("request_list", slug=slug)
    context = {"form": form, "detour": detour, "events": events, "number": format_insz(detour.insz)}
    return render(request, "caseload/detours/correct.html", context, status=422 if form.is_bound else 200)


def _withdraw(request: PortalRequest, request_id: uuid.UUID) -> None:
    try:
        withdraw(request_id)
    except NotNoted:
        messages.warning(request, _("Deze vraag was al ingetrokken, misschien door een collega."))
    else:
        messages.success(request, _("De vraag is ingetrokken als vergissing en telt niet meer mee."))
