"""The first page, where users choose their institution, and the language of the screen."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django.views.i18n import set_language

from .http import SignedInRequest
from .services import institutions_of


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


switch_language = login_not_required(set_language)
