"""The ways to an answer whose waiting time is counted: detours by the kind of third party, and those of the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from persons.enums import ThirdParty

from ..enums import PortalWait

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

DETOURS = "detours"  # all of them together
DETOUR_WAYS: tuple[str, ...] = tuple(ThirdParty.values)
PORTAL_WAYS: tuple[str, ...] = tuple(PortalWait.values)
NAMES: dict[str, StrPromise | str] = dict([*ThirdParty.choices, *PortalWait.choices])
CHOICES = [(DETOURS, _("alle omwegen samen")), *NAMES.items()]

# docs/figures.md has the same texts; a test compares them.
LEAD_TIME = _(
    "De werkdagen na de dag van de vraag, tot en met de dag van het antwoord; dezelfde dag is 0. De mediaan is het"
    " kleinste aantal werkdagen waarbinnen minstens de helft een antwoord had, “9 op 10 binnen” het kleinste"
    " waarbinnen minstens negen op de tien er een hadden. Een vraag telt in de maand van het antwoord. Wat vandaag open"
    " staat, staat ernaast en telt niet mee."
)
SHORT_LEAD_TIME = _(
    "De werkdagen na de dag van de vraag, tot en met de dag van het antwoord, in de maand van het antwoord."
)
PORTAL_TIME = _(
    "In dezelfde werkdagen. “Klopt niet?”: van de vraag tot het antwoord van de leverancier; vragen zonder antwoord, of"
    " die een nieuw bericht achterhaalde, tellen niet mee. Eerste inzage: van de inschrijving door een gebruiker, of"
    " haar eerste dag, tot een medewerker het dossier voor het eerst zag. Eerste dossier: van de inschrijving van"
    " iemand die de KBI nog niet kende, tot zijn dossier er was. Inschrijvingen die een andere voortzetten, tellen niet"
    " mee."
)
SMALL = _(
    "“Niet getoond” staat bij minder dan vijf, en bij een rij die zo’n getal als verschil met het totaal zou verraden."
    " Dat geldt binnen één blad: wie bladen met andere keuzes naast elkaar legt, kan nog kleine getallen afleiden."
)


def of_choice(code: str) -> tuple[str, ...]:
    """Return the ways of a choice: all detours for DETOURS, else the way itself."""
    return DETOUR_WAYS if code == DETOURS else (code,)


def name_of(code: str) -> str:
    """Return the name of a choice, for titles."""
    return str(dict(CHOICES)[code])
