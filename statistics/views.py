"""The figures of the institution in the address; the agency's pages are in admin.py."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from partners.access import requires
from partners.enums import Role
from partners.http import PortalRequest

from .exports import FORMATS, download
from .filters import OwnFilterSet
from .presentation import context, year_page
from .services.counting import CountedElsewhere


@requires(*Role)
@require_safe
def own(request: PortalRequest) -> HttpResponse:
    """A year of the institution's figures."""
    filterset = OwnFilterSet(request.GET, request.acting.institution)
    try:
        page = year_page(filterset.form.choice(), filterset.scope)
    except CountedElsewhere:
        return render(request, "statistics/rebuild.html", status=503)
    downloads = reverse("statistics:own_download", args=[request.acting.institution.slug])
    return render(request, "statistics/own.html", context(page, filterset, request.GET, downloads))


@requires(*Role)
@require_safe
def own_download(request: PortalRequest) -> HttpResponse:
    """A table of that page as a file; `table` and `format` name it, 404 when there is no such table."""
    filterset = OwnFilterSet(request.GET, request.acting.institution)
    try:
        page = year_page(filterset.form.choice(), filterset.scope)
    except CountedElsewhere:
        return render(request, "statistics/rebuild.html", status=503)
    sheet = page.of_name(request.GET.get("table", ""))
    if filterset.errors or sheet is None or request.GET.get("format") not in FORMATS:
        raise Http404
    return download(sheet, request.GET["format"])
