"""Extending, ending and withdrawing inscriptions, over the database functions that do it and write the event."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext_lazy as _

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


class NotTaken(Exception):
    """The step was not taken. `code` is a key of `NOT_TAKEN`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def words(self) -> str:
        """The reason, for the screen."""
        return str(NOT_TAKEN[self.code])


def extend(inscription_id: uuid.UUID, until: datetime.date, reason: str) -> bool:
    """Extend an inscription of the bound institution, as the bound user; False when it ends on `until` already.

    `inscription_id` is its public id. Raises `NotTaken`; DatabaseError when no institution, user and role are bound.
    """
    outcome = _step("SELECT persons_extend_inscription(%s, %s, %s)", [inscription_id, until, reason])
    return _expect(outcome, "extended", "unchanged") == "extended"


def end(inscription_id: uuid.UUID, reason: str) -> bool:
    """End an inscription at once: yesterday was its last day; True when it was voided instead, and so never opened.

    Raises `NotTaken`; DatabaseError when no institution, user and role are bound.
    """
    outcome = _step("SELECT persons_end_inscription(%s, %s)", [inscription_id, reason])
    return _expect(outcome, "ended", "voided") == "voided"


def withdraw(inscription_id: uuid.UUID, reason: str) -> None:
    """Withdraw a registration made today by mistake. Raises `NotTaken`, and DatabaseError like `end`."""
    _expect(_step("SELECT persons_withdraw_registration(%s, %s)", [inscription_id, reason]), "withdrawn")


def _step(statement: str, parameters: Sequence[uuid.UUID | datetime.date | str]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        [outcome] = cursor.fetchone()
    return outcome


def _expect(outcome: str, *done: str) -> str:
    if outcome not in done:
        raise NotTaken(outcome)
    return outcome
