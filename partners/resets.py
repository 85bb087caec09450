"""Links with which a user sets a new password: sent to the mailbox of the account, valid once and for an hour."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connections
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from .models import User

LOGGER = logging.getLogger("kbi.resets")
_MAILER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reset")


def reset_link(user: User) -> str:
    """Return a link with which `user` can set a password once, within `minutes()`.

    Its host is that of the settings. That of the request would let the sender of a request choose it. Another password,
    e-mail address or sign-in makes the link invalid.
    """
    path = reverse(
        "account_reset_password_from_key",
        args=[user_pk_to_url_str(user), default_token_generator.make_token(user)],
    )
    return settings.KBI_BASE_URL + path


def minutes() -> int:
    """Return how many minutes a link works."""
    return settings.PASSWORD_RESET_TIMEOUT // 60


def send_link(user: User) -> None:
    """Send `user` a reset link, in both languages: the portal does not know which one they read.

    Raises OSError (SMTPException is one) when the mail server does not take it.
    """
    context = {"link": reset_link(user), "minutes": minutes()}
    with override("nl"):
        subject = gettext("KBI-portaal: een nieuw wachtwoord")
    EmailMessage(
        subject,
        render_to_string("account/email/reset.txt", context),
        to=[user.email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


def deliver(email: str) -> None:
    """Send a link to the open account with this e-mail address, if there is one."""
    user = User.objects.filter(email=email, is_active=True).first()
    if user is not None:
        send_link(user)


def request_link(email: str) -> None:
    """Have `deliver` run after this request: how long it takes would tell whether the account exists."""
    _MAILER.submit(_deliver_quietly, email)


def _deliver_quietly(email: str) -> None:
    try:
        deliver(email)
    except Exception:
        LOGGER.exception("A reset link could not be sent.")
    finally:
        connections.close_all()
