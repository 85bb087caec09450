"""The queue of escapes, and the review of one. Each page is a row of the log."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consultations.enums import Kind
from partners.access import refuse, requires
from partners.enums import Role
from partners.http import PortalRequest
from persons.models import Escape
from persons.services.escaping import NotTaken, review

from .filters import EscapeFilterSet
from .forms import ReviewForm
from .services import show_escape, show_queue, waiting
from .tables import EscapeTable, state_words

only_privacy_officers = requires(Role.PRIVACY_OFFICER, kind=Kind.LOG_READING)


@only_privacy_officers
@require_safe
def queue(request: PortalRequest) -> HttpResponse:
    """The escapes that wait for a review, with their age and day; or those that have one (`state=reviewed`)."""
    acting = request.acting
    filterset = EscapeFilterSet(request.GET, Escape.objects.to_review(acting))
    table = EscapeTable(filterset.qs, reader_id=acting.user_id)
    after = request.GET.get("after", "")
    page = show_queue(table, acting=acting, after=after, place=filterset.state)
    context = {
        "filterset": filterset,
        "table": table,
        "page": page,
        "waiting": waiting(acting),
        "institution_read": acting.institution,
    }
    return render(request, "oversight/escapes/queue.html", context)


@only_privacy_officers
@require_http_methods(["GET", "POST"])
def review_escape(request: PortalRequest, escape_id: uuid.UUID) -> HttpResponse:
    """One escape, its reviews and the form of a review; not for the own one. 404 for those of other institutions."""
    acting = request.acting
    escape = show_escape(escape_id, acting=acting)
    if escape is None:
        refuse(request, target=str(escape_id))
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            review(escape_id, verdict=form.chosen, note=form.cleaned_data["note"])
        except NotTaken as error:
            form.add_error(None, forms.ValidationError(error.words, code=error.code))
        else:
            messages.success(request, _("Uw oordeel is bewaard."))
            return redirect("oversight:escapes", slug=acting.institution.slug)
    context = {
        "escape": escape,
        "state": state_words(escape),
        "is_late": escape.verdict is None and escape.is_late,
        "is_own": escape.user_id == acting.user_id,
        "form": form,
        "institution_read": escape.institution,
    }
    return render(request, "oversight/escapes/escape.html", context, status=422 if form.is_bound else 200)
