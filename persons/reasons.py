"""Why an institution registers a client, gives a client to a colleague or takes a list along: what forms offer.

The database stores the code. Client lists bring their own words, which are shown as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.enums import Capacity

from .enums import CarryReason, EndReason, EscapeReason, ExtensionReason

_HELP: Final[Mapping[str, Promise]] = {
    "new_request": _("Nieuwe aanvraag"),
    "taken_over": _("Overname van een ander OCMW"),
    "review": _("Herziening"),
    "moved_here": _("Verhuis naar de gemeente"),
}
_COURSE: Final[Mapping[str, Promise]] = {
    "course": _("Inschrijving in een cursus"),
    "referred": _("Doorverwezen"),
}
# What was asked for of the institution, by capacity. The first is the most frequent one, and forms offer it first.
REGISTRATION_REASONS: Final[Mapping[str, Mapping[str, Promise]]] = {
    Capacity.IN_ONDERZOEK: _HELP,
    Capacity.LEEFLOON: _HELP,
    Capacity.EQUIVALENT_LEEFLOON: _HELP,
    Capacity.ANDERE_HULP: _HELP,
    Capacity.SCHULDBEMIDDELING: _HELP,
    Capacity.ANDERE_BEGELEIDING: _HELP,
    Capacity.WERKZOEKENDE: {
        "job_seeker": _("Ingeschreven als werkzoekende"),
        "obliged": _("Verplichte inschrijving na de inburgering"),
    },
    Capacity.SOCIALE_HUURDER: {
        "lease": _("Huurovereenkomst"),
        "tenant_duty": _("Opvolging van de huurdersverplichting"),
    },
    Capacity.KANDIDAAT_HUURDER: {"candidate": _("Inschrijving als kandidaat-huurder")},
    Capacity.CURSIST: _COURSE,
    Capacity.INBURGERAAR: {
        "reported": _("Aanmelding"),
        "moved_region": _("Verhuis uit een andere regio"),
    },
}
_URGENT_HELP: Final = (EscapeReason.URGENT_AID, EscapeReason.HOUSEHOLD, EscapeReason.SAFETY)
_HOUSING: Final = (EscapeReason.ALLOCATION, EscapeReason.TENANCY, EscapeReason.SAFETY)
# Why a file opens without an inscription, by the legal task that a capacity is for. Examples, like the mandates.
ESCAPE_REASONS: Final[Mapping[str, Sequence[EscapeReason]]] = {
    Capacity.IN_ONDERZOEK: _URGENT_HELP,
    Capacity.LEEFLOON: _URGENT_HELP,
    Capacity.EQUIVALENT_LEEFLOON: _URGENT_HELP,
    Capacity.ANDERE_HULP: _URGENT_HELP,
    Capacity.SCHULDBEMIDDELING: _URGENT_HELP,
    Capacity.ANDERE_BEGELEIDING: _URGENT_HELP,
    Capacity.WERKZOEKENDE: (EscapeReason.JOB_INTERVIEW, EscapeReason.SAFETY),
    Capacity.SOCIALE_HUURDER: _HOUSING,
    Capacity.KANDIDAAT_HUURDER: _HOUSING,
    Capacity.CURSIST: (EscapeReason.COURSE_START, EscapeReason.SAFETY),
    Capacity.INBURGERAAR: (EscapeReason.AT_THE_DESK, EscapeReason.COURSE_START, EscapeReason.SAFETY),
}
# Why clients go to the caseload of a colleague.
HAND_OVER_REASONS: Final[Mapping[str, Promise]] = {
    "division": _("Herverdeling van de dossiers"),
    "leave": _("Verlof of ziekte"),
    "departure": _("Vertrek van een collega"),
}
# Why a long list is taken along as a file. The row of the log has the code.
EXPORT_REASONS: Final[Mapping[str, Promise]] = {
    "meeting": _("Teamoverleg"),
    "follow_up": _("Opvolging of afspraken plannen"),
    "letters": _("Brieven aan cliënten"),
    "check": _("Nazicht van de cliëntenlijst"),
    "report": _("Verslag of telling"),
}
MISTAKE: Final = "mistake"
_WORDS: Final[Mapping[str, Promise]] = {
    code: words
    for reasons in (
        *REGISTRATION_REASONS.values(),
        dict(ExtensionReason.choices),
        dict(EndReason.choices),
        dict(CarryReason.choices),
    )
    for code, words in reasons.items()
} | {MISTAKE: _("Vergissing")}


def reason_words(reason: str) -> str:
    """Return the words of a stored reason: of its code, or the text itself."""
    return str(_WORDS.get(reason, reason))
