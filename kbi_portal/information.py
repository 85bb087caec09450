"""Pages that everyone may read, also without signing in: help, the two statements, and what is new.

They show no person and write no row of the log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from partners.enums import Role
from partners.models import Membership

AGENCY: Final = "agency"
# The help pages: role, address, and what the link says. `help_<role>` is the name of the route.
GUIDES: Final[dict[str, tuple[str, Promise | str]]] = {
    Role.CASE_WORKER.value: ("medewerker", _("Maatschappelijk werker of medewerker")),
    Role.LOCAL_ADMINISTRATOR.value: ("lokale-beheerder", _("Lokale beheerder")),
    Role.PRIVACY_OFFICER.value: ("privacyverantwoordelijke", _("Privacyverantwoordelijke")),
    AGENCY: ("agentschap", _("Beheerder van het agentschap")),
}


@login_not_required
@require_safe
def guide(request: HttpRequest, role: str = "") -> HttpResponse:
    """Help for a role, a key of `GUIDES`; without one, for the user's own first role."""
    role = role or _own_role(request)
    guides = [(f"help_{code}", words, code == role) for code, (_address, words) in GUIDES.items()]
    return render(request, f"information/help_{role}.html", {"guides": guides})


def _own_role(request: HttpRequest) -> str:
    memberships: list[Membership] = getattr(request, "memberships", [])
    roles = {membership.role for membership in memberships}
    own = next((role.value for role in Role if role in roles), "")
    return own or (AGENCY if request.user.is_staff else Role.CASE_WORKER.value)


def _page(template: str) -> Callable[[HttpRequest], HttpResponse]:
    @login_not_required
    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        # Only the privacy statement has a term that an installation chooses.
        context = {"dossier_months": settings.KBI_DOSSIER_MONTHS}
        return render(request, f"information/{template}.html", context)

    return view


urlpatterns: list[URLPattern] = [
    path("help/", guide, name="help"),
    *(
        path(f"help/{address}/", guide, {"role": role}, name=f"help_{role}")
        for role, (address, _words) in GUIDES.items()
    ),
    path("privacy/", _page("privacy"), name="privacy"),
    path("toegankelijkheid/", _page("accessibility"), name="accessibility"),
    path("nieuw/", _page("news"), name="news"),
]
