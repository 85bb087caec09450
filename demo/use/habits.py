"""Who uses the invented portal, and how often. The institutions of `accounts.py`, and some more OCMWs.

Two institutions with access never look, some stopped, some look more and more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.utils.text import slugify


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


def _colleagues(institution: str, *names: str) -> tuple[Colleague, ...]:
    """The colleagues with these names, of which the first word is the first name."""
    domain = f"{slugify(institution)}.example"
    colleagues = []
    for name in names:
        first, last = name.split(maxsplit=1)
        colleagues.append(Colleague(first, last, f"{first}.{last.replace(' ', '')}@{domain}".lower()))
    return tuple(colleagues)


# More institutions with clients and a case worker, by name. Six OCMWs have five or more of them, so that their
# monthly reports compare them.
COLLEAGUES: Final[Mapping[str, tuple[Colleague, ...]]] = {
    name: _colleagues(name, *names)
    for name, names in {
        "OCMW Gent": ["Sofie Baeten", "Fatma Yildiz", "Koen Lambrecht"],
        "OCMW Aalst": ["Tine Van Damme", "Rachid Bouazza", "Dries Michiels"],
        "OCMW Antwerpen": ["Ilse Van Camp", "Youssef Amrani", "Lotte Smeets", "Ruben Cools", "Amina Diallo"],
        "OCMW Brugge": ["Griet Dewulf", "Jasper Denys", "Elif Kaya", "Joris Verhaeghe", "Noor Maertens"],
        "OCMW Leuven": ["Stijn Hermans", "Greet Vandeput", "Samira Haddou", "Pieter Nijs", "Lies Claessens"],
        "OCMW Mechelen": ["Leen Verbist"],
        "OCMW Hasselt": ["Kris Vanhees"],
        "OCMW Kortrijk": ["Marijke Callens"],
        "OCMW Genk": ["Sevda Demir", "Wout Martens", "Carla Rossi", "Hanne Jaspers", "Murat Arslan"],
        "OCMW Oostende": ["Dirk Logghe"],
        "OCMW Sint-Niklaas": ["Annelies Rombaut"],
        "OCMW Roeselare": ["Bart Vandewalle"],
        "OCMW Turnhout": ["Hilde Wuyts"],
        "OCMW Vilvoorde": ["Nadia Benali"],
        "OCMW Dendermonde": ["Filip De Rop"],
        # Never looked: access since long, clients, and no one who opens the portal.
        "OCMW Lokeren": ["Peter Van Hove"],
    }.items()
}
# Who administers the team of an institution that stopped, one that looks less, and one that never looked.
ADMINISTRATORS: Final[Mapping[str, Colleague]] = {
    "OCMW Oostende": Colleague("Kaat", "Vermeire", "kaat.vermeire@ocmw-oostende.example"),
    "OCMW Hasselt": Colleague("Rudi", "Claesen", "rudi.claesen@ocmw-hasselt.example"),
    "OCMW Lokeren": Colleague("Greet", "Baeten", "greet.baeten@ocmw-lokeren.example"),
}
