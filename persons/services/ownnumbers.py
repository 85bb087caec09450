"""The number of an account's owner: entered once, stored as a hash only."""

from __future__ import annotations

import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from partners import steps
from partners.models import OwnNumber, User

from ..numberhashes import hash_of, key_id

# Why the database did not take an answer to a report.
NOT_ANSWERED = {
    "not_open": _(
        "Deze vraag staat niet meer open. Misschien was een collega u voor, of is het nummer gewist."
    ),
    "own": _("Dit is uw eigen account. Een andere privacyverantwoordelijke antwoordt."),
    "no_reason": _("Schrijf wat er niet klopt."),
}


class NotAnswered(steps.NotTaken):
    """The answer was not taken."""

    reasons = NOT_ANSWERED


def entered_on(user: User) -> datetime.datetime | None:
    """Return when the number of this account was entered, None if it was not."""
    return OwnNumber.objects.filter(user=user).values_list("set_at", flat=True).first()


def enter(insz: str) -> bool:
    """Store the hash of the bound user's own INSZ; False when there was one already, which then stays.

    Privacy officers get a report and a signal when it is the number of a client where the user has access. Until one
    says that it is right, it counts for this user only. The caller has the mails of signals sent.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT partners_set_own_number(%s, %s)", [hash_of(insz), key_id()])
        [outcome] = cursor.fetchone()
    return outcome == "set"


def answer(report_id: int, *, is_right: bool, reason: str = "") -> None:
    """Say, as the bound privacy officer, whether the owner of an account is the client whose number they entered.

    If not, the clearing of that number is asked for `reason`, and an administrator of the agency confirms it. Raises
    NotAnswered; DatabaseError for anyone else.
    """
    statement = "SELECT persons_answer_own_file(%s, %s, %s)"
    steps.take(statement, [report_id, is_right, reason], "answered", refused=NotAnswered)
