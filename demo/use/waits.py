"""What came of a registration: the file opened at once, or a wait for the first dossier."""

from __future__ import annotations

import datetime

from django.db import connection

from consultations.enums import Kind
from partners.enums import Role

from ..generator.dice import Dice
from .looks import WHOLE, Log, Who

AT_ONCE = 0.8  # part of the registrations by a case worker after which the file opens at once

_REGISTRATIONS = """
SELECT e.at, e.user_id, i.institution_id, i.id
FROM persons_inscriptionevent e JOIN persons_inscription i ON i.id = e.inscription_id
WHERE e.what = 'registered' AND e.user_id IS NOT NULL AND e.at >= %s AND e.at < %s
  AND i.person_id IS NOT NULL AND i.voided_at IS NULL
  AND app_covers(i.valid_from, i.valid_until, (e.at AT TIME ZONE 'Europe/Brussels')::date)
ORDER BY e.at, i.id
"""
# One in sixteen of those that no one looked at before the dossier came.
_DOSSIERS = """
INSERT INTO statistics_wait (way, subject_id, institution_id, began_on, ended_on)
SELECT 'first_dossier', i.id, i.institution_id, d.began_on, d.ended_on
FROM persons_inscription i
CROSS JOIN LATERAL (SELECT greatest(i.valid_from, statistics_day(i.registered_at)) AS began_on) b
CROSS JOIN LATERAL (SELECT b.began_on, b.began_on + 1 + (i.id / 16 %% 9)::integer AS ended_on) d
WHERE i.id %% 16 = 0 AND i.person_id IS NOT NULL AND i.voided_at IS NULL AND d.ended_on <= i.valid_until
  AND d.began_on >= %s AND d.ended_on < %s
  AND NOT EXISTS (SELECT FROM consultations_consultation c
                  WHERE c.insz = i.insz AND c.inscription_id = i.id AND c.kind = 'file'
                    AND statistics_day(c.at) < d.ended_on)
ON CONFLICT DO NOTHING
"""


def look_after_registering(log: Log, first: datetime.date, until: datetime.date, dice: Dice) -> None:
    """Add the looks of case workers who registered a client from `first` to before `until` and then saw the file."""
    with connection.cursor() as cursor:
        cursor.execute(_REGISTRATIONS, [first, until])
        for at, user, institution, inscription in cursor.fetchall():
            if dice.chance(AT_ONCE):
                later = at + datetime.timedelta(seconds=dice.between(2, 240))
                who = Who(user, Role.CASE_WORKER, institution)
                log.add(Kind.FILE, later, who, inscription_id=inscription, block=WHOLE)


def wait_for_dossiers(first: datetime.date, until: datetime.date) -> int:
    """Note that some inscriptions waited for their dossier, in days without a look; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_DOSSIERS, [first, until])
        return cursor.rowcount
