"""The first page, where users choose their institution; the mandates of an institution; the language of the screen."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django.views.i18n import set_language

from .access import requires
from .enums import Role
from .http import PortalRequest, SignedInRequest
from .models import MandateEvent, MandateVersion
from .services import institutions_of
from .tables import EventTable, VersionTable


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Lead to the user's only institution, or show the links to all of them."""
    institutions = institutions_of(request.memberships)
    if len(institutions) == 1:
        return redirect("client_list", slug=institutions[0].slug)
    if institutions:
        return render(request, "partners/choose_institution.html", {"memberships": request.memberships})
    if request.user.is_staff:
        return redirect("admin:index")
    return render(request, "partners/no_membership.html", status=403)


@requires(Role.PRIVACY_OFFICER)
@require_safe
def mandates(request: PortalRequest) -> HttpResponse:
    """Show the mandates of the institution and of its kind: their versions, and every step that was taken in them."""
    institution = request.acting.institution
    versions = (
        MandateVersion.objects.for_institution(institution)
        .select_related("mandate__institution")
        .order_by("mandate__institution_kind", "mandate__capacity", "-valid_from", "-pk")
    )
    events = MandateEvent.objects.for_institution(institution).select_related("version__mandate__institution")
    context = {"versions": VersionTable(versions), "events": EventTable(events)}
    return render(request, "partners/mandates.html", context)


switch_language = login_not_required(set_language)
