"""Links with which a user sets a new password: sent to the mailbox of the account, valid once and for an hour."""

from __future__ import annotations

import logging

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from .models import User
from .tasks import background

LOGGER = logging.getLogger("kbi.resets")
MAIL_FIRST = 10  # a priority of django-tasks; other work has 0


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


@background
def deliver(user_id: int) -> None:
    """Send a link to the account with this id, if it is there and open. The task has no address and no token."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        send_link(user)


def request_link(email: str) -> None:
    """Have a worker send a link to the owner of this address, before the other work that waits.

    An address without an account leaves the same task, with the id 0: sending would tell by its time, and its absence
    by the number of statements.
    """
    user_id = User.objects.filter(email=email).values_list("pk", flat=True).first()
    deliver.using(priority=MAIL_FIRST).enqueue(user_id or 0)
