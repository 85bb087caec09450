"""What an institution itself knows about a number, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.enums import Capacity

from ..formats import day
from ..reasons import reason_words
from ..services.own import OwnInscription

_WORDS: Final[Mapping[str, Promise]] = {
    "in_force": gettext_lazy("ingeschreven tot en met %(day)s"),
    "waiting": gettext_lazy("ingeschreven tot en met %(day)s; de KBI heeft nog geen dossier"),
    "starts": gettext_lazy("de inschrijving begint op %(day)s"),
    "expired": gettext_lazy("de inschrijving is verlopen op %(day)s"),
    "ended": gettext_lazy("de inschrijving is beëindigd op %(day)s"),
    "merged": gettext_lazy("de inschrijving is op %(day)s samengevoegd met een andere"),
    "carried_on": gettext_lazy(
        "de inschrijving gaat sinds %(day)s verder onder een nieuw nummer of bij een opvolger"
    ),
    "voided": gettext_lazy("de inschrijving is ingetrokken op %(day)s"),
    "no_mandate": gettext_lazy("de machtiging eindigde op %(day)s"),
}


def own_words(own: OwnInscription) -> str:
    """Return an own inscription in a sentence: "Leefloon: de inschrijving is verlopen op 3 november 2026."."""
    words = str(_WORDS[own.state]) % {"day": day(own.on)}
    if own.state == "no_mandate" and own.on is None:
        words = _("er geldt vandaag geen machtiging")
    if own.by:
        words = _("%(words)s door %(name)s") % {"words": words, "name": own.by}
    if own.reason:
        words = _("%(words)s (%(reason)s)") % {"words": words, "reason": reason_words(own.reason)}
    if own.carried_over:
        words = _("%(words)s; overgenomen van een ander nummer of een andere instelling") % {"words": words}
    return f"{Capacity(own.capacity).label}: {words}."
