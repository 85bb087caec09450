"""The figures of the monthly report: their names, definitions, and of how many users they may be shown.

docs/figures.md repeats the definitions; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..figures import FIGURES

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# From how many users on a figure per user and a comparison are shown; a comparison needs as many other institutions.
FEWEST_USERS = FEWEST_INSTITUTIONS = 5
PER = 100  # a comparison is of so many consultations, searches or users


class Part(models.TextChoices):
    """The parts of a report."""

    TOTAL = "totaal", _("Totaal gebruik")
    CAREFUL = "zorgvuldig", _("Zorgvuldig gebruik")
    ACCOUNTS = "toegang", _("Toegang")
    EFFECTIVE = "doelmatig", _("Doelmatig gebruik")


class Shown(Enum):
    """To which readers a figure is shown when fewer than `FEWEST_USERS` users looked."""

    ALWAYS = "always"
    TO_OWN = "to own"  # to the institution itself, not to the agency
    NEVER = "never"


@dataclass(frozen=True)
class CarefulFigure:
    """One figure of a report.

    `base` is the code of the figure that it is compared by: so many per hundred of those. Without one it is not
    compared.
    """

    code: str
    part: Part
    name: StrPromise
    definition: StrPromise
    base: str = ""
    shown: Shown = Shown.ALWAYS


def _of_log(code: str, part: Part, base: str = "", shown: Shown = Shown.ALWAYS) -> CarefulFigure:
    """A figure that the monthly pages have too."""
    return CarefulFigure(code, part, FIGURES[code].name, FIGURES[code].definition, base, shown)


MEAN, MEDIAN, MOST = "mean", "median", "most"
# Figures of `figures.FIGURES`, from the roll-up.
COUNTED = ("consultation", "list", "search", "refusal", "aborted", "export")
REPORT: dict[str, CarefulFigure] = {
    figure.code: figure
    for figure in (
        _of_log("consultation", Part.TOTAL),
        _of_log("list", Part.TOTAL),
        _of_log("search", Part.TOTAL),
        CarefulFigure(
            "outside",
            Part.CAREFUL,
            _("raadplegingen buiten de uren"),
            _(
                "Raadplegingen op zaterdag of zondag, of buiten de kantooruren van de instelling op een andere dag. Een"
                " feestdag telt als een gewone dag."
            ),
            "consultation",
            Shown.TO_OWN,
        ),
        CarefulFigure(
            "by_name",
            Part.CAREFUL,
            _("zoekopdrachten zonder INSZ"),
            _(
                "Zoekopdrachten op naam of geboortedatum, ook zonder resultaat. Een geplakte lijst heeft nummers."
            ),
            "search",
            Shown.TO_OWN,
        ),
        _of_log("refusal", Part.CAREFUL, "consultation", Shown.TO_OWN),
        CarefulFigure(
            "above",
            Part.CAREFUL,
            _("waarvan eigen dossier, collega of afgeschermde persoon"),
            _("Weigeringen door een regel die boven elke machtiging gaat."),
            shown=Shown.TO_OWN,
        ),
        CarefulFigure(
            "stopped",
            Part.CAREFUL,
            _("waarvan te veel inzages na elkaar"),
            _("Weigeringen omdat een medewerker meer inzages deed dan gewoon werk vraagt."),
            shown=Shown.TO_OWN,
        ),
        _of_log("aborted", Part.CAREFUL, "search", Shown.TO_OWN),
        CarefulFigure(
            "escapes",
            Part.CAREFUL,
            _("noodinzages"),
            _("Noodinzages die in de maand begonnen."),
            "consultation",
            Shown.TO_OWN,
        ),
        CarefulFigure(
            "reviewed",
            Part.CAREFUL,
            _("waarvan nagekeken"),
            _(
                "Noodinzages van de maand waarover een privacyverantwoordelijke al geoordeeld had toen het verslag"
                " gemaakt werd."
            ),
            shown=Shown.TO_OWN,
        ),
        CarefulFigure(
            "unjustified",
            Part.CAREFUL,
            _("waarvan niet terecht"),
            _("Noodinzages van de maand die volgens het laatste oordeel niet terecht waren."),
            shown=Shown.TO_OWN,
        ),
        CarefulFigure(
            "late",
            Part.CAREFUL,
            _("waarvan te laat na te kijken"),
            _(
                "Noodinzages van de maand zonder oordeel, waarvan de uiterste dag voorbij was toen het verslag gemaakt"
                " werd."
            ),
            shown=Shown.TO_OWN,
        ),
        _of_log("export", Part.CAREFUL, "consultation", Shown.TO_OWN),
        CarefulFigure(
            "workers",
            Part.ACCOUNTS,
            _("medewerkers met toegang"),
            _("Accounts die op de laatste dag van de maand dossiers mochten openen."),
        ),
        CarefulFigure(
            "administrators",
            Part.ACCOUNTS,
            _("lokale beheerders"),
            _("Accounts met deze rol op de laatste dag van de maand."),
        ),
        CarefulFigure(
            "officers",
            Part.ACCOUNTS,
            _("privacyverantwoordelijken"),
            _("Accounts met deze rol op de laatste dag van de maand."),
        ),
        CarefulFigure(
            "begun",
            Part.ACCOUNTS,
            _("toegangen die begonnen"),
            _("Toegangen, van elke rol, met hun eerste dag in de maand. Een verlenging telt niet."),
        ),
        CarefulFigure(
            "ended",
            Part.ACCOUNTS,
            _("toegangen die eindigden"),
            _("Toegangen, van elke rol, met hun laatste dag in de maand, zonder vervolg."),
        ),
        CarefulFigure(
            "unsigned",
            Part.ACCOUNTS,
            _("accounts die zich nog nooit aanmeldden"),
            _(
                "Accounts met toegang op de laatste dag van de maand die in deze instelling nog geen bladzijde openden,"
                " toen het verslag gemaakt werd."
            ),
        ),
        CarefulFigure(
            "looked",
            Part.EFFECTIVE,
            _("medewerkers die keken"),
            _("Accounts die in de maand minstens één dossier openden, ook met een noodinzage."),
            shown=Shown.TO_OWN,
        ),
        CarefulFigure(
            "unused",
            Part.EFFECTIVE,
            _("medewerkers die niet keken"),
            _("Medewerkers met toegang op de laatste dag van de maand die in de maand geen dossier openden."),
            "workers",
            Shown.TO_OWN,
        ),
        CarefulFigure(
            "never",
            Part.EFFECTIVE,
            _("waarvan nog nooit"),
            _("Medewerkers die niet keken, en ook in geen vroegere maand van het logboek."),
            "workers",
            Shown.TO_OWN,
        ),
        CarefulFigure(
            MEAN,
            Part.EFFECTIVE,
            _("raadplegingen per medewerker die keek"),
            _(
                "De raadplegingen van de maand, gedeeld door de medewerkers die keken. Afgerond op één decimaal."
            ),
            shown=Shown.NEVER,
        ),
        CarefulFigure(
            MEDIAN,
            Part.EFFECTIVE,
            _("mediaan per medewerker die keek"),
            _("De helft van de medewerkers die keken, deed niet meer raadplegingen dan dit."),
            shown=Shown.NEVER,
        ),
        CarefulFigure(
            MOST,
            Part.EFFECTIVE,
            _("meeste raadplegingen van één medewerker"),
            _("Het hoogste aantal raadplegingen van één medewerker. Wie, staat niet in dit verslag."),
            shown=Shown.NEVER,
        ),
    )
}


# They would tell who searches that a number is hidden and not unknown: not for local administrators.
REFUSALS = ("refusal", "above", "stopped")


def figures_of(part: Part, *, refusals: bool) -> list[CarefulFigure]:
    """Return the figures of a part, in their order, with those of `REFUSALS` or without them."""
    return [
        figure
        for figure in REPORT.values()
        if figure.part == part and (refusals or figure.code not in REFUSALS)
    ]
