"""Raise a signal for the privacy officers of an institution, and mail them its reference.

The mail names no person, no user and no kind: what happened is on the desk. A mail that the server does not take is
tried again for three days.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from . import steps
from .enums import Role, SignalKind
from .models import Institution, Membership, Signal
from .periods import today
from .services import bind
from .tasks import background

__all__ = ["NotHandled", "SignalKind", "count_open", "handle", "mail_later", "raise_signal"]

FIRST_WAIT = datetime.timedelta(minutes=5)
LONGEST_WAIT = datetime.timedelta(hours=6)
TRIED = datetime.timedelta(days=3)
# Why the database did not take a signal as handled.
NOT_HANDLED = {
    "not_found": _("Dit signaal bestaat niet."),
    "not_open": _("Dit signaal is al afgehandeld."),
    "own": _("Dit signaal gaat over uzelf. Een andere privacyverantwoordelijke handelt het af."),
}


class NotHandled(steps.NotTaken):
    """The signal was not taken as handled."""

    reasons = NOT_HANDLED


def raise_signal(kind: SignalKind, *, look: uuid.UUID | None = None) -> None:
    """Raise a signal about the bound user at the bound institution, in the running transaction.

    `look` is the id of the log row that shows what happened. A signal of the same kind about the same user, not handled
    and less than an hour old, counts one more time instead, and no mail leaves. Raises DatabaseError when the user has
    no access there.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT partners_raise_signal(%s, %s), app_institution()", [kind, look])
        is_new, institution_id = cursor.fetchone()
    if is_new:
        mail_later([institution_id])


def handle(reference: str) -> None:
    """Note that the bound privacy officer handled a signal. Raises NotHandled."""
    steps.take("SELECT partners_handle_signal(%s)", [reference], "handled", refused=NotHandled)


def count_open(acting: Membership) -> int:
    """Return how many signals the bound privacy officer has to handle; 0 in any other role. One query."""
    if acting.role != Role.PRIVACY_OFFICER:
        return 0
    return Signal.objects.filter(handled_at__isnull=True).count()


def mail_later(institution_ids: Sequence[int]) -> None:
    """Have a worker send the mails of signals at these institutions that did not leave yet."""
    if settings.KBI_SENDS_MAIL:
        for institution_id in institution_ids:
            deliver.enqueue(institution_id)


@background
def deliver(institution_id: int) -> None:
    """Mail the new signals of an institution to its privacy officers. The task has the id only.

    Each signal is taken and mailed in a transaction of its own, so a task that runs twice sends once. When the server
    does not take a mail (OSError) the next try waits as long as the signal is old, between `FIRST_WAIT` and
    `LONGEST_WAIT`; a signal older than `TRIED` is not mailed any more.
    """
    officers = list(
        Membership.objects.in_force(today())
        .filter(institution=institution_id, role=Role.PRIVACY_OFFICER)
        .select_related("institution", "user")
        .order_by("pk")
    )
    if not officers:
        return
    now = timezone.now()
    for reference, raised_at in _unmailed(officers[0], since=now - TRIED):
        try:
            _mail(reference, officers)
        except OSError:
            wait = min(max(now - raised_at, FIRST_WAIT), LONGEST_WAIT)
            deliver.using(run_after=now + wait).enqueue(institution_id)
            raise


def _unmailed(officer: Membership, *, since: datetime.datetime) -> list[tuple[str, datetime.datetime]]:
    with transaction.atomic():
        _bind(officer)
        signals = Signal.objects.filter(
            institution=officer.institution_id, mailed_at__isnull=True, raised_at__gte=since
        )
        found = list(signals.order_by("raised_at", "pk").values_list("reference", "raised_at"))
        bind()
    return found


def _mail(reference: str, officers: Sequence[Membership]) -> None:
    # One mail to all of them: the server takes it as a whole or not at all.
    with transaction.atomic():
        _bind(officers[0])
        with connection.cursor() as cursor:
            cursor.execute("SELECT partners_take_signal(%s)", [reference])
            [is_first] = cursor.fetchone()
        if is_first:
            addresses = sorted({officer.user.email for officer in officers})
            message(reference, officers[0].institution, addresses).send()
        bind()


def _bind(officer: Membership) -> None:
    bind(
        institution_id=officer.institution_id,
        user_id=officer.user_id,
        role=officer.role,
        request_id=uuid.uuid4(),
    )


def message(reference: str, institution: Institution, addresses: Sequence[str]) -> EmailMessage:
    """Return the mail about a signal, in both languages: the reference, the name of the institution and a link."""
    link = settings.KBI_BASE_URL + reverse("oversight:desk", args=[institution.slug])
    context = {"reference": reference, "institution": institution.name, "link": link}
    with override("nl"):
        subject = gettext("KBI-portaal: nieuw signaal %(reference)s") % {"reference": reference}
    return EmailMessage(
        subject,
        render_to_string("partners/email/signal.txt", context),
        to=list(addresses),
        headers={"Auto-Submitted": "auto-generated"},
    )
