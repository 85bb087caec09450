"""Invent the use of a year: institutions and colleagues, their clients, their cases and their looks."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from consultations.enums import Kind, Outcome, Refusal
from consultations.services import ensure_partitions
from partners.enums import Role
from partners.models import Institution, Membership, User
from partners.periods import BRUSSELS, today
from partners.rights import grant_on_server
from persons.enums import InscriptionStep

from ..accounts import REASON, SINCE
from ..generator.dice import USE, Dice
from .cases import ask_suppliers, ask_third_parties, fill_caseloads, remind
from .clients import Life, Population, institutions_with_mandates, list_size, lives_of, register_clients
from .days import first_day, last_working_day, moment, working_days
from .escapes import invent_escapes
from .habits import ADMINISTRATORS, COLLEAGUES, HABITS, Colleague
from .looks import WHOLE, Client, Desk, Log, Who, invent_looks
from .waits import look_after_registering, wait_for_dossiers

FULL = 2_000  # persons; with fewer of them there is less to look at
SHARE = 0.025  # part of the population that an institution without a KBO number knows
LATE_DAYS, LATE_EVERY = 3, 15
_OTHERS = 100  # the place of the first of their client lists
_LOOKS = 1_000_000  # the number of the dice of looks; those of clients are below it
_ESCAPES = _LOOKS + 1
_FIRST_LOOKS = _LOOKS + 2
# The steps that a user took, as rows of the log.
_KINDS: Mapping[str, Kind] = {
    InscriptionStep.REGISTERED: Kind.REGISTRATION,
    InscriptionStep.EXTENDED: Kind.EXTENSION,
    InscriptionStep.ENDED: Kind.ENDING,
    InscriptionStep.WITHDRAWN: Kind.REGISTRATION,
}
_STEPS = """
SELECT e.what, e.at, e.user_id, i.institution_id, i.id
FROM persons_inscriptionevent e JOIN persons_inscription i ON i.id = e.inscription_id
WHERE e.user_id IS NOT NULL AND e.at >= %s AND e.at < %s
ORDER BY e.at, i.id
"""
_CLIENTS = """
SELECT i.institution_id, i.id, i.insz, p.last_name,
  greatest(i.valid_from, (i.registered_at AT TIME ZONE 'Europe/Brussels')::date), i.valid_until
FROM persons_inscription i JOIN persons_person p ON p.id = i.person_id
WHERE i.voided_at IS NULL
ORDER BY i.institution_id, i.id
"""
_LAST_SIGN_IN = """
UPDATE partners_membership m SET last_sign_in = l.at
FROM (SELECT user_id, institution_id, role, max(at) AS at FROM consultations_consultation WHERE at >= %s
      GROUP BY 1, 2, 3) l
WHERE m.user_id = l.user_id AND m.institution_id = l.institution_id AND m.role = l.role AND m.last_sign_in IS NULL
"""


@dataclass(frozen=True)
class Invented:
    """How many rows were written. `looks` is None when the log has earlier rows already: those stay as they are."""

    inscriptions: int
    looks: int | None = None
    detours: int = 0
    questions: int = 0
    reminders: int = 0
    escapes: int = 0


@transaction.atomic
def invent(population: Population) -> Invented:
    """Invent a year of use of the portal until yesterday, over a population.

    All of it or nothing. The dossiers must be imported, and the accounts made. Run again, it only registers clients of
    persons who are new, because the log can't be written again. Needs the owner's connection.
    """
    _add_colleagues()
    inscriptions = register_clients(_lives(population))
    now = today()
    first = first_day(now)
    if _has_earlier_rows(now):
        return Invented(inscriptions)
    ensure_partitions(first)
    days, dice = working_days(first, last_working_day(now)), Dice(population.seed, USE, _LOOKS)
    desks = _desks()
    log = Log()
    _log_steps(log, first, now)
    look_after_registering(log, first, now, Dice(population.seed, USE, _FIRST_LOOKS))
    reminders = detours = 0
    scale = min(1, population.persons / FULL)
    for name in HABITS:
        invent_looks(log, desks[name], HABITS[name].scaled(scale), days, dice)
    at_work = {name: desks[name] for name in HABITS if not HABITS[name].stopped}
    for name, desk in at_work.items():
        reminders += remind(log, desk, fill_caseloads(log, desk, days, dice), days, now, dice)
        if name.startswith("OCMW "):
            number = round(14 * HABITS[name].now * scale)
            detours += ask_third_parties(log, desk, number, days, now, dice)
    questions = ask_suppliers(log, [*at_work.values()], days, dice)
    _ask_elsewhere(log, desks, days, dice)
    _look_late(log, desks["OCMW Gent"], days, dice)
    escapes = invent_escapes(desks["OCMW Gent"], days, log, Dice(population.seed, USE, _ESCAPES))
    looks = log.write()
    wait_for_dossiers(first, now)
    with connection.cursor() as cursor:
        cursor.execute(_LAST_SIGN_IN, [first])
    return Invented(inscriptions, looks, detours, questions, reminders, escapes)


def _add_colleagues() -> None:
    for name, colleagues in COLLEAGUES.items():
        for colleague in colleagues:
            _add_colleague(name, colleague, Role.CASE_WORKER)
    for name, administrator in ADMINISTRATORS.items():
        _add_colleague(name, administrator, Role.LOCAL_ADMINISTRATOR)


def _add_colleague(institution: str, colleague: Colleague, role: Role) -> None:
    user, is_new = User.objects.get_or_create(
        email=colleague.login,
        defaults={"first_name": colleague.first_name, "last_name": colleague.last_name},
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        place = Institution.objects.get(name=institution)
        grant_on_server(user=user, institution=place, role=role, first=SINCE, reason=REASON)


def _lives(population: Population) -> Iterator[Life]:
    """The inscriptions of the institutions with a client list, and of those in COLLEAGUES without a KBO number.

    Where no one looks, no one registers either: there the agency's import did.
    """
    workers = {
        name: desk.workers for name, desk in _desks().items() if name in HABITS and not HABITS[name].stopped
    }
    listed = Institution.objects.active().exclude(kbo_number="").order_by("pk")
    others = Institution.objects.filter(name__in=COLLEAGUES, kbo_number="").order_by("pk")
    for place, (institution, capacities) in enumerate(institutions_with_mandates(listed, population.as_of)):
        size = list_size(population.persons, place)
        yield from lives_of(
            institution, capacities, workers.get(institution.name, []), population, place, size
        )
    size = max(1, round(population.persons * SHARE))
    for place, (institution, capacities) in enumerate(
        institutions_with_mandates(others, population.as_of), _OTHERS
    ):
        yield from lives_of(
            institution, capacities, workers.get(institution.name, []), population, place, size
        )


def _accounts(role: Role) -> dict[int, list[int]]:
    """The accounts with this role, by institution: those of the table of accounts first."""
    accounts: dict[int, list[int]] = {}
    memberships = Membership.objects.in_force(today()).filter(role=role).order_by("pk")
    for institution, user in memberships.values_list("institution_id", "user_id"):
        accounts.setdefault(institution, []).append(user)
    return accounts


def _has_earlier_rows(day: datetime.date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM consultations_consultation WHERE at < %s)",
            [day - datetime.timedelta(days=30)],
        )
        [has_rows] = cursor.fetchone()
    return has_rows


def _desks() -> dict[str, Desk]:
    """The institutions with case workers, by name."""
    clients: dict[int, list[Client]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_CLIENTS)
        for institution, *client in cursor.fetchall():
            clients.setdefault(institution, []).append(Client(*client))
    workers = _accounts(Role.CASE_WORKER)
    others = {role: _accounts(role) for role in (Role.LOCAL_ADMINISTRATOR, Role.PRIVACY_OFFICER)}
    return {
        institution.name: Desk(
            institution.pk,
            institution.slug,
            workers[institution.pk],
            clients.get(institution.pk, []),
            {role: ids[institution.pk][0] for role, ids in others.items() if institution.pk in ids},
        )
        for institution in Institution.objects.filter(pk__in=workers).order_by("pk")
    }


def _log_steps(log: Log, first: datetime.date, until: datetime.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_STEPS, [first, until])
        for what, at, user, institution, inscription in cursor.fetchall():
            if what in _KINDS:
                log.add(
                    _KINDS[what], at, Who(user, Role.CASE_WORKER, institution), inscription_id=inscription
                )


def _ask_elsewhere(log: Log, desks: Mapping[str, Desk], days: Sequence[datetime.date], dice: Dice) -> None:
    """Users who tried the address of an institution without access to it: without role or institution in the log."""
    for name in ("VDAB", "OCMW Aalst", "CVO De Lindeboom"):
        user = desks[name].workers[0]
        log.add(
            Kind.LIST,
            moment(dice.pick(days), dice),
            Who(user, "", None),
            outcome=Outcome.REFUSED,
            rule=Refusal.NO_MEMBERSHIP,
            target=desks["OCMW Gent"].slug,
        )


def _look_late(log: Log, desk: Desk, days: Sequence[datetime.date], dice: Dice) -> None:
    """A colleague who opened files in the evening, now and then and on the last days: what an officer asks about."""
    who = desk.as_worker(desk.workers[-1])
    for day in (*days[:-LATE_DAYS:LATE_EVERY], *days[-LATE_DAYS:]):
        clients = [client for client in desk.clients if client.first <= day <= client.last]
        for client in dice.some(clients, min(len(clients), dice.between(1, 3))):
            clock = datetime.time(dice.between(20, 22), dice.between(0, 59), dice.between(0, 59))
            at = datetime.datetime.combine(day, clock, BRUSSELS)
            log.add(Kind.FILE, at, who, inscription_id=client.inscription_id, block=WHOLE)
