"""Sign-in: accounts come from the agency or an invitation, and guessing is slowed down (`partners.slowing`)."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from . import inviting, slowing
from .devices import known_device, remember_device
from .models import User
from .rights import is_unused
from .texts import email_address

SLOWED_DOWN = "slowed_down"
# Sign-ins in unknown browsers from one network address, whatever the account: a bound on hashing, which takes 0.1 s
# and 100 MB. A whole office signs in at half past eight from one address.
FLOOD = "sign_in_from_address"


class AccountAdapter(DefaultAccountAdapter):
    """Close sign-up, slow guessing down, know browsers again, and show a page of our own for closed accounts."""

    _attempt: slowing.Attempt | None = None

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Return the page for a closed account. allauth would redirect to a route that the portal does not have.

        The password was right. An account that was suspended because it was not used opens again when this browser
        opened an invitation for it; its owner then signs in once more.
        """
        if inviting.reopen(inviting.kept_token(request), user):
            messages.success(request, _("Uw account is weer open. Meld u nu aan."))
            return redirect(f"{reverse('account_login')}?next={reverse('invitation')}")
        return render(request, "account/inactive.html", status=403)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before the password is looked at. Raises ValidationError SLOWED_DOWN when it comes too soon.

        Replaces allauth's own limits, which count an account for all browsers together.
        """
        email = email_address(credentials.get("email", ""))
        device = known_device(request, email)
        if not device and not ratelimit.consume(request, action=FLOOD):
            raise ValidationError(_("Er kwamen te veel verzoeken na elkaar."), code=SLOWED_DOWN)
        try:
            self._attempt = slowing.begin(email, self.get_client_ip(request), device)
        except slowing.SlowedDown as error:
            raise ValidationError(
                _("Er werd te vaak een verkeerd wachtwoord getypt."),
                code=SLOWED_DOWN,
                params={"until": error.until},
            ) from None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Return the account whose password this is, also a closed one, else None. The try then counts as wrong.

        An account that was not used for too long comes back as a closed one.
        """
        user = super().authenticate(request, **credentials)
        if user is not None and self._attempt is not None:
            self._attempt.succeeded()
        if isinstance(user, User) and is_unused(user):
            user.is_active = False
        return user

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Return the redirect after signing in, with the cookie that makes this browser a known one."""
        response = super().post_login(request, user, **kwargs)
        remember_device(request, response, user)
        return response

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Store the password and nothing else."""
        user.set_password(password)
        user.save(update_fields=["password"])
