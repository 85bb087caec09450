"""Sign-in: only the agency makes accounts, and wrong passwords count per account and address."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .texts import email_address


class AccountAdapter(DefaultAccountAdapter):
    """Close sign-up, and show a page of our own for closed accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Return the page for a closed account. allauth would redirect to a route that the portal does not have."""
        return render(request, "account/inactive.html", status=403)


def axes_username(request: HttpRequest | None, credentials: dict[str, str] | None) -> str | None:
    """Return the account that a sign-in attempt counts for, as its address is stored.

    Counting by address alone would lock a whole office out after one colleague's mistakes.
    """
    name = (credentials or {}).get("email") or (credentials or {}).get("username")
    if not name and request is not None:
        name = request.POST.get("login")
    return email_address(name) if name else None


def client_ip(request: HttpRequest) -> str:
    """Return the client's IP address: the last one in the proxy's X-Forwarded-For when the portal is behind a proxy."""
    if settings.KBI_BEHIND_PROXY and request.headers.get("X-Forwarded-For"):
        return request.headers["X-Forwarded-For"].rsplit(",", 1)[-1].strip()
    return request.META.get("REMOTE_ADDR", "")


def lockout_response(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """Return the page after too many wrong passwords. It is the same whether or not the account exists."""
    return render(request, "account/locked.html", status=429)
