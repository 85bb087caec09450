"""Write the log of who looked, and keep its monthly partitions ready."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction

from partners.models import Membership, User
from partners.periods import today

from .enums import Channel, Kind, Outcome, Refusal
from .models import Consultation

YEARS_AHEAD = 2
LOCK_WAIT = "200ms"  # less than any page waits for a lock
LOCK_NOT_AVAILABLE = "55P03"
TARGET_LENGTH, TERM_LENGTH = 64, 100


class LogInUse(Exception):
    """The log cannot be locked now, because another transaction reads it."""


@dataclass(frozen=True)
class Subject:
    """The person a row is about and the ground for looking, as values: the log has no foreign keys.

    `version_id` is the version of the mandate in force at the time, and `legal_basis` its reference and title in words,
    so that the row still says why when the mandate is gone. Either an inscription or an escape is the ground.
    """

    insz: str
    inscription_id: int | None
    mandate_id: int
    version_id: int
    capacity: str
    legal_basis: str
    escape_id: int | None = None


def record(
    *,
    kind: Kind,
    outcome: Outcome,
    acting: Membership | None,
    user: User | None = None,
    channel: Channel = Channel.PORTAL,
    subject: Subject | None = None,
    rule: Refusal | None = None,
    target: str = "",
    term: str = "",
    numbers: Sequence[str] = (),
    blocks: Sequence[str] = (),
    shown: Sequence[str] = (),
    reason: str = "",
    parent: uuid.UUID | None = None,
) -> Consultation:
    """Append one row to the log and return it.

    `acting` is the membership the user works under; without one, `user` says who asked. `subject` is set when one
    person's file was opened. A refusal carries the `rule` that refused and the `target`: the public id or slug in the
    address. `term` is a normalised search term, `numbers` are the INSZ that were asked for, `blocks` the names of the
    blocks that were shown, `shown` the INSZ of the persons that were shown. `reason` is the code of the reason that the
    user chose, where one is asked. `parent` is the row of the file that a part belongs to.

    The database fills in the user's name, and checks the role and the inscription. Raises DatabaseError when the row
    cannot be written or is not true. The caller must then show nothing.
    """
    account = acting.user if acting else user
    return Consultation.objects.create(
        kind=kind,
        channel=channel,
        outcome=outcome,
        rule=rule or "",
        user_id=account.pk if account else None,
        role=acting.role if acting else "",
        institution_id=acting.institution_id if acting else None,
        mandate_id=subject.mandate_id if subject else None,
        version_id=subject.version_id if subject else None,
        capacity=subject.capacity if subject else "",
        legal_basis=subject.legal_basis if subject else "",
        inscription_id=subject.inscription_id if subject else None,
        escape_id=subject.escape_id if subject else None,
        insz=subject.insz if subject else "",
        target=target[:TARGET_LENGTH],
        term=term[:TERM_LENGTH],
        numbers=list(numbers),
        blocks=list(blocks),
        shown=list(shown),
        reason=reason,
        parent_id=parent,
    )


def ensure_partitions(day: datetime.date | None = None) -> int:
    """Make the log's partitions from the Brussels month of `day` (default today) to two years later.

    Returns how many were missing. Needs the owner's connection. Raises `LogInUse` when a long transaction, such as a
    dump, reads the log: a new partition locks the log, and every page would wait behind that lock. Calling again later
    helps, and two years of partitions are ready by then.
    """
    first = day or today()
    last = first.replace(year=first.year + YEARS_AHEAD, day=1)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
            cursor.execute("SELECT consultations_ensure_partitions(%s, %s)", [first, last])
            [count] = cursor.fetchone()
            return count
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) == LOCK_NOT_AVAILABLE:
            raise LogInUse from error
        raise
