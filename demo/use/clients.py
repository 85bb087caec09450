"""Inscriptions with their history: registered over the year, extended, ended, withdrawn, waiting for the KBI.

They are written as they would be by now if the portal had been in use for years. The one write path of the portal
(`persons_register_inscriptions`) dates everything now, so it can't make them.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from partners.enums import Capacity
from partners.models import Institution, MandateVersion
from persons.enums import EndReason, ExtensionReason, InscriptionStep
from persons.reasons import MISTAKE, REGISTRATION_REASONS

from ..generator.clients import ClientRow, client_list
from ..generator.dice import USE, Dice, Weighted
from .days import before, last_working_day, moment
from .writing import write

A_YEAR = datetime.timedelta(days=365)
# The invented periods last a year at most, half a year for this one.
SHORT = Capacity.IN_ONDERZOEK
# Part of the population each institution knows, in the order in which they were admitted; the last for all others.
SHARES = (0.30, 0.18, 0.15, 0.10, 0.08, 0.05)
BATCH = 10_000  # inscriptions that go in together
FORMER = 0.2  # former clients, as a share of the others
_FORMER_LISTS = 1000  # places of lists that no institution has

_ENDS = Weighted(
    [
        (EndReason.HELP_ENDED, 50),
        (EndReason.COMPLETED, 25),
        (EndReason.MOVED_AWAY, 15),
        (EndReason.OTHER, 10),
    ]
)
_EXTENSIONS = Weighted(
    [(ExtensionReason.GOES_ON, 55), (ExtensionReason.COURSE, 30), (ExtensionReason.DECISION, 15)]
)
_PEOPLE = """
SELECT x.*, coalesce(nullif(btrim(u.first_name || ' ' || u.last_name), ''), u.email, '') AS user_name
FROM jsonb_to_recordset(%s::jsonb) AS x(public_id uuid, institution_id bigint, insz text, capacity text,
  valid_from date, valid_until date, reason text, user_id bigint, registered_at timestamptz, voided_at timestamptz,
  what text, at timestamptz, old_until date, new_until date, place integer)
LEFT JOIN partners_user u ON u.id = x.user_id
"""
# An earlier start with fewer persons made some of these inscriptions already. They stay as they are.
_INSCRIPTIONS = f"""
INSERT INTO persons_inscription (public_id, institution_id, insz, person_id, mandate_id, valid_from, valid_until,
  reason, proof, registered_by_id, registered_at, voided_at)
SELECT x.public_id, x.institution_id, x.insz, p.id, m.mandate_id, x.valid_from, x.valid_until, x.reason, '', x.user_id,
  x.registered_at, x.voided_at
FROM ({_PEOPLE}) x
JOIN LATERAL persons_mandate_for(x.institution_id, x.capacity, x.valid_from) m ON m.mandate_id IS NOT NULL
LEFT JOIN persons_person p ON p.insz = x.insz
WHERE NOT EXISTS (SELECT FROM persons_inscription i WHERE i.institution_id = x.institution_id AND i.insz = x.insz)
ORDER BY x.place
"""
_STEPS = f"""
INSERT INTO persons_inscriptionevent (inscription_id, what, at, user_id, user_name, old_until, new_until, reason)
SELECT i.id, x.what, x.at, x.user_id, x.user_name, x.old_until, x.new_until, x.reason
FROM ({_PEOPLE}) x JOIN persons_inscription i ON i.public_id = x.public_id
ORDER BY x.at
"""


class Population(NamedTuple):
    """The persons of `generate_dossiers`: how many, with which seed, as of which day."""

    persons: int
    seed: int
    as_of: datetime.date


@dataclass
class Life:
    """An inscription and its steps. `user_id` registered it; None: the agency's import did."""

    public_id: uuid.UUID
    institution_id: int
    insz: str
    capacity: str
    valid_from: datetime.date
    valid_until: datetime.date
    reason: str
    user_id: int | None
    registered_at: datetime.datetime
    voided_at: datetime.datetime | None = None
    steps: list[dict[str, object]] = field(default_factory=list)

    def take(
        self,
        what: InscriptionStep,
        at: datetime.datetime,
        user_id: int | None,
        days: tuple[datetime.date | None, datetime.date | None],
        reason: str,
    ) -> None:
        """Add a step; `days` are the last day before and after it."""
        old, new = days
        self.steps.append(
            {
                "public_id": self.public_id,
                "what": what,
                "at": at,
                "user_id": user_id,
                "old_until": old,
                "new_until": new,
                "reason": reason,
            }
        )


def institutions_with_mandates(
    institutions: Iterable[Institution], as_of: datetime.date
) -> Iterator[tuple[Institution, list[str]]]:
    """Those of `institutions` that get a list, each with the capacities it can register a year back in."""
    for institution in institutions:
        versions = (
            MandateVersion.objects.for_institution(institution)
            .in_force(as_of)
            .in_force(as_of - A_YEAR)
            .select_related("mandate")
        )
        capacities = sorted(
            {
                version.mandate.capacity
                for version in versions
                if version.max_months >= (6 if version.mandate.capacity == SHORT else 12)
            }
        )
        if capacities:
            yield institution, capacities


def list_size(persons: int, place: int) -> int:
    """How many rows the list of the institution at this place has, over a population of so many persons."""
    return max(1, round(persons * SHARES[min(place, len(SHARES) - 1)]))


def register_clients(lives: Iterable[Life]) -> int:
    """Write inscriptions with their steps; return how many were new. Needs the owner's connection."""
    lives, number = iter(lives), 0
    while batch := list(islice(lives, BATCH)):
        number += write(
            _INSCRIPTIONS,
            (
                {"place": place} | {name: value for name, value in vars(life).items() if name != "steps"}
                for place, life in enumerate(batch)
            ),
        )
        write(_STEPS, (step for life in batch for step in life.steps))
    return number


def lives_of(
    institution: Institution,
    capacities: Sequence[str],
    workers: Sequence[int],
    population: Population,
    place: int,
    size: int,
) -> Iterator[Life]:
    """The inscriptions of an institution: those of its client list of `size` rows, and of former clients.

    `place` is that of the list (`client_list`), `workers` the accounts that may have registered them.
    """
    persons, seed, as_of = population
    dice = Dice(seed, USE, place)
    clients: set[str] = set()
    for row in client_list(persons, seed, place, size, capacities, as_of):
        clients.add(row.insz)
        yield _life(institution, row, workers, as_of, dice)
    former = round(size * FORMER)
    for row in client_list(persons, seed, _FORMER_LISTS + place, former, capacities, as_of) if former else ():
        if row.insz not in clients:
            clients.add(row.insz)
            yield _life(institution, _former(row, as_of, dice), workers, as_of, dice)


def _former(row: ClientRow, as_of: datetime.date, dice: Dice) -> ClientRow:
    until = as_of - datetime.timedelta(days=dice.between(2, 300))
    length = dice.between(90, 170 if row.capacity == SHORT else 340)
    return row._replace(valid_from=until - datetime.timedelta(days=length), valid_until=until)


def _life(
    institution: Institution, row: ClientRow, workers: Sequence[int], as_of: datetime.date, dice: Dice
) -> Life:
    last = last_working_day(as_of)
    worker = dice.pick(workers) if workers and dice.chance(0.7) else None
    is_over = row.valid_until < as_of
    has_begun = row.valid_from < last - datetime.timedelta(days=15)
    is_extended = not is_over and has_begun and row.capacity != SHORT and dice.chance(0.3)
    begin = row.valid_from - datetime.timedelta(days=dice.between(120, 330) if is_extended else 0)
    # Those who start later were registered in the last weeks.
    registered_on = begin if begin <= last else as_of - datetime.timedelta(days=dice.between(1, 40))
    life = Life(
        public_id=uuid.uuid4(),
        institution_id=institution.pk,
        insz=row.insz,
        capacity=row.capacity,
        valid_from=begin,
        valid_until=row.valid_until,
        reason=dice.pick(list(REGISTRATION_REASONS[row.capacity])) if worker else row.reason,
        user_id=worker,
        registered_at=moment(before(registered_on), dice),
    )
    someone = dice.pick(workers) if workers else None
    until = row.valid_until
    if is_extended:
        until = _extend(life, row.valid_from, someone, dice)
    elif is_over and dice.chance(0.6):
        until = _end(life, someone, dice)
    elif not is_over and worker and dice.chance(0.015):
        life.voided_at = life.registered_at + datetime.timedelta(minutes=dice.between(4, 50))
        life.take(InscriptionStep.WITHDRAWN, life.voided_at, worker, (until, None), MISTAKE)
    life.take(InscriptionStep.REGISTERED, life.registered_at, worker, (None, until), life.reason)
    life.steps.reverse()
    return life


def _extend(life: Life, near: datetime.date, user_id: int | None, dice: Dice) -> datetime.date:
    """Add the step that extended an inscription around the day `near`; return the last day before it."""
    until = near + datetime.timedelta(days=dice.between(-1, 14))
    day = before(until - datetime.timedelta(days=dice.between(0, 12)))
    days = (until, life.valid_until)
    life.take(InscriptionStep.EXTENDED, moment(day, dice), user_id, days, _EXTENSIONS.draw(dice))
    return until


def _end(life: Life, user_id: int | None, dice: Dice) -> datetime.date:
    """Add the step that ended an inscription earlier, on a working day; return the last day before it."""
    day = before(life.valid_until + datetime.timedelta(days=1))
    until = day + datetime.timedelta(days=dice.between(20, 150))
    life.valid_until = day - datetime.timedelta(days=1)
    days = (until, life.valid_until)
    life.take(InscriptionStep.ENDED, moment(day, dice), user_id, days, _ENDS.draw(dice))
    return until
