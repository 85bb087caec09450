"""The monthly report of the institution in the address; the agency's pages are in admin.py."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from oversight.services import institutions_of
from partners.access import requires
from partners.enums import Role
from partners.http import PortalRequest

from .pages import report_response

only_supervisors = requires(Role.PRIVACY_OFFICER, Role.LOCAL_ADMINISTRATOR)


@only_supervisors
@require_safe
def own_careful(request: PortalRequest) -> HttpResponse:
    """Show a report of the institution, or of one that it succeeded."""
    return _report(request)


@only_supervisors
@require_safe
def own_careful_download(request: PortalRequest) -> HttpResponse:
    """Return a table of that page as a file; `table` and `format` in the address name it. Raises Http404."""
    return _report(request, as_file=True)


def _report(request: PortalRequest, *, as_file: bool = False) -> HttpResponse:
    slug = request.acting.institution.slug
    return report_response(
        request,
        institutions_of(request.acting),
        template="statistics/own_careful.html",
        downloads=reverse("statistics:own_careful_download", args=[slug]),
        own=True,
        refusals=request.acting.role == Role.PRIVACY_OFFICER,
        as_file=as_file,
    )
