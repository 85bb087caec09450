"""Choosing an institution, the mandates of one, the language of the screen, and signing in."""

from __future__ import annotations

import math

from allauth.account import views as account
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.i18n import set_language

from .access import requires
from .adapters import SLOWED_DOWN
from .devices import remember_device
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


class LoginView(account.LoginView):
    """Signing in."""

    def form_invalid(self, form: Form) -> HttpResponse:
        """Return the form again, or 429 when the try came too soon."""
        errors = form.errors.as_data().get(NON_FIELD_ERRORS, [])
        slowed = next((error for error in errors if error.code == SLOWED_DOWN), None)
        if slowed is None:
            return super().form_invalid(form)
        until = (slowed.params or {}).get("until")
        seconds = math.ceil((until - timezone.now()).total_seconds()) if until else 60
        response = render(
            self.request,
            "account/slowed.html",
            {"reason": slowed.message, "minutes": max(1, math.ceil(seconds / 60))},
            status=429,
        )
        response.headers["Retry-After"] = str(max(1, seconds))
        return response


class PasswordChangeView(account.PasswordChangeView):
    """A user's own password."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Return the redirect after the change. This browser stays a known one, all others no longer are."""
        response = super().form_valid(form)
        remember_device(self.request, response, self.request.user)
        return response


@login_not_required
def password_reset(request: HttpRequest) -> HttpResponse:
    """Ask for a reset link by e-mail. Without a mail server, say who makes one."""
    if not settings.KBI_SENDS_MAIL:
        return render(request, "account/password_reset_by_hand.html")
    return account.password_reset(request)
