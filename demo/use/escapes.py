"""Escapes of the last weeks at one institution: some reviewed, some that wait, one of them too long."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from consultations.enums import Kind, Outcome
from partners.blocks import BlockName
from partners.enums import Capacity, Role, VersionStatus
from partners.models import Mandate, MandateVersion
from persons.enums import EscapeReason, EscapeVerdict
from persons.escapes import HOURS, REVIEW_DAYS

from ..generator.dice import Dice
from .days import moment
from .looks import Desk, Log
from .writing import write

# The institution has a mandate of its own for this, with the blocks of that of its kind.
CAPACITY = Capacity.IN_ONDERZOEK
BLOCKS = [BlockName.PERSONALIA, BlockName.DOELGROEP, BlockName.HOEDANIGHEDEN]
SHOWN = [BlockName.PERSONALIA, BlockName.DOELGROEP]
SINCE = datetime.date(2015, 1, 1)


class _Case(NamedTuple):
    """An escape of some working days ago, and what the privacy officer found of it; None: nothing yet."""

    days_ago: int
    reason: EscapeReason
    explanation: str
    verdict: EscapeVerdict | None = None
    note: str = ""


_CASES = (
    _Case(
        30,
        EscapeReason.SAFETY,
        "Politie vraagt dringend of de persoon een contactpersoon heeft.",
        EscapeVerdict.JUSTIFIED,
        "Proces-verbaal gezien.",
    ),
    _Case(
        26,
        EscapeReason.URGENT_AID,
        "Staat zonder onderdak aan de balie, dossier volgt.",
        EscapeVerdict.JUSTIFIED,
        "Twee dagen later ingeschreven.",
    ),
    _Case(22, EscapeReason.HOUSEHOLD, "Partner van een cliënt, nodig voor het sociaal onderzoek."),
    _Case(
        12,
        EscapeReason.HOUSEHOLD,
        "Huisgenoot van een cliënt, volgens de buurman.",
        EscapeVerdict.NOT_JUSTIFIED,
        "De cliënt woont alleen. Besproken met de collega.",
    ),
    _Case(
        8,
        EscapeReason.URGENT_AID,
        "Telefoon van een ziekenhuis over een opname.",
        EscapeVerdict.UNCLEAR,
        "De collega is ziek; navragen bij terugkeer.",
    ),
    _Case(3, EscapeReason.URGENT_AID, "Vraagt vandaag een voorschot op het leefloon."),
    _Case(1, EscapeReason.SAFETY, "Buurtwerker meldt een noodsituatie met een kind."),
)
_STRANGERS = """
SELECT p.insz FROM persons_person p
WHERE NOT EXISTS (SELECT FROM persons_inscription i WHERE i.institution_id = %s AND i.insz = p.insz)
ORDER BY p.id LIMIT %s
"""
_ROWS = """
FROM jsonb_to_recordset(%s::jsonb) AS x(public_id uuid, institution_id bigint, user_id bigint, insz text,
  version_id bigint, reason text, explanation text, at timestamptz, ends_at timestamptz, due_on date, verdict text,
  note text, officer_id bigint, reviewed_at timestamptz)
"""
_ESCAPES = f"""
INSERT INTO persons_escape (public_id, institution_id, user_id, user_name, insz, version_id, reason, explanation, at,
  ends_at, due_on)
SELECT x.public_id, x.institution_id, x.user_id, partners_name_of(x.user_id), x.insz, x.version_id, x.reason,
  x.explanation, x.at, x.ends_at, x.due_on
{_ROWS}
"""
_REVIEWS = f"""
INSERT INTO persons_escapereview (escape_id, verdict, note, user_id, user_name, at)
SELECT e.id, x.verdict, x.note, x.officer_id, partners_name_of(x.officer_id), x.reviewed_at
{_ROWS}
JOIN persons_escape e ON e.public_id = x.public_id
WHERE x.verdict <> ''
"""
# Two rows of the log for each: it was asked for, and the file was opened.
_LOOKS = f"""
INSERT INTO consultations_consultation (id, at, kind, channel, outcome, rule, user_id, role, institution_id, mandate_id,
  version_id, capacity, legal_basis, escape_id, insz, target, term, numbers, blocks, shown, reason)
SELECT gen_random_uuid(), e.at + look.later, look.kind, 'portal', 'shown', '', e.user_id, 'case_worker',
  e.institution_id, v.mandate_id, v.id, m.capacity, v.legal_reference || ': ' || v.legal_title, e.id, e.insz, '', '',
  '{{}}',
  CASE WHEN look.kind = 'escape' THEN '{{}}' ELSE ARRAY(
    SELECT b.name::text FROM persons_block b JOIN persons_person p ON p.id = b.person_id
    WHERE p.insz = e.insz AND b.name = ANY (v.escape_blocks) ORDER BY b.name) END,
  '{{}}', CASE WHEN look.kind = 'escape' THEN e.reason ELSE '' END
{_ROWS}
JOIN persons_escape e ON e.public_id = x.public_id
JOIN partners_mandateversion v ON v.id = e.version_id JOIN partners_mandate m ON m.id = v.mandate_id
CROSS JOIN (VALUES ('escape', interval '0'), ('escape_file', interval '2 seconds')) AS look(kind, later)
ORDER BY 2
"""


def allow_escapes(institution_id: int) -> MandateVersion:
    """Return the version under which the institution has escapes; made as an example if it is not there."""
    mandate, _is_new = Mandate.objects.get_or_create(institution_id=institution_id, capacity=CAPACITY)
    version, _is_new = MandateVersion.objects.get_or_create(
        mandate=mandate,
        valid_from=SINCE,
        defaults={
            "status": VersionStatus.CONFIRMED,
            "legal_reference": "voorbeeld 21/2015",
            "legal_title": "Sociaal onderzoek, met noodinzage",
            "blocks": BLOCKS,
            "escape_blocks": SHOWN,
            "max_months": 6,
            "is_example": True,
            "confirmed_at": timezone.now(),
        },
    )
    return version


def invent_escapes(desk: Desk, days: Sequence[datetime.date], log: Log, dice: Dice) -> int:
    """Write the escapes with their reviews and looks, and add one that was broken off to `log`; return how many.

    `days` are the working days of the invented use. Persons whom the institution never registered are looked at.
    """
    version = allow_escapes(desk.institution_id)
    cases = [case for case in _CASES if case.days_ago <= len(days)]
    with connection.cursor() as cursor:
        cursor.execute(_STRANGERS, [desk.institution_id, len(cases) + 1])
        strangers = [insz for (insz,) in cursor.fetchall()]
    if not strangers:
        return 0
    rows = []
    for case, insz in zip(cases, strangers, strict=False):
        day = days[-case.days_ago]
        at = moment(day, dice)
        rows.append(
            {
                "public_id": uuid.uuid4(),
                "institution_id": desk.institution_id,
                "user_id": desk.worker(dice).user_id,
                "insz": insz,
                "version_id": version.pk,
                "reason": case.reason,
                "explanation": case.explanation,
                "at": at,
                "ends_at": at + datetime.timedelta(hours=HOURS),
                "due_on": day + datetime.timedelta(days=REVIEW_DAYS),
                "verdict": case.verdict or "",
                "note": case.note,
                "officer_id": desk.others[Role.PRIVACY_OFFICER],
                "reviewed_at": at + datetime.timedelta(days=2),
            }
        )
    for statement in (_ESCAPES, _REVIEWS, _LOOKS):
        write(statement, rows)
    log.add(
        Kind.ESCAPE,
        moment(days[-1], dice),
        desk.worker(dice),
        outcome=Outcome.ABORTED,
        numbers=[strangers[-1]],
    )
    return len(rows)
