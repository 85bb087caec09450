"""The rows of the log: what the invented users looked at, day after day."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from consultations.enums import Kind, Outcome, Refusal
from partners.enums import Role
from persons.reasons import EXPORT_REASONS
from persons.sorting import fold

from ..generator.dice import Dice, Weighted
from .days import busyness, moment
from .habits import Habit
from .writing import write

PAGE = 50  # clients on a page of the list

# The inscriptions give the values that a row about one person has, under the version of the mandate in force that day.
# The triggers of the log compare them again.
LOG = """
WITH asked AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset(%s::jsonb) AS x(id uuid, at timestamptz, kind text, outcome text, rule text,
    user_id bigint, role text, institution_id bigint, inscription_id bigint, target text, term text, numbers jsonb,
    block integer, page integer, shown jsonb, reason text, parent_id uuid)
), list_page AS MATERIALIZED (
  SELECT place, ARRAY(SELECT jsonb_array_elements_text(numbers)) AS numbers
  FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS page(numbers, place)
), ground AS MATERIALIZED (
  SELECT i.id, i.insz, i.mandate_id, v.id AS version_id, m.capacity,
    v.legal_reference || ': ' || v.legal_title AS basis, v.valid_from, v.valid_until,
    coalesce((SELECT array_agg(b.name::text ORDER BY b.name) FROM persons_block b
              WHERE b.person_id = i.person_id AND b.name = ANY (v.blocks)), v.blocks::text[]) AS blocks
  FROM persons_inscription i JOIN partners_mandate m ON m.id = i.mandate_id
  JOIN partners_mandateversion v ON v.mandate_id = m.id AND v.status = 'confirmed'
  WHERE i.id IN (SELECT inscription_id FROM asked)
)
INSERT INTO consultations_consultation (id, at, kind, channel, outcome, rule, user_id, role, institution_id, mandate_id,
  version_id, capacity, legal_basis, inscription_id, insz, target, term, numbers, blocks, shown, reason, parent_id)
SELECT x.id, x.at, x.kind, 'portal', x.outcome, coalesce(x.rule, ''), x.user_id, coalesce(x.role, ''), x.institution_id,
  g.mandate_id, g.version_id, coalesce(g.capacity, ''), coalesce(g.basis, ''), g.id, coalesce(g.insz, ''),
  coalesce(x.target, ''), coalesce(x.term, ''),
  ARRAY(SELECT jsonb_array_elements_text(coalesce(x.numbers, '[]'))),
  -- A part of a file shows one block, a step none.
  coalesce(CASE WHEN x.block < 0 THEN g.blocks
    WHEN x.block >= 0 THEN ARRAY[g.blocks[1 + x.block %% cardinality(g.blocks)]] END, '{}'),
  coalesce(s.numbers, ARRAY(SELECT jsonb_array_elements_text(coalesce(x.shown, '[]')))), coalesce(x.reason, ''),
  x.parent_id
FROM asked x
LEFT JOIN ground g ON g.id = x.inscription_id
  AND app_covers(g.valid_from, g.valid_until, (x.at AT TIME ZONE 'Europe/Brussels')::date)
LEFT JOIN list_page s ON s.place = x.page
ORDER BY x.at
"""
WHOLE = -1  # all blocks of the file


class Client(NamedTuple):
    """An inscription that can be looked at, from the first day on which it was registered and in force to the last."""

    inscription_id: int
    insz: str
    last_name: str
    first: datetime.date
    last: datetime.date


class Who(NamedTuple):
    """Who looked: the account, its role and its institution. Without access there is neither role nor institution."""

    user_id: int
    role: str
    institution_id: int | None


@dataclass
class Log:
    """Rows for the log, and the pages of lists that they name by number, from 1."""

    rows: list[dict[str, object]] = field(default_factory=list)
    pages: list[list[str]] = field(default_factory=list)

    def add(
        self,
        kind: Kind,
        at: datetime.datetime,
        who: Who,
        *,
        outcome: Outcome = Outcome.SHOWN,
        **values: object,
    ) -> uuid.UUID:
        """Add a row and return its id. `values` are columns of `LOG`."""
        look = uuid.uuid4()
        self.rows.append({"id": look, "at": at, "kind": kind, "outcome": outcome, **who._asdict(), **values})
        return look

    def page(self, clients: Sequence[Client]) -> int:
        """Return the number of a page of a list with these clients."""
        self.pages.append(list(dict.fromkeys(client.insz for client in clients)))
        return len(self.pages)

    def write(self) -> int:
        """Write all rows, and return how many. Needs the owner's connection and the policy in `demo/sql`."""
        return write(LOG, self.rows, json.dumps(self.pages))


@dataclass(frozen=True)
class Desk:
    """An institution at work: its case workers, who look the more the earlier they come, and its clients.

    `others` are accounts with another role there, by role.
    """

    institution_id: int
    slug: str
    workers: Sequence[int]
    clients: Sequence[Client]
    others: Mapping[str, int] = field(default_factory=dict)

    def worker(self, dice: Dice) -> Who:
        """Return one of the case workers."""
        return self.as_worker(self.workers[int(len(self.workers) * dice.random() ** 1.6)])

    def as_worker(self, user_id: int) -> Who:
        """Return this case worker of the institution."""
        return Who(user_id, Role.CASE_WORKER, self.institution_id)


def invent_looks(log: Log, desk: Desk, habit: Habit, days: Sequence[datetime.date], dice: Dice) -> None:
    """Add a year of looks of one institution, on the working days `days`, the last one before today."""
    first, today = days[0], days[-1] + datetime.timedelta(days=1)
    for week in _weeks(days):
        clients = [client for client in desk.clients if client.first <= week[0] and client.last >= week[-1]]
        if not clients:
            continue
        page = log.page(clients[:PAGE])
        for day in week:
            expected = habit.files(day, first, today) * busyness(day) * (0.6 + 0.8 * dice.random())
            for _ in range(int(expected + dice.random())):
                _visit(log, desk, clients, page, day, dice)
        for role, user in desk.others.items():
            if habit.files(week[-1], first, today) and dice.chance(0.4):
                _visit_of_other(log, desk, Who(user, role, desk.institution_id), page, week[-1], dice)


def _weeks(days: Sequence[datetime.date]) -> Iterator[list[datetime.date]]:
    week: list[datetime.date] = []
    for day in days:
        if week and week[-1].isocalendar()[:2] != day.isocalendar()[:2]:
            yield week
            week = []
        week.append(day)
    if week:
        yield week


_UNKNOWN = ("janssens", "el idrissi", "kowalska", "haddad", "nguyen", "petrova", "de meyer", "osman")
# What else a case worker does around a file. None: nothing else.
_BESIDE: Weighted[Kind | None] = Weighted(
    [
        (None, 700),
        (Kind.EXPORT, 25),
        (Kind.PRINT, 15),
        (Kind.PASTED_LIST, 12),
        (Kind.SEARCH, 25),
        (Kind.FILE, 25),
        (Kind.REMINDER, 45),
        (Kind.INSCRIPTION, 30),
        (Kind.LOG_READING, 20),
        (Kind.FOLLOW, 15),
    ]
)


def _visit(
    log: Log, desk: Desk, clients: Sequence[Client], page: int, day: datetime.date, dice: Dice
) -> None:
    """Add the opening of one file: how the case worker came there, its parts, and what else there is to do."""
    who, client, at = desk.worker(dice), clients[int(len(clients) * dice.random() ** 1.7)], moment(day, dice)
    earlier = at - datetime.timedelta(seconds=dice.between(8, 90))
    way = dice.random()
    if way < 0.45:
        log.add(Kind.LIST, earlier, who, page=page)
    elif way < 0.65 and client.last_name:
        word = fold(client.last_name).split()[0]
        log.add(Kind.SEARCH, earlier, who, term=word, shown=[client.insz])
    elif way < 0.8:
        log.add(Kind.SEARCH, earlier, who, numbers=[client.insz], shown=[client.insz])
    inscription = client.inscription_id
    look = log.add(Kind.FILE, at, who, inscription_id=inscription, block=WHOLE)
    for _ in range(dice.between(1, 2) if dice.chance(0.3) else 0):
        later = at + datetime.timedelta(seconds=dice.between(15, 600))
        log.add(
            Kind.SECTION, later, who, inscription_id=inscription, block=dice.between(0, 30), parent_id=look
        )
    later = at + datetime.timedelta(seconds=dice.between(601, 1200))
    if dice.chance(0.04):
        log.add(Kind.PRINT, later, who, inscription_id=inscription, block=WHOLE, parent_id=look)
    _do_beside(log, who, clients, client, page, later, dice)


def _do_beside(
    log: Log,
    who: Who,
    clients: Sequence[Client],
    client: Client,
    page: int,
    later: datetime.datetime,
    dice: Dice,
) -> None:
    """Add what else there is to do around the file of `client`, if anything."""
    match _BESIDE.draw(dice):
        case Kind.EXPORT:
            log.add(Kind.EXPORT, later, who, page=page, reason=dice.pick(list(EXPORT_REASONS)))
        case Kind.PRINT:
            log.add(Kind.PRINT, later, who, page=page)
        case Kind.PASTED_LIST:
            numbers = [each.insz for each in dice.some(clients, dice.between(4, 12))]
            log.add(Kind.PASTED_LIST, later, who, numbers=numbers, shown=numbers)
        case Kind.SEARCH:
            log.add(Kind.SEARCH, later, who, outcome=Outcome.EMPTY, term=dice.pick(_UNKNOWN))
        case Kind.FILE:
            nowhere = str(uuid.uuid4())
            log.add(Kind.FILE, later, who, outcome=Outcome.REFUSED, rule=Refusal.NOT_VISIBLE, target=nowhere)
        case Kind.FOLLOW:
            log.add(Kind.FOLLOW, later, who, inscription_id=client.inscription_id)
        case Kind.REMINDER | Kind.INSCRIPTION | Kind.LOG_READING as kind:
            log.add(kind, later, who, shown=[client.insz])


def _visit_of_other(log: Log, desk: Desk, who: Who, page: int, day: datetime.date, dice: Dice) -> None:
    """Add what someone who opens no files does: the privacy officer reads the log, the administrator inscriptions."""
    at = moment(day, dice)
    if who.role == Role.PRIVACY_OFFICER:
        log.add(Kind.LOG_READING, at, who, page=page)
    elif dice.chance(0.15):
        log.add(Kind.LIST, at, who, outcome=Outcome.REFUSED, rule=Refusal.ROLE, target=desk.slug)
    else:
        log.add(Kind.INSCRIPTION, at, who, page=page)
