"""Begin an escape, break one off at the warning, and review one, over the database functions that write them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from consultations.enums import Kind, Outcome, Refusal
from consultations.services import record
from partners import steps
from partners.models import Institution, MandateVersion, Membership
from partners.services import versions_by_capacity
from partners.signals import SignalKind, raise_signal

from ..enums import EscapeReason, EscapeVerdict
from ..numberhashes import hash_of
from ..rules import RULES
from .door import Refused, visible_escape
from .ruling import log_ruled

# Why the database took no step, in words.
NOT_TAKEN = {
    "inscribed": _("Uw instelling schreef deze persoon intussen in. Open het dossier op de gewone weg."),
    "explanation": _("Schrijf 10 tot 255 tekens."),
    "not_found": _("Deze noodinzage bestaat niet."),
    "own": _("Dit is uw eigen noodinzage. Een andere privacyverantwoordelijke kijkt ze na."),
    "no_note": _("Schrijf een nota."),
}


class NotTaken(steps.NotTaken):
    """The step was not taken."""

    reasons = NOT_TAKEN


def versions_to_escape(institution: Institution) -> dict[str, MandateVersion]:
    """Return the versions in force today that show something to an escape, by capacity. One query."""
    versions = versions_by_capacity(institution)
    return {code: version for code, version in versions.items() if version.escape_blocks}


def begin(
    number: str,
    *,
    capacity: str,
    reason: EscapeReason,
    explanation: str,
    acting: Membership,
    target: uuid.UUID,
) -> uuid.UUID:
    """Begin an escape of the bound user to one person, and return its public id.

    `number` has eleven digits; the answer is the same whether or not the KBI knows it. `target` is the id in the
    address. Writes the row of the log and raises the signals for the privacy officer in the same transaction; the
    transaction is bound to the escape afterwards. The same escape again, while it is in force, is the first one.
    Raises Refused, after logging it: a rule above every mandate, or no mandate for it in this capacity. Raises
    NotTaken: the institution has an inscription in force ("inscribed"), or the "explanation" has a wrong length.
    """
    with transaction.atomic(savepoint=False):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT outcome, public_id, is_frequent FROM persons_begin_escape(%s, %s, %s, %s, %s)",
                [number, hash_of(number), capacity, reason, explanation],
            )
            outcome, public_id, is_frequent = cursor.fetchone()
        rule = _REFUSALS.get(outcome)
        if rule is not None:
            record(
                kind=Kind.ESCAPE,
                outcome=Outcome.REFUSED,
                rule=rule,
                acting=acting,
                target=str(target),
                numbers=[number],
            )
        if outcome == "begun":
            _announce(public_id, reason, is_frequent, acting)
    if rule is not None:
        raise Refused(rule)
    if public_id is None:
        raise NotTaken(outcome)
    return public_id


_REFUSALS: Mapping[str, Refusal] = {
    **{rule.code.value: rule.code for rule in RULES},
    "no_mandate": Refusal.MANDATE,
}


def _announce(public_id: uuid.UUID, reason: EscapeReason, is_frequent: bool, acting: Membership) -> None:
    escape = visible_escape(public_id, acting)
    look = record(
        kind=Kind.ESCAPE, outcome=Outcome.SHOWN, acting=acting, subject=escape.subject(), reason=reason
    )
    raise_signal(SignalKind.ESCAPE, look=look.pk)
    if is_frequent:
        raise_signal(SignalKind.MANY_ESCAPES, look=look.pk)


def break_off(number: str, *, acting: Membership) -> None:
    """Write the row of the log that says that the user read the warning and did not go on."""
    # Of a number that a rule refuses there is no other row: it would say whose account that is.
    if not log_ruled(Kind.ESCAPE, [number], acting):
        record(kind=Kind.ESCAPE, outcome=Outcome.ABORTED, acting=acting, numbers=[number])


def review(public_id: uuid.UUID, *, verdict: EscapeVerdict, note: str) -> None:
    """Review an escape as the bound privacy officer. A later review goes before an earlier one. Raises NotTaken."""
    statement = "SELECT persons_review_escape(%s, %s, %s)"
    steps.take(statement, [public_id, verdict, note], "reviewed", refused=NotTaken)


def count_late() -> dict[int, int]:
    """Return how many escapes without a review are past their day, by id of the institution; on the agency's pages."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT institution_id, late FROM persons_count_late_escapes()")
        return dict(cursor.fetchall())
