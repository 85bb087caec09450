"""The figures of the institution in the address; the agency's pages are in admin.py."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from partners.access import requires
from partners.enums import Role
from partners.http import PortalRequest

from .expected.filters import OwnExpectedFilterSet
from .expected.pages import expected_response
from .filters import OwnFilterSet
from .pages import Frame, year_response


@requires(*Role)
@require_safe
def own(request: PortalRequest) -> HttpResponse:
    """Show a year of the institution's figures."""
    return _year(request)


@requires(*Role)
@require_safe
def own_download(request: PortalRequest) -> HttpResponse:
    """Return a table of that page as a file; `table` and `format` in the address name it. Raises Http404."""
    return _year(request, as_file=True)


def _year(request: PortalRequest, *, as_file: bool = False) -> HttpResponse:
    institution = request.acting.institution
    downloads = reverse("statistics:own_download", args=[institution.slug])
    frame = Frame("statistics/own.html", "statistics/rebuild.html", downloads)
    is_officer = any(
        each.role == Role.PRIVACY_OFFICER and each.institution_id == institution.pk
        for each in request.memberships
    )
    filterset = OwnFilterSet(request.GET, institution, refusals=is_officer)
    return year_response(request, filterset, frame, as_file=as_file)


@requires(*Role)
@require_safe
def own_expected(request: PortalRequest) -> HttpResponse:
    """Show a year of the institution's use against what the agency expects."""
    return _expected(request)


@requires(*Role)
@require_safe
def own_expected_download(request: PortalRequest) -> HttpResponse:
    """Return the table of that page as a file; `format` in the address names it. Raises Http404."""
    return _expected(request, as_file=True)


def _expected(request: PortalRequest, *, as_file: bool = False) -> HttpResponse:
    institution = request.acting.institution
    frame = Frame(
        "statistics/own_expected.html",
        "statistics/rebuild.html",
        reverse("statistics:own_expected_download", args=[institution.slug]),
        {"action": reverse("statistics:own_expected", args=[institution.slug])},
    )
    filterset = OwnExpectedFilterSet(request.GET, institution)
    return expected_response(
        request, filterset, frame, institution=institution, for_agency=False, as_file=as_file
    )
