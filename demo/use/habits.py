"""Who uses the invented portal, and how often. The institutions of `accounts.py`, and some more OCMWs.

Two institutions with access never look, some stopped, some look more and more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final


@dataclass(frozen=True)
class Habit:
    """How many files an institution opens on an ordinary working day: a year ago, and now.

    One that `stopped` opened none in the last so many days.
    """

    then: float
    now: float
    stopped: int = 0

    def files(self, day: date, first: date, today: date) -> float:
        """Return how many files are opened on `day`, of a year from `first` to `today`, if it is an ordinary day."""
        if (today - day).days < self.stopped:
            return 0
        return self.then + (self.now - self.then) * (day - first).days / (today - first).days

    def scaled(self, scale: float) -> Habit:
        """Return the same habit with `scale` times as many files."""
        return replace(self, then=self.then * scale, now=self.now * scale)


@dataclass(frozen=True)
class Colleague:
    """An invented user without a password. No one can sign in as one, so the table of accounts has none of them."""

    first_name: str
    last_name: str
    login: str


HABITS: Final[Mapping[str, Habit]] = {
    "OCMW Gent": Habit(5, 8),
    "VDAB": Habit(4, 4.5),
    "Onthaalbureau Welkom": Habit(3.5, 3),
    "Huis van het Nederlands": Habit(2, 2.5),
    "OCMW Aalst": Habit(0.3, 4),
    "CVO De Lindeboom": Habit(1, 1.5),
    "Huisvestingsmaatschappij De Gevel": Habit(1, 1.2),
    "VMSW": Habit(0.4, 0.2),
    "CVO De Sprong": Habit(1.6, 1.2, stopped=200),
    "OCMW Antwerpen": Habit(2.5, 4),
    "OCMW Brugge": Habit(1.5, 2),
    "OCMW Leuven": Habit(0.6, 2.2),
    "OCMW Mechelen": Habit(1.8, 1.7),
    "OCMW Hasselt": Habit(1.2, 0.7),
    "OCMW Kortrijk": Habit(0.8, 1.4),
    "OCMW Genk": Habit(0.1, 1.8),
    "OCMW Oostende": Habit(1.5, 1.3, stopped=215),
    "OCMW Sint-Niklaas": Habit(0.6, 0.6),
    "OCMW Roeselare": Habit(0.4, 0.6),
    "OCMW Turnhout": Habit(0.3, 0.3),
    "OCMW Vilvoorde": Habit(0.4, 0.9),
    "OCMW Dendermonde": Habit(0.5, 0.3, stopped=180),
}
# More institutions with clients and a case worker, by name of the institution.
COLLEAGUES: Final[Mapping[str, tuple[Colleague, ...]]] = {
    "OCMW Gent": (
        Colleague("Fatma", "Yildiz", "fatma.yildiz@ocmw-gent.example"),
        Colleague("Koen", "Lambrecht", "koen.lambrecht@ocmw-gent.example"),
    ),
    "OCMW Antwerpen": (
        Colleague("Ilse", "Van Camp", "ilse.vancamp@ocmw-antwerpen.example"),
        Colleague("Youssef", "Amrani", "youssef.amrani@ocmw-antwerpen.example"),
    ),
    "OCMW Brugge": (Colleague("Griet", "Dewulf", "griet.dewulf@ocmw-brugge.example"),),
    "OCMW Leuven": (Colleague("Stijn", "Hermans", "stijn.hermans@ocmw-leuven.example"),),
    "OCMW Mechelen": (Colleague("Leen", "Verbist", "leen.verbist@ocmw-mechelen.example"),),
    "OCMW Hasselt": (Colleague("Kris", "Vanhees", "kris.vanhees@ocmw-hasselt.example"),),
    "OCMW Kortrijk": (Colleague("Marijke", "Callens", "marijke.callens@ocmw-kortrijk.example"),),
    "OCMW Genk": (Colleague("Sevda", "Demir", "sevda.demir@ocmw-genk.example"),),
    "OCMW Oostende": (Colleague("Dirk", "Logghe", "dirk.logghe@ocmw-oostende.example"),),
    "OCMW Sint-Niklaas": (Colleague("Annelies", "Rombaut", "annelies.rombaut@ocmw-sint-niklaas.example"),),
    "OCMW Roeselare": (Colleague("Bart", "Vandewalle", "bart.vandewalle@ocmw-roeselare.example"),),
    "OCMW Turnhout": (Colleague("Hilde", "Wuyts", "hilde.wuyts@ocmw-turnhout.example"),),
    "OCMW Vilvoorde": (Colleague("Nadia", "Benali", "nadia.benali@ocmw-vilvoorde.example"),),
    "OCMW Dendermonde": (Colleague("Filip", "De Rop", "filip.derop@ocmw-dendermonde.example"),),
    # Never looked: access since long, clients, and no one who opens the portal.
    "OCMW Lokeren": (Colleague("Peter", "Van Hove", "peter.vanhove@ocmw-lokeren.example"),),
}
# Who administers the team of an institution that stopped, one that looks less, and one that never looked.
ADMINISTRATORS: Final[Mapping[str, Colleague]] = {
    "OCMW Oostende": Colleague("Kaat", "Vermeire", "kaat.vermeire@ocmw-oostende.example"),
    "OCMW Hasselt": Colleague("Rudi", "Claesen", "rudi.claesen@ocmw-hasselt.example"),
    "OCMW Lokeren": Colleague("Greet", "Baeten", "greet.baeten@ocmw-lokeren.example"),
}
