"""An institution takes over from others: memberships and inscriptions from a day on, in one transaction."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction

from partners.models import Institution
from partners.periods import today
from partners.succession import carry_memberships, check_succession, end_institution

from ..models import AccessRequest, Question

CARRIED = ("carried_over", "merged", "shortened")


@dataclass(frozen=True)
class Remaining:
    """An inscription that stays at the institution that ended, and why: `reason` is `no_mandate`."""

    inscription: uuid.UUID
    capacity: str
    reason: str


@dataclass
class Succession:
    """What was carried over from one institution: counts by outcome, and what stays. No person is named.

    `first` is the first day at the successor. `closed` says whether the institution has ended by now. `still_open`
    counts what the successor closes from that day on (`partners_works_for`): detours, and questions that the
    institution asked or got and that are not answered.
    """

    old: Institution
    new: Institution
    first: datetime.date
    closed: bool = False
    memberships: Counter[str] = field(default_factory=Counter)
    inscriptions: Counter[str] = field(default_factory=Counter)
    remaining: list[Remaining] = field(default_factory=list)
    still_open: Counter[str] = field(default_factory=Counter)


def succeed(
    olds: Sequence[Institution], new: Institution, on: datetime.date, *, dry_run: bool = False
) -> list[Succession]:
    """Make `new` the successor of `olds` from `on`, and carry what goes on by then over to it.

    The past stays where it was: from a day that is past, everything is carried over from today. Days that meet are
    merged (app_merge_days.sql). All of it is one transaction; a second run carries over what came since. With `dry_run`
    the same is done and taken back. Raises NotSucceeded. Needs the owner's connection.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # Pages and imports of these institutions wait for this transaction, and it for theirs.
        cursor.execute("SET LOCAL lock_timeout = '2min'")
        # In the order of their keys, like every command that locks several of them.
        cursor.execute(
            "SELECT persons_lock_institutions(%s, false)", [sorted({new.pk, *(old.pk for old in olds)})]
        )
        successions = [_succeed(old, new, on) for old in olds]
        if dry_run:
            transaction.set_rollback(True)
    return successions


def _succeed(old: Institution, new: Institution, on: datetime.date) -> Succession:
    # Read again behind the lock: another run may have changed them.
    old.refresh_from_db()
    new.refresh_from_db()
    check_succession(old, new, on)
    succession = Succession(old, new, first=max(on, today()))
    succession.memberships.update(carry_memberships(old, new, succession.first))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT public_id, capacity, outcome FROM persons_succeed(%s, %s, %s)",
            [old.pk, new.pk, succession.first],
        )
        for public_id, capacity, outcome in cursor.fetchall():
            if outcome in CARRIED:
                succession.inscriptions[outcome] += 1
            else:
                succession.remaining.append(Remaining(public_id, capacity, outcome))
    succession.still_open.update(_still_open(old))
    end_institution(old, new, on)
    succession.closed = not old.active
    return succession


def _still_open(old: Institution) -> dict[str, int]:
    questions = Question.objects.open()
    return {
        "detours": AccessRequest.objects.filter(
            institution=old, answered_on__isnull=True, withdrawn_at__isnull=True
        ).count(),
        "questions_asked": questions.filter(asker__institution=old).count(),
        "questions_to_answer": questions.filter(supplier=old).count(),
    }
