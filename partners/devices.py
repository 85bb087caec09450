"""A signed cookie tells the browsers in which a user signed in before from all others.

Wrong passwords that others type must not keep a user out, so a known browser has a count of its own. The protocol is
that of device cookies: https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, get_random_string

from .models import User

SALT = "partners.devices"
DAYS = 180
# Users of one browser, such as a computer at a counter.
MOST_USERS = 5

# The user, a random name for this browser, and a stamp that a change of the password makes invalid.
Entry = tuple[int, str, str]


def known_device(request: HttpRequest, email: str) -> str:
    """Return the name of this browser if the user with this e-mail address signed in with it before, else ""."""
    entries = {user_id: (name, stamp) for user_id, name, stamp in _entries(request)}
    user = User.objects.filter(pk__in=entries, email=email).first() if entries else None
    if user is None:
        return ""
    name, stamp = entries[user.pk]
    return name if constant_time_compare(stamp, _stamp(user)) else ""


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Set the cookie that makes this browser a known one of `user`. It gets a new name, so its count starts anew."""
    others = [entry for entry in _entries(request) if entry[0] != user.pk]
    entries = [(user.pk, get_random_string(22), _stamp(user)), *others][:MOST_USERS]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(entries, salt=SALT),
        max_age=DAYS * 24 * 60 * 60,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _entries(request: HttpRequest) -> list[Entry]:
    cookie = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    try:
        entries = signing.loads(cookie, salt=SALT, max_age=DAYS * 24 * 60 * 60)
    except signing.BadSignature:
        return []
    return [(user_id, name, stamp) for user_id, name, stamp in entries]


def _stamp(user: User) -> str:
    return user.get_session_auth_hash()[:32]
