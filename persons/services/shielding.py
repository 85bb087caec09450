"""Shields, and who may look all the same, over the database functions that write them."""

from __future__ import annotations

import datetime
import uuid

from django.utils.translation import gettext_lazy as _

from partners import steps

# Why the database did not take a step.
NOT_TAKEN = {
    "no_reason": _("Geef een reden."),
    "until": _("Kies een laatste dag: vandaag of later, en niet te ver vooruit."),
    "exists": _("Dit geldt al. Beëindig het eerst om er iets anders van te maken."),
    "not_found": _("Dit bestaat niet of is al voorbij."),
    "own": _("U wijst niet uzelf aan."),
    "not_a_colleague": _("Deze persoon werkt hier vandaag niet met dossiers of inschrijvingen."),
}


class NotTaken(steps.NotTaken):
    """The step was not taken."""

    reasons = NOT_TAKEN


def set_shield(insz: str, *, until: datetime.date, reason: str) -> None:
    """Shield a person from today until `until` (at most two years): within the bound institution, or everywhere.

    As a privacy officer, or as an administrator of the agency on its pages. `insz` has eleven digits; it need not be
    known. Raises NotTaken; DatabaseError for anyone else.
    """
    steps.take("SELECT persons_set_shield(%s, %s, %s)", [insz, until, reason], "set", refused=NotTaken)


def end_shield(public_id: uuid.UUID, *, reason: str) -> None:
    """End a shield at once, as who may set it. Raises like `set_shield`."""
    steps.take("SELECT persons_end_shield(%s, %s)", [public_id, reason], "ended", refused=NotTaken)


def name_looker(insz: str, user_id: int, *, until: datetime.date, reason: str) -> None:
    """Name a colleague who may see a shielded person or a colleague until `until` (at most a year), as privacy officer.

    It opens nothing by itself. Raises NotTaken; DatabaseError for anyone else.
    """
    steps.take(
        "SELECT persons_name_looker(%s, %s, %s, %s)",
        [insz, user_id, until, reason],
        "named",
        refused=NotTaken,
    )


def end_looker(public_id: uuid.UUID, *, reason: str) -> None:
    """End that a colleague may look, at once. Raises like `name_looker`."""
    steps.take("SELECT persons_end_looker(%s, %s)", [public_id, reason], "ended", refused=NotTaken)
