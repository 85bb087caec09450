"""The figures of the institution one works for; the agency's pages are in admin.py."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from .exports import FORMATS, download
from .forms import OwnYearForm
from .presentation import context, year_page
from .services.counting import CountedElsewhere


def _detour(request: HttpRequest) -> HttpResponse | None:
    """Where somebody goes who works for no institution (now)."""
    if request.acting is not None:
        return None
    if request.memberships:
        return redirect("choose_membership")
    if request.user.is_staff:
        return redirect("admin:index")
    return render(request, "partners/no_membership.html", status=403)


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    if (elsewhere := _detour(request)) is not None:
        return elsewhere
    form = OwnYearForm(request.GET)
    try:
        page = year_page(form.chosen(), request.acting.institution)
    except CountedElsewhere:
        return render(request, "statistics/rebuild.html", status=503)
    return render(
        request, "statistics/own.html", context(page, form, request.GET, reverse("statistics:own_download"))
    )


@require_safe
def own_download(request: HttpRequest) -> HttpResponse:
    if (elsewhere := _detour(request)) is not None:
        return elsewhere
    form = OwnYearForm(request.GET)
    try:
        page = year_page(form.chosen(), request.acting.institution)
    except CountedElsewhere:
        return render(request, "statistics/rebuild.html", status=503)
    sheet = page.of_name(request.GET.get("table", ""))
    if form.errors or sheet is None or request.GET.get("format") not in FORMATS:
        raise Http404
    return download(sheet, request.GET["format"])
