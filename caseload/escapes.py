"""The pages of an escape: the warning, the form, and the file while its hours last."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consultations.enums import Kind
from partners.access import refuse, requires
from partners.enums import Role
from partners.http import PortalRequest
from partners.mandates import block_labels
from persons.escapes import HOURS, REVIEW_DAYS
from persons.insz import format_insz
from persons.presentation import escaped_file
from persons.querysets import may_open_files
from persons.services.door import Refused, consult_escape
from persons.services.escaping import NotTaken, begin, break_off, versions_to_escape
from persons.services.opened import EmptyEscape

from .escapeforms import EscapeForm
from .services.searches import stored_search
from .services.sessionvalues import OtherInstitution

only_case_workers = requires(Role.CASE_WORKER, kind=Kind.ESCAPE)


@only_case_workers
@require_http_methods(["GET", "POST"])
def escape_warning(request: PortalRequest, search_id: uuid.UUID) -> HttpResponse:
    """What an escape is, before its form. A POST (`do=stop`) breaks off, which is counted, and goes back."""
    slug = request.acting.institution.slug
    number = _number(request, search_id)
    versions = versions_to_escape(request.acting.institution)
    if not number or not versions:
        return redirect("search_results", slug=slug, search_id=search_id)
    if request.method == "POST":
        if request.POST.get("do") != "stop":
            return HttpResponseBadRequest()
        break_off(number, acting=request.acting)
        messages.info(request, _("Afgebroken: u zag niets van dit dossier. Dat u afbrak, is geteld."))
        return redirect("search_results", slug=slug, search_id=search_id)
    shown = {name for version in versions.values() for name in version.escape_blocks}
    context = {
        "number": format_insz(number),
        "search_id": search_id,
        "blocks": block_labels(shown),
        "hours": HOURS,
        "days": REVIEW_DAYS,
    }
    return render(request, "caseload/escapes/warning.html", context)


@only_case_workers
@require_http_methods(["GET", "POST"])
def escape_begin(request: PortalRequest, search_id: uuid.UUID) -> HttpResponse:
    """The form. A POST begins the escape and leads to its file; 404 when a rule above every mandate refuses."""
    acting, slug = request.acting, request.acting.institution.slug
    number = _number(request, search_id)
    versions = versions_to_escape(acting.institution)
    if not number or not versions:
        return redirect("search_results", slug=slug, search_id=search_id)
    form = EscapeForm(request.POST if request.method == "POST" else None, versions=versions)
    if form.is_valid():
        try:
            escape_id = begin(
                number,
                capacity=form.capacity,
                reason=form.chosen,
                explanation=form.cleaned_data["explanation"],
                acting=acting,
                target=search_id,
            )
        except Refused:
            raise Http404 from None
        except NotTaken as error:
            messages.warning(request, error.words)
            return redirect("search_results", slug=slug, search_id=search_id)
        return redirect("escape_file", slug=slug, escape_id=escape_id)
    context = {"form": form, "number": format_insz(number), "search_id": search_id, "hours": HOURS}
    return render(request, "caseload/escapes/begin.html", context, status=422 if form.is_bound else 200)


def _number(request: PortalRequest, search_id: uuid.UUID) -> str:
    """Return the INSZ of a search of this session; "" when there is none any more. 404 for who opens no files."""
    if not may_open_files(request.acting):
        refuse(request, target=str(search_id))
    try:
        term = stored_search(request.session, search_id, request.acting)
    except OtherInstitution:
        raise Http404 from None
    return term.number if term else ""


@requires(Role.CASE_WORKER, kind=Kind.ESCAPE_FILE)
@require_safe
def escape_file(request: PortalRequest, escape_id: uuid.UUID) -> HttpResponse:
    """The file that an escape opens: its blocks only, and nothing to do with it. 404 after its hours."""
    try:
        opened = consult_escape(escape_id=escape_id, acting=request.acting, user=request.user)
    except Refused:
        raise Http404 from None
    if isinstance(opened, EmptyEscape):
        context = {"number": format_insz(opened.escape.insz), "ends_at": opened.escape.ends_at}
        return render(request, "caseload/escapes/empty.html", context | {"logged_at": opened.consultation.at})
    return render(request, "caseload/escapes/file.html", escaped_file(opened))
