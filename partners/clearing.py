"""Let an account enter its own national number again: one administrator of the agency asks, another one confirms."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext_lazy as _

# Why the database did not take a step.
NOT_TAKEN = {
    "no_number": _("Dit account heeft geen nummer ingevuld."),
    "no_reason": _("Geef een reden."),
    "exists": _("Dit is al gevraagd. Een andere beheerder bevestigt het."),
    "not_open": _("Dit staat niet meer open. Misschien was een collega u voor."),
    "own": _("U vroeg dit zelf, of het gaat over uw eigen account. Een andere beheerder bevestigt het."),
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


def ask_clearing(user_id: int, reason: str) -> None:
    """Ask, as the bound administrator of the agency. Raises NotTaken; DatabaseError for anyone else."""
    _step("SELECT partners_ask_clearing(%s, %s)", [user_id, reason], "asked")


def confirm_clearing(clearing_id: int) -> None:
    """Delete the hash, as another administrator than the one who asked. Raises like `ask_clearing`."""
    _step("SELECT partners_confirm_clearing(%s)", [clearing_id], "cleared")


def _step(statement: str, parameters: Sequence[str | int], expected: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        [outcome] = cursor.fetchone()
    if outcome != expected:
        raise NotTaken(outcome)
