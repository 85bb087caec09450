"""Extending, ending and withdrawing inscriptions, over the database functions that do it and write the event."""

from __future__ import annotations

import datetime
import uuid

from django.utils.translation import gettext_lazy as _

from partners import steps

# Why the database did not take a step. None of them says anything about another institution.
NOT_TAKEN = {
    "not_found": _("Deze inschrijving bestaat niet."),
    "over": _("Deze inschrijving is al voorbij. Misschien was een collega u voor."),
    "no_mandate": _("Voor deze hoedanigheid geldt geen machtiging meer."),
    "not_allowed": _("In deze hoedanigheid schrijft niet uw rol in."),
    "no_reason": _("Kies een reden."),
    "not_later": _(
        "De nieuwe laatste dag ligt voor de huidige. Beëindig de inschrijving als ze vroeger moet stoppen."
    ),
    "too_long": _("Zo lang mag het niet volgens de machtiging."),
    "overlaps": _("Er is al een volgende inschrijving in deze hoedanigheid. Kies een dag voor ze begint."),
    "too_late": _("Dit kan alleen op de dag waarop de inschrijving gemaakt is."),
}


class NotTaken(steps.NotTaken):
    """The step was not taken."""

    reasons = NOT_TAKEN


def extend(inscription_id: uuid.UUID, until: datetime.date, reason: str) -> bool:
    """Extend an inscription of the bound institution, as the bound user; False when it ends on `until` already.

    `inscription_id` is its public id. Raises `NotTaken`; DatabaseError when no institution, user and role are bound.
    """
    statement = "SELECT persons_extend_inscription(%s, %s, %s)"
    outcome = steps.take(
        statement, [inscription_id, until, reason], "extended", "unchanged", refused=NotTaken
    )
    return outcome == "extended"


def end(inscription_id: uuid.UUID, reason: str) -> bool:
    """End an inscription at once: yesterday was its last day; True when it was voided instead, and so never opened.

    Raises `NotTaken`; DatabaseError when no institution, user and role are bound.
    """
    statement = "SELECT persons_end_inscription(%s, %s)"
    return steps.take(statement, [inscription_id, reason], "ended", "voided", refused=NotTaken) == "voided"


def withdraw(inscription_id: uuid.UUID, reason: str) -> None:
    """Withdraw a registration made today by mistake. Raises `NotTaken`, and DatabaseError like `end`."""
    statement = "SELECT persons_withdraw_registration(%s, %s)"
    steps.take(statement, [inscription_id, reason], "withdrawn", refused=NotTaken)
