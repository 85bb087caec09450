"""Choosing an institution, the mandates of one, the language of the screen, signing in, and accepting an invitation."""

from __future__ import annotations

import math

from allauth.account import views as account
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from django.views.i18n import set_language

from . import inviting
from .access import requires
from .adapters import SLOWED_DOWN
from .devices import remember_device
from .enums import Role, role_word
from .forms import JoinForm
from .http import PortalRequest, SignedInRequest
from .middleware import unseen_response
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


@login_not_required
@require_safe
def invitation_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail. Keeps its token in the session and leads to the page, whose address names nothing."""
    if (unseen := unseen_response(request)) is not None:
        return unseen
    # A token has no NUL, and PostgreSQL takes none.
    inviting.keep_token(request, token.replace("\0", ""))
    return redirect("invitation")


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """The invitation whose link this browser opened last: accept it, or make an account first.

    Who has an account with the address of the invitation signs in; the page sets no password for it.
    """
    token = inviting.kept_token(request)
    received = inviting.received(token)
    if received is None:
        return _invitation_page(request, None, status=404)
    if received.state == "accepted" and received.accepted_by == request.user.pk:
        # Sent twice: the first one did it.
        return redirect("client_list", slug=received.institution.slug)
    if received.state != "open":
        return _invitation_page(request, received, status=404)
    if request.user.is_authenticated:
        return _accept_invitation(request, received, token)
    if received.account_id is not None:
        return _invitation_page(request, received)
    form = JoinForm(request.POST or None, email=received.email)
    if not form.is_valid():
        return _invitation_page(request, received, form=form, status=422 if form.is_bound else 200)
    fields = form.cleaned_data
    try:
        user = inviting.join(
            token,
            first_name=fields["first_name"],
            last_name=fields["last_name"],
            password=fields["password1"],
        )
    except inviting.Refused:
        # Another request was first. The page shows what the invitation is now.
        return redirect("invitation")
    inviting.forget_token(request)
    messages.success(request, _("Uw account is klaar. Welkom."))
    return perform_login(
        request,
        user,
        email_verification="none",
        redirect_url=reverse("client_list", args=[received.institution.slug]),
    )


def _accept_invitation(request: HttpRequest, received: inviting.Received, token: str) -> HttpResponse:
    if request.user.pk != received.account_id or request.method != "POST":
        return _invitation_page(request, received)
    try:
        inviting.accept(token)
    except inviting.Refused as error:
        return _invitation_page(request, received, refusal=error.code, status=409)
    inviting.forget_token(request)
    messages.success(
        request, _("U hebt nu toegang tot %(institution)s.") % {"institution": received.institution.name}
    )
    return redirect("client_list", slug=received.institution.slug)


def _invitation_page(
    request: HttpRequest,
    received: inviting.Received | None,
    *,
    form: JoinForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "received": received,
        "role": role_word(received.role, received.institution.kind) if received else "",
        "is_theirs": received is not None
        and request.user.is_authenticated
        and received.account_id == request.user.pk,
        "form": form,
        "refusal": refusal,
    }
    return render(request, "partners/invitation.html", context, status=status)
