"""How signing in behaves: accounts are made by the agency, wrong passwords are counted per account."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """The page after the right password of a closed account; allauth's own answer needs a route we do not have."""
        return render(request, "account/inactive.html", status=403)


def axes_username(request: HttpRequest | None, credentials: dict[str, str] | None) -> str | None:
    """The account an attempt is counted for: without it one careless colleague would lock a whole office."""
    name = (credentials or {}).get("email") or (credentials or {}).get("username")
    if not name and request is not None:
        name = request.POST.get("login")
    return name.strip().lower() if name else None


def client_ip(request: HttpRequest) -> str:
    """The address an attempt comes from: the last one the proxy in front named, where there is a proxy."""
    if settings.KBI_BEHIND_PROXY and request.headers.get("X-Forwarded-For"):
        return request.headers["X-Forwarded-For"].rsplit(",", 1)[-1].strip()
    return request.META.get("REMOTE_ADDR", "")


def lockout_response(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """The page after too many wrong passwords; says nothing about whether the account exists."""
    return render(request, "account/locked.html", status=429)
