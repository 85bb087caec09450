"""Inviting colleagues and accepting an invitation, over the database functions that do it.

The functions decide who may: a local administrator invites to the bound institution, and only who has the token in the
link accepts. A link works once, for seven days, unless the invitation is withdrawn or the one who invited is no local
administrator any more. For an address with an account it sets no password: its owner signs in and accepts.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.mail import EmailMessage
from django.db import connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from .enums import AccessStep
from .models import Institution, Invitation, User
from .rights import NOT_TAKEN
from .sealing import Unreadable, seal, unseal

DAYS = 7
# Why the database did not invite, withdraw or accept.
REFUSALS = NOT_TAKEN | {
    "not_found": _("Deze uitnodiging bestaat niet."),
    "own": _("Dit is uw eigen adres. Uzelf geeft u geen rol; vraag het aan een andere beheerder."),
    "begins_early": _("De laatste dag is al voorbij. Kies vandaag of later."),
    "overlaps": _("Deze collega heeft die rol hier al, of er wacht een voorstel. Verleng of bevestig het."),
    "invited_before": _(
        "Voor dit adres en deze rol staat al een uitnodiging open. Nodig opnieuw uit als ze niet aankwam."
    ),
    "too_many": _("Uw instelling verstuurde vandaag honderd uitnodigingen. Ga morgen verder."),
    "accepted": _("Deze uitnodiging is al aanvaard."),
    "withdrawn_before": _("Een collega trok deze uitnodiging al in."),
}
_SESSION_KEY = "invitation"
_PURPOSE = "invitation"
_LINK_AGE = datetime.timedelta(days=DAYS)


class Refused(Exception):
    """It was not done. `code` is a key of `REFUSALS`, or a state in which an invitation cannot be accepted."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def words(self) -> str:
        """The reason, for the screen of an administrator."""
        return str(REFUSALS[self.code])


@dataclass(frozen=True)
class Received:
    """An invitation as its receiver sees it.

    `state` is "open", or why it cannot be accepted. `account_id` is the account that has the address now, None without
    one; `is_open` is False when that account is closed or suspended.
    """

    state: str
    institution: Institution
    email: str
    role: str
    valid_until: datetime.date
    account_id: int | None
    is_open: bool | None
    accepted_by: int | None


def invite(*, email: str, role: str, until: datetime.date, reason: str) -> str:
    """Invite to the bound institution as the bound user, and return the link. Nothing is sent.

    `email` is in its normal form. Raises `Refused`; DatabaseError when no local administrator is bound.
    """
    token = secrets.token_urlsafe(32)
    _expect(
        _ask(
            "SELECT partners_invite(%s, %s, %s, %s, %s)",
            [email, role, until, reason, hashlib.sha256(token.encode()).digest()],
        ),
        "invited",
    )
    # The host of the settings: that of the request would let the sender of a request choose it.
    return settings.KBI_BASE_URL + reverse("invitation_link", args=[token])


def invite_again(invitation: Invitation) -> str:
    """Replace an invitation by a new one with another link, as the bound user, and return the link.

    The earlier link stops working. Raises like `invite`. Must run inside a transaction, which an error rolls back.
    """
    withdraw(invitation.public_id)
    return invite(
        email=invitation.email,
        role=invitation.role,
        until=invitation.valid_until,
        reason=invitation.reason,
    )


def withdraw(invitation_id: uuid.UUID) -> None:
    """Withdraw an invitation to the bound institution. Raises like `invite`."""
    _expect(_ask("SELECT partners_withdraw_invitation(%s)", [invitation_id]), "withdrawn")


def send(email: str, link: str, institution: Institution) -> None:
    """Send the link in both languages: the portal does not know which one the receiver reads.

    The text is the same with and without an account. Raises OSError (SMTPException is one) when the mail server does
    not take it.
    """
    context = {"link": link, "days": DAYS, "institution": institution.name}
    with override("nl"):
        subject = gettext("KBI-portaal: een uitnodiging")
    EmailMessage(
        subject,
        render_to_string("account/email/invitation.txt", context),
        to=[email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


def keep_token(request: HttpRequest, token: str) -> None:
    """Keep the token of a link in the session, encrypted, so that no later address contains it."""
    request.session[_SESSION_KEY] = seal(token, _PURPOSE)


def kept_token(request: HttpRequest) -> str:
    """Return the token that this session opened last, or "" without one."""
    try:
        return unseal(request.session.get(_SESSION_KEY, ""), _PURPOSE, max_age=_LINK_AGE)
    except Unreadable:
        return ""


def forget_token(request: HttpRequest) -> None:
    """Remove the token from the session."""
    request.session.pop(_SESSION_KEY, None)


def received(token: str) -> Received | None:
    """Return the invitation with this token, or None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM partners_read_invitation(%s)", [token])
        row = cursor.fetchone()
    if row is None:
        return None
    state, institution_id, *rest = row
    return Received(state, Institution.objects.get(pk=institution_id), *rest)


def accept(token: str) -> None:
    """Accept as the bound user, who then has the access. Raises `Refused`."""
    _expect(_ask("SELECT partners_accept_invitation(%s)", [token]), AccessStep.GIVEN)


def join(token: str, *, first_name: str, last_name: str, password: str) -> User:
    """Make an account for the address of an invitation, with the access, and return it. Raises `Refused`.

    An address that has an account by now is refused ("has_account"): no password changes.
    """
    outcome = _ask(
        "SELECT partners_join(%s, %s, %s, %s)", [token, first_name, last_name, make_password(password)]
    )
    _expect(outcome, AccessStep.GIVEN)
    invitation = received(token)
    assert invitation is not None
    return User.objects.get(email=invitation.email)


def reopen(token: str, user: User) -> bool:
    """Reopen a suspended account for its invitation, and return True if that was done.

    Only call it once the password of the account was right.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT partners_reopen_invited(%s, %s)", [token, user.pk])
        [reopened] = cursor.fetchone()
    return reopened


def purge(before: datetime.datetime) -> int:
    """Delete the invitations that expired before `before` and were not accepted, and return their number.

    Needs the owner's connection. `manage.py clean_up` runs this every night.
    """
    number, _ = Invitation.objects.filter(accepted_at__isnull=True, expires_at__lt=before).delete()
    return number


def _ask(statement: str, parameters: Sequence[str | bytes | uuid.UUID | datetime.date]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        [outcome] = cursor.fetchone()
    return outcome


def _expect(outcome: str, done: str) -> None:
    if outcome != done:
        raise Refused(outcome)
