"""Shields, and who may look all the same, over the database functions that write them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext_lazy as _

# Why the database did not take a step.
NOT_TAKEN = {
    "no_reason": _("Geef een reden."),
    "until": _("Kies een laatste dag: vandaag of later, en niet te ver vooruit."),
    "exists": _("Dit geldt al. Beëindig het eerst om er iets anders van te maken."),
    "not_found": _("Dit bestaat niet of is al voorbij."),
    "own": _("U wijst niet uzelf aan."),
    "not_a_colleague": _("Deze persoon werkt hier vandaag niet met dossiers of inschrijvingen."),
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


def set_shield(insz: str, *, until: datetime.date, reason: str) -> None:
    """Shield a person from today until `until` (at most two years): within the bound institution, or everywhere.

    As a privacy officer, or as an administrator of the agency on its pages. `insz` has eleven digits; it need not be
    known. Raises NotTaken; DatabaseError for anyone else.
    """
    _step("SELECT persons_set_shield(%s, %s, %s)", [insz, until, reason], "set")


def end_shield(public_id: uuid.UUID, *, reason: str) -> None:
    """End a shield at once, as who may set it. Raises like `set_shield`."""
    _step("SELECT persons_end_shield(%s, %s)", [public_id, reason], "ended")


def name_looker(insz: str, user_id: int, *, until: datetime.date, reason: str) -> None:
    """Name a colleague who may see a shielded person or a colleague until `until` (at most a year), as privacy officer.

    It opens nothing by itself. Raises NotTaken; DatabaseError for anyone else.
    """
    _step("SELECT persons_name_looker(%s, %s, %s, %s)", [insz, user_id, until, reason], "named")


def end_looker(public_id: uuid.UUID, *, reason: str) -> None:
    """End that a colleague may look, at once. Raises like `name_looker`."""
    _step("SELECT persons_end_looker(%s, %s)", [public_id, reason], "ended")


def _step(statement: str, parameters: Sequence[str | int | datetime.date | uuid.UUID], expected: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        [outcome] = cursor.fetchone()
    if outcome != expected:
        raise NotTaken(outcome)
