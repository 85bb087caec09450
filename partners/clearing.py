"""Let an account enter its own national number again: one administrator of the agency asks, another one confirms."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from . import steps

# Why the database did not take a step.
NOT_TAKEN = {
    "no_number": _("Dit account heeft geen nummer ingevuld."),
    "no_reason": _("Geef een reden."),
    "exists": _("Dit is al gevraagd. Een andere beheerder bevestigt het."),
    "not_open": _("Dit staat niet meer open. Misschien was een collega u voor."),
    "own": _("U vroeg dit zelf, of het gaat over uw eigen account. Een andere beheerder bevestigt het."),
}


class NotTaken(steps.NotTaken):
    """The step was not taken."""

    reasons = NOT_TAKEN


def ask_clearing(user_id: int, reason: str) -> None:
    """Ask, as the bound administrator of the agency. Raises NotTaken; DatabaseError for anyone else."""
    steps.take("SELECT partners_ask_clearing(%s, %s)", [user_id, reason], "asked", refused=NotTaken)


def confirm_clearing(clearing_id: int) -> None:
    """Delete the hash, as another administrator than the one who asked. Raises like `ask_clearing`."""
    steps.take("SELECT partners_confirm_clearing(%s)", [clearing_id], "cleared", refused=NotTaken)
