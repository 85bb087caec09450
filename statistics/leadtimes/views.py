"""The lead times of the institution in the address; the agency's page is in admin.py."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from partners.access import requires
from partners.enums import Role
from partners.http import PortalRequest

from ..pages import Frame
from .filters import OwnLeadFilterSet
from .pages import lead_response


@requires(*Role)
@require_safe
def own(request: PortalRequest) -> HttpResponse:
    """Show the institution's lead times of a period."""
    return _page(request)


@requires(*Role)
@require_safe
def own_download(request: PortalRequest) -> HttpResponse:
    """Return a table of that page as a file; `table` and `format` in the address name it. Raises Http404."""
    return _page(request, as_file=True)


def _page(request: PortalRequest, *, as_file: bool = False) -> HttpResponse:
    institution = request.acting.institution
    downloads = reverse("statistics:own_leadtimes_download", args=[institution.slug])
    frame = Frame("statistics/leadtimes.html", "statistics/rebuild.html", downloads)
    return lead_response(request, OwnLeadFilterSet(request.GET, institution), frame, as_file=as_file)
