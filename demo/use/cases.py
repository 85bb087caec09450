"""What case workers note about clients: caseloads, reminders, detours, questions. All of it leaves rows in the log."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext, override

from consultations.enums import Kind
from partners.blocks import ATTENDANCE
from persons.enums import QuestionAnswer, QuestionReason, ReminderSubject, ThirdParty
from persons.presentation.codes import CODES
from persons.presentation.items import Item, items_of

from ..generator.dice import Dice, Weighted
from .days import before, moment, pick_day, working_days
from .looks import WHOLE, Client, Desk, Log
from .writing import write

_CASELOAD = """
INSERT INTO persons_caseloadrow (institution_id, user_id, insz, since)
SELECT institution_id, user_id, insz, since
FROM jsonb_to_recordset(%s::jsonb) AS x(institution_id bigint, user_id bigint, insz text, since timestamptz)
ON CONFLICT DO NOTHING
"""
_REMINDERS = """
INSERT INTO persons_reminder (public_id, institution_id, insz, day, subject, set_by_id, set_at, done_at)
SELECT gen_random_uuid(), institution_id, insz, day, subject, user_id, set_at, done_at
FROM jsonb_to_recordset(%s::jsonb) AS x(institution_id bigint, insz text, day date, subject text, user_id bigint,
  set_at timestamptz, done_at timestamptz)
ON CONFLICT DO NOTHING
"""
_DETOURS = """
INSERT INTO persons_accessrequest (public_id, institution_id, insz, third_party, asked_on, answered_on, has_result)
SELECT public_id, institution_id, insz, third_party, asked_on, answered_on, has_result
FROM jsonb_to_recordset(%s::jsonb) AS x(public_id uuid, institution_id bigint, insz text, third_party text,
  asked_on date, answered_on date, has_result boolean)
ON CONFLICT DO NOTHING
"""
_ANSWERS = """
INSERT INTO persons_accessrequestevent (request_id, what, at, user_id, user_name, old_third_party, old_asked_on)
SELECT r.id, 'answered', x.closed_at, x.user_id, u.first_name || ' ' || u.last_name, r.third_party, r.asked_on
FROM jsonb_to_recordset(%s::jsonb) AS x(public_id uuid, user_id bigint, closed_at timestamptz)
JOIN persons_accessrequest r ON r.public_id = x.public_id JOIN partners_user u ON u.id = x.user_id
WHERE x.closed_at IS NOT NULL
ORDER BY x.closed_at
"""
_QUESTIONS = """
INSERT INTO persons_question (public_id, person_id, insz, block, item_key, item_text, item_digest, supplier_kbo,
  supplier_id, reason, asked_at, due_on, answer, answered_at)
SELECT x.public_id, p.id, p.insz, x.block, x.key, x.text, decode(x.digest, 'hex'), n.kbo_number, n.id, x.reason,
  x.asked_at, x.due_on, x.answer, x.answered_at
FROM jsonb_to_recordset(%s::jsonb) AS x(public_id uuid, insz text, block text, key text, text text, digest text,
  supplier text, reason text, asked_at timestamptz, due_on date, answer text, answered_at timestamptz)
JOIN persons_person p ON p.insz = x.insz JOIN partners_institution n ON n.kbo_number = x.supplier
"""
_ASKERS = """
INSERT INTO persons_questionasker (question_id, institution_id, reference)
SELECT q.id, x.institution_id, ''
FROM jsonb_to_recordset(%s::jsonb) AS x(public_id uuid, institution_id bigint)
JOIN persons_question q ON q.public_id = x.public_id
"""
# Clients with lessons that a partner of the portal supplied, at institutions whose mandate gives the lessons.
_SUPPLIED = """
SELECT i.id, p.version, b.xml, n.id, n.kbo_number
FROM persons_inscription i
JOIN partners_mandateversion v ON v.mandate_id = i.mandate_id AND v.status = 'confirmed' AND %s = ANY (v.blocks)
  AND app_covers(v.valid_from, v.valid_until, app_today())
JOIN persons_person p ON p.id = i.person_id
JOIN persons_block b ON b.person_id = p.id AND b.name = %s
JOIN partners_institution n ON n.kind IN ('cvo', 'cbe') AND n.kbo_number <> ''
  AND position('>' || n.kbo_number || '<' IN b.xml) > 0
WHERE i.institution_id = ANY (%s) AND i.voided_at IS NULL
ORDER BY i.id
"""
TAKES_DAYS = 14  # that a supplier has for an answer; persons_ask_question has the same number

_THIRD_PARTIES = Weighted(
    [
        (ThirdParty.SCHOOL, 34),
        (ThirdParty.RECEPTION_OFFICE, 26),
        (ThirdParty.HVN, 12),
        (ThirdParty.VDAB, 10),
        (ThirdParty.OCMW, 8),
        (ThirdParty.CLIENT, 6),
        (ThirdParty.AGENCY, 4),
    ]
)

# How long they take for an answer, beside a school.
_PACE = {
    ThirdParty.CLIENT: 0.4,
    ThirdParty.RECEPTION_OFFICE: 0.6,
    ThirdParty.HVN: 0.6,
    ThirdParty.VDAB: 0.8,
    ThirdParty.OCMW: 1.2,
    ThirdParty.AGENCY: 2.2,
}

LEAST_IN_A_CASELOAD, MOST_IN_A_CASELOAD = 3, 45
# Days from today of the reminders of a case worker with many clients; those in the past are late.
_REMINDED = (0, 0, 0, -1, 1, -5, 2, 3, 6, 9, 14, 30)
_OPEN_DETOUR = 15  # one of so many detours is recent and open
# How many questions are open, got no answer in time, or were answered; a small demo has the first of them.
_QUESTIONED = ["open", "late", "answered"] * 3 + ["open"] + ["answered"] * 14
_KNOWN = 40  # working days that a client of a question is known at least
# How many working days ago a question was asked, at least and at most. An answer comes within 8 of them.
_ASKED_BEFORE = {"open": (1, 6), "late": (16, 30), "answered": (10, _KNOWN)}

Caseloads = dict[int, list[Client]]


def fill_caseloads(log: Log, desk: Desk, days: Sequence[datetime.date], dice: Dice) -> Caseloads:
    """Divide half of today's clients over the case workers, or all of a few; return the clients of each account."""
    clients = list({client.insz: client for client in _current(desk, days)}.values())
    most = len(clients) // len(desk.workers)
    each = min(MOST_IN_A_CASELOAD, most, max(LEAST_IN_A_CASELOAD, most // 2))
    # The first account, which visitors try first, gets clients of the top of the list: those had a message of the day
    # before (`generator.earlier`).
    first, *others = desk.workers
    top = dice.some(clients[: 2 * each], each)
    left = iter(dice.some([client for client in clients if client not in top], each * len(others)))
    caseloads = {first: top} | {worker: [next(left) for _ in range(each)] for worker in others}
    rows = []
    for worker, own in caseloads.items():
        for client in own:
            since = moment(_day_from(client, days, dice), dice)
            rows.append(
                {
                    "institution_id": desk.institution_id,
                    "user_id": worker,
                    "insz": client.insz,
                    "since": since,
                }
            )
            log.add(Kind.FOLLOW, since, desk.as_worker(worker), inscription_id=client.inscription_id)
    write(_CASELOAD, rows)
    return caseloads


def _current(desk: Desk, days: Sequence[datetime.date]) -> list[Client]:
    """The clients of today."""
    return [client for client in desk.clients if client.first <= days[-1] < client.last]


def _day_from(client: Client, days: Sequence[datetime.date], dice: Dice) -> datetime.date:
    """A working day on which the client was one."""
    return pick_day([day for day in days if day >= client.first] or days[-1:], dice)


def remind(
    log: Log,
    desk: Desk,
    caseloads: Caseloads,
    days: Sequence[datetime.date],
    today: datetime.date,
    dice: Dice,
) -> int:
    """Set reminders for clients in caseloads: for today, late ones, later ones, and some that are done."""
    rows = []
    for worker, clients in caseloads.items():
        # The first one of the list is the account that visitors try first.
        planned = _REMINDED if worker == desk.workers[0] else dice.some(_REMINDED, len(clients) // 8)
        for place, (client, distance) in enumerate(zip(clients, planned, strict=False)):
            day = today + datetime.timedelta(days=distance)
            set_on = before(min(day, today) - datetime.timedelta(days=dice.between(1, 12)))
            set_at = moment(max(set_on, days[0]), dice)
            is_done = place % 6 == 4
            rows.append(
                {
                    "institution_id": desk.institution_id,
                    "insz": client.insz,
                    "day": day,
                    "subject": dice.pick(ReminderSubject.values),
                    "user_id": worker,
                    "set_at": set_at,
                    "done_at": moment(days[-1], dice) if is_done else None,
                }
            )
            log.add(Kind.REMINDER, set_at, desk.as_worker(worker), shown=[client.insz])
    return write(_REMINDERS, rows)


def ask_third_parties(
    log: Log, desk: Desk, number: int, days: Sequence[datetime.date], today: datetime.date, dice: Dice
) -> int:
    """Note `number` detours over the year, with the waiting time of each; some are open."""
    rows = []
    current = _current(desk, days)
    for place in range(number if current else 0):
        is_open = place % _OPEN_DETOUR == 0
        asked_on = pick_day(days[-25:] if is_open else days, dice)
        known = [client for client in desk.clients if client.first <= asked_on <= client.last]
        # What was asked of a third party may be older than the inscription.
        client = dice.pick(current if is_open else known or desk.clients)
        third_party = _THIRD_PARTIES.draw(dice)
        wait = dice.between(1, 9) if dice.chance(0.6) else dice.between(8, 38)
        wait = max(1, round(wait * _PACE.get(third_party, 1)))
        answered = working_days(asked_on + datetime.timedelta(days=wait), today - datetime.timedelta(days=1))
        who = desk.worker(dice)
        closed_at = moment(answered[0], dice) if answered and not is_open else None
        rows.append(
            {
                "public_id": uuid.uuid4(),
                "institution_id": desk.institution_id,
                "insz": client.insz,
                "third_party": third_party,
                "asked_on": asked_on,
                "answered_on": closed_at and closed_at.date(),
                "has_result": dice.chance(0.85) if closed_at else None,
                "user_id": who.user_id,
                "closed_at": closed_at,
            }
        )
        for at in filter(None, (moment(asked_on, dice), closed_at)):
            log.add(Kind.ACCESS_REQUEST, at, who, shown=[client.insz])
    noted = write(_DETOURS, rows)
    write(_ANSWERS, rows)
    return noted


class _Doubt(NamedTuple):
    """A client, and the lessons that a partner of the portal supplied and that the client missed, by day."""

    desk: Desk
    client: Client
    supplier_id: int
    supplier: str
    lessons: list[tuple[datetime.date, Item]]


def ask_suppliers(log: Log, desks: Sequence[Desk], days: Sequence[datetime.date], dice: Dice) -> int:
    """Ask questions about lessons: open, overdue and answered ones. Returns how many."""
    by_institution = {desk.institution_id: desk for desk in desks}
    rows: list[dict[str, object]] = []
    states = list(_QUESTIONED)
    for doubt in _doubts(desks, days, dice):
        # The first state for which the client missed a lesson early enough.
        first = min((day for day, _item in doubt.lessons), default=datetime.date.max)
        state = next((state for state in states if first < days[-_ASKED_BEFORE[state][0]]), None)
        if state is None:
            continue
        states.remove(state)
        latest, earliest = _ASKED_BEFORE[state]
        missed_on, item = [lesson for lesson in doubt.lessons if lesson[0] < days[-latest]][-1]
        place = dice.pick([place for place in range(-earliest, -latest + 1) if days[place] > missed_on])
        asked_at = moment(days[place], dice)
        answered_at = moment(days[place + dice.between(1, 8)], dice) if state == "answered" else None
        rows.append(_question(doubt, item, asked_at, answered_at, dice))
        asker, inscription = doubt.desk.worker(dice), doubt.client.inscription_id
        log.add(Kind.QUESTION, asked_at, asker, inscription_id=inscription, block=WHOLE)
        if answered_at and doubt.supplier_id in by_institution:
            answerer = by_institution[doubt.supplier_id].worker(dice)
            log.add(Kind.QUESTION, answered_at, answerer, shown=[doubt.client.insz])
    number = write(_QUESTIONS, rows)
    write(_ASKERS, rows)
    return number


def _question(
    doubt: _Doubt, item: Item, asked_at: datetime.datetime, answered_at: datetime.datetime | None, dice: Dice
) -> dict[str, object]:
    return {
        "public_id": uuid.uuid4(),
        "institution_id": doubt.desk.institution_id,
        "insz": doubt.client.insz,
        "block": item.block,
        "key": item.key,
        "text": item.text,
        "digest": item.digest.hex(),
        "supplier": doubt.supplier,
        "reason": dice.pick([QuestionReason.ATTENDED, QuestionReason.JUSTIFIED]),
        "asked_at": asked_at,
        "due_on": asked_at.date() + datetime.timedelta(days=TAKES_DAYS),
        "answer": dice.pick(QuestionAnswer.values) if answered_at else "",
        "answered_at": answered_at,
    }


def _doubts(desks: Sequence[Desk], days: Sequence[datetime.date], dice: Dice) -> Iterator[_Doubt]:
    """Clients who are known for long and missed lessons, each once, in an order of chance."""
    known = {
        client.inscription_id: (desk, client)
        for desk in desks
        for client in _current(desk, days)
        if client.first <= days[-_KNOWN]
    }
    with connection.cursor() as cursor:
        institutions = [desk.institution_id for desk in desks]
        cursor.execute(_SUPPLIED, [ATTENDANCE, ATTENDANCE, institutions])
        supplied = [row for row in cursor.fetchall() if row[0] in known]
    seen = set()
    for inscription_id, version, xml, supplier_id, supplier in dice.some(supplied, len(supplied)):
        desk, client = known[inscription_id]
        if client.insz not in seen:
            seen.add(client.insz)
            lessons = list(_missed(xml, version, supplier))
            yield _Doubt(desk, client, supplier_id, supplier, lessons)


def _missed(xml: str, version: str, supplier: str) -> Iterator[tuple[datetime.date, Item]]:
    """The lessons of this supplier that were missed without a reason, with their day."""
    # In the language of the portal, as the supplier reads it.
    with override(settings.LANGUAGE_CODE):
        items = items_of({ATTENDANCE: xml.encode()}, version)
        absent = gettext(CODES["LesMoment", "Aanwezigheid"]["AFWEZIG"])
    for item in items:
        if item.place is not None and item.supplier == supplier and item.text.endswith(absent):
            # The key of a lesson has the course, the day and the hour.
            yield datetime.date.fromisoformat(item.key.split("|")[1]), item
