"""The pages of client lists as files: upload, look over, register in the background, report."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consultations.enums import Kind
from partners.access import refuse, requires
from partners.csvfiles import CONTENT_TYPE, write_csv
from partners.http import PortalRequest
from partners.texts import one_line
from persons.querysets import REGISTRARS, may_register
from persons.services.registering import ClientFileError

from .enums import UploadState
from .models import Upload
from .paging import KeysetPaginator
from .services import uploads
from .uploadrows import (
    MAX_REASON,
    UploadForm,
    UploadRowFilterSet,
    UploadRowTable,
    groups,
    report_rows,
)

PAGE_SIZE = 100
MOST_LISTED = 50
# What the buttons of a list do.
DEEDS = ("save", "all", "none", "start", "resume", "delete")


@requires(*REGISTRARS, kind=Kind.UPLOAD, takes_file=True)
@require_http_methods(["GET", "POST"])
def upload_list(request: PortalRequest) -> HttpResponse:
    """Choose a client list to upload, and the lists of the last week. A POST leads to the page of the list."""
    acting = request.acting
    if not may_register(acting):
        refuse(request, target=acting.institution.slug)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = uploads.take_in(
                file.file, file.name, acting=acting, is_complete=form.cleaned_data["is_complete"]
            )
        except ClientFileError as error:
            place = _("Regel %(line)s: ") % {"line": error.line} if error.line else ""
            reason = f"{place}{error.reason}."
            form.add_error("file", reason[:1].upper() + reason[1:])
        else:
            return redirect("upload", slug=acting.institution.slug, public_id=upload.public_id)
    listed = Upload.objects.visible_to(acting).select_related("user")[:MOST_LISTED]
    context = {"form": form, "uploads": listed}
    return render(request, "caseload/upload_list.html", context, status=422 if form.is_bound else 200)


@requires(*REGISTRARS, kind=Kind.UPLOAD)
@require_http_methods(["GET", "POST"])
def upload(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """One list: its rows with what would happen or did, or how far the work is. A POST ticks, starts or deletes."""
    if request.method == "POST":
        return _change(request, public_id)
    found = uploads.find(public_id, request.acting)
    counts = found.rows.count_groups()
    is_own = found.user_id == request.acting.user_id
    context = {
        "upload": found,
        "counts": counts,
        "is_own": is_own,
        "is_stalled": uploads.is_stalled(found),
    }
    if found.state in {*uploads.AT_WORK, UploadState.STOPPED}:
        # No person is shown, so this is no row of the log.
        return render(request, "caseload/upload_progress.html", context)
    if request.htmx and not request.htmx.history_restore_request:
        # The page that asked is the one of the progress, and the work is done.
        return HttpResponse(headers={"HX-Refresh": "true"})
    filterset = UploadRowFilterSet(request.GET, queryset=found.rows.all())
    editable = is_own and found.state == UploadState.CHECKED
    table = UploadRowTable(filterset.qs, editable=editable, is_done=found.state == UploadState.DONE)
    context_of_cursor = ("upload", public_id, request.acting.user_id, filterset.group)
    table.paginate(KeysetPaginator, PAGE_SIZE, request.GET.get("after", ""), context=context_of_cursor)
    uploads.log_shown(Kind.UPLOAD, found, table.page.object_list, request.acting)
    context |= {
        "table": table,
        "group": filterset.group,
        "groups": groups(counts, filterset.group),
        "editable": editable,
        "max_reason": MAX_REASON,
    }
    return render(request, "caseload/upload.html", context)


def _change(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """Do what the posted form asks, as one row of the log.

    The ticks on screen are stored whichever button was pressed: those are the rows that start.
    """
    found = uploads.find_own(public_id, request.acting)
    post, acting = request.POST, request.acting
    deed = post.get("do", "save")
    try:
        on_page, ticked = ([int(value) for value in post.getlist(name)] for name in ("on_page", "row"))
    except ValueError:
        return HttpResponseBadRequest()
    if deed not in DEEDS:
        return HttpResponseBadRequest()
    end_reason = one_line(post.get("end_reason", "").replace("\0", " "))[:MAX_REASON]
    touched = uploads.choose(found, on_page, ticked, end_reason=end_reason)
    deleted = None
    if deed in {"all", "none"}:
        touched += uploads.choose_all(found, post.get("show", ""), ticked=deed == "all")
    elif deed == "start":
        touched += _start(request, found)
    elif deed == "resume":
        touched += uploads.resume(found, acting)
    elif deed == "delete":
        deleted = uploads.forget(found)
        touched += deleted or []
    uploads.log_change(found, touched, acting)
    if deleted is not None:
        messages.success(request, _("De lijst is verwijderd. Wat ingeschreven is, blijft ingeschreven."))
        return redirect("upload_list", slug=acting.institution.slug)
    if deed == "delete":
        messages.error(request, _("De lijst wordt nog ingeschreven. Verwijder ze als dat klaar is."))
    # Where the button leads: another group, or another page of this one.
    query = {"show": post.get("group", post.get("show", "")), "after": post.get("next", "")}
    address = reverse("upload", args=[acting.institution.slug, public_id])
    query = {name: value for name, value in query.items() if value}
    return redirect(f"{address}?{urlencode(query)}" if query else address)


def _start(request: PortalRequest, found: Upload) -> list[str]:
    """Start the work, or say what is missing; return the numbers that started.

    A second press of the button starts nothing and says nothing.
    """
    counts = found.rows.count_groups()
    found.refresh_from_db(fields=["end_reason", "state"])
    if found.state != UploadState.CHECKED:
        return []
    if not counts["ticked"]:
        messages.error(request, _("Er is geen enkele rij aangevinkt."))
    elif not request.POST.get("sure"):
        messages.error(request, _("Er is nog niets ingeschreven: bevestig eerst dat dit uw cliënten zijn."))
    elif counts["ending"] and not found.end_reason:
        messages.error(request, _("Er is nog niets gedaan: geef een reden om te beëindigen."))
    else:
        return uploads.start(found, request.acting)
    return []


@requires(*REGISTRARS, kind=Kind.EXPORT)
@require_safe
def upload_report(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """The rows of a list as CSV, all or those of one group. No cell is a formula."""
    found = uploads.find(public_id, request.acting)
    rows = list(UploadRowFilterSet(request.GET, queryset=found.rows.order_by("pk")).qs)
    uploads.log_shown(Kind.EXPORT, found, rows, request.acting)
    response = HttpResponse(write_csv(report_rows(found, rows)), content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="verslag.csv"'
    return response
