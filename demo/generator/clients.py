"""Client lists of institutions over an invented population, for `manage.py import_clients`.

A list is computed from the seed of the population and the number of the institution, without writing a
dossier. Lists of different institutions overlap: a quarter of each comes from an order of persons that all
institutions share.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from .dice import CLIENTS, DOSSIER, Dice, Shuffle, Weighted
from .people import MOST_PERSONS, Identities, Identity
from .story import tell

COLUMNS = ("insz", "capacity", "valid_from", "valid_until", "reason")

# The longest period in days, by capacity: within the months the example mandates allow.
_LONGEST = {"in_onderzoek": 175}
_LONGEST_OTHERWISE = 350

_REASONS: dict[str, tuple[str, ...]] = {
    "in_onderzoek": ("Sociaal onderzoek naar aanleiding van een aanvraag", "Aanvraag leefloon in onderzoek"),
    "leefloon": (
        "Leefloon met GPMI",
        "Leefloon toegekend door het bijzonder comité",
        "Herziening van het leefloon",
    ),
    "equivalent_leefloon": ("Equivalent leefloon toegekend", "Herziening van het equivalent leefloon"),
    "schuldbemiddeling": ("Budgetbeheer & schuldbemiddeling", "Schuldbemiddeling op vraag van de cliënt"),
    "werkzoekende": ("Ingeschreven als werkzoekende", "Geïntegreerd traject NT2 & werk"),
    "sociale_huurder": (
        "Huurovereenkomst: taal- en inburgeringsbereidheid",
        "Opvolging van de huurdersverplichting",
    ),
    "kandidaat_huurder": ("Inschrijving als kandidaat-huurder",),
    "cursist": ("Inschrijving in een module NT2", "Opvolging van de inschrijving NT2"),
    "inburgeraar": ("Trajectbegeleiding", "Opvolging van het inburgeringscontract"),
}
_REASONS_OTHERWISE = ("Lopende begeleiding", "Hulpvraag van de cliënt", "Opvolging van het traject")

_WHEN = Weighted([("in force", 83), ("ends soon", 9), ("expired", 5), ("starts later", 3)])


class ClientRow(NamedTuple):
    """A row of a client list: INSZ, capacity, first and last day (both included), why."""

    insz: str
    capacity: str
    valid_from: date
    valid_until: date
    reason: str


def client_list(
    persons: int,
    seed: int,
    institution_index: int,
    size: int,
    capacities: Sequence[str],
    as_of: date,
    *,
    region: str | None = None,
    school: str | None = None,
) -> Iterator[ClientRow]:
    """At most `size` rows of the institution with that number (from 0), over the population of `persons` and `seed`.

    Most rows are in force on `as_of` and until some months ahead, one in eleven ends within 30 days, a few
    have expired or start later. One in a hundred (from 20 rows on at least one) is about an INSZ the
    population does not have. With several `capacities` some persons stand twice, in different ones; never
    twice in the same. `school` (the KBO number of a centre) keeps to its learners, `region` (a name of
    `regions.REGIONS`) to persons who live there; without enough of them the list is shorter. No period is longer
    than a year, for "in_onderzoek" half a year.
    """
    if not capacities:
        raise ValueError("a client list needs a capacity")
    dice = Dice(seed, CLIENTS, institution_index + 1)
    everybody = Identities(seed)
    unknown = min(max(size // 100, 1 if size >= 20 else 0), MOST_PERSONS - persons)
    chosen = _chosen(everybody, persons, seed, dice, region)
    if school:
        chosen = (identity for identity in chosen if _is_taught_at(school, identity, seed, as_of))
    rows = 0
    for identity in _with_strangers(chosen, everybody, persons, institution_index, size, unknown):
        capacity = dice.pick(capacities)
        yield _row(identity.insz, capacity, as_of, dice)
        rows += 1
        if len(capacities) > 1 and rows < size and dice.chance(0.03):
            other = dice.pick([each for each in capacities if each != capacity])
            yield _row(identity.insz, other, as_of, dice)
            rows += 1
        if rows >= size:
            return


def first_clients(persons: int, seed: int) -> Iterator[Identity]:
    """The persons of the population in the order of the list of the first institution, each once."""
    return _chosen(Identities(seed), persons, seed, Dice(seed, CLIENTS, 1), None)


def write_csv(path: Path, rows: Iterable[ClientRow]) -> int:
    """Write rows as `import_clients` reads them (UTF-8, comma); returns how many."""
    number = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow(row)
            number += 1
    return number


def _is_taught_at(school: str, identity: Identity, seed: int, as_of: date) -> bool:
    """Return True if the dossier of this person has a course of the centre with that KBO number."""
    if school not in {centre.kbo for centre in identity.region.centres}:
        return False
    story = tell(identity, as_of.toordinal(), Dice(seed, DOSSIER, identity.number))
    return any(
        course.centre and course.centre.kbo == school for course in story.courses if not course.cancelled
    )


def _chosen(
    everybody: Identities, persons: int, seed: int, dice: Dice, region: str | None
) -> Iterator[Identity]:
    """Persons of the population in the order of this institution, each once."""
    own, shared = Shuffle(persons, dice), Shuffle(persons, Dice(seed, CLIENTS, 0))
    known: set[int] = set()
    common = 0
    for turn in range(persons):
        for place in (own[turn], shared[common] if turn % 3 == 0 else None):
            if place is None:
                continue
            if place not in known:
                known.add(place)
                identity = everybody[place]
                if region is None or identity.region.name == region:
                    yield identity
        common += turn % 3 == 0


def _with_strangers(
    chosen: Iterator[Identity], everybody: Identities, persons: int, institution: int, size: int, unknown: int
) -> Iterator[Identity]:
    """Every so often a person the population does not have: the places behind its last one."""
    step = size // unknown if unknown else 0
    given = 0
    for number, identity in enumerate(chosen):
        if given < unknown and step and number % step == step // 2:
            # Three institutions wait for the same strangers, so that one arrival opens several files.
            yield everybody[persons + (institution // 3 * unknown + given) % (MOST_PERSONS - persons)]
            given += 1
        yield identity


def _row(insz: str, capacity: str, as_of: date, dice: Dice) -> ClientRow:
    longest = _LONGEST.get(capacity, _LONGEST_OTHERWISE)
    when = _WHEN.draw(dice)
    if when == "in force":
        until = dice.between(31, longest - 30)
        begin = -dice.between(0, longest - until)
    elif when == "ends soon":
        until = dice.between(0, 30)
        begin = -dice.between(60, longest - 30)
    elif when == "expired":
        until = -dice.between(1, 120)
        begin = until - dice.between(30, longest)
    else:
        begin = dice.between(1, 45)
        until = begin + dice.between(60, longest)
    reason = dice.pick(_REASONS.get(capacity, _REASONS_OTHERWISE))
    return ClientRow(insz, capacity, as_of + timedelta(days=begin), as_of + timedelta(days=until), reason)
