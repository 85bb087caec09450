"""Seal the rows of the log that can no longer be overtaken. Runs every minute, with the owner's connection."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import asdict, dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from . import form
from .chain import BEFORE_THE_FIRST, COLUMNS, NAMES, Seal
from .keys import fingerprint, is_signed, private_key, sign
from .merkle import Tree
from .months import Month, month_of
from .publishing import publish
from .reading import TABLE, copy_rows, current_epoch, has_signed, last_seal, stored_hash

LOCK = 0x6B62_6C6F
# Above every transaction number: the rows of a server that is gone have no open transaction.
END = 2**64 - 1
# Rows of one range.
MOST = 20_000


class SealedElsewhere(Exception):
    """The log has no number for this server, so its transaction numbers cannot be compared with those of the rows."""


class HeadRefused(Exception):
    """The last seal is not one to go on from; the message says why."""


@dataclass(frozen=True)
class _Now:
    """What was over at `at`: all transactions below `horizon`. None from `ceiling` on had begun to write."""

    epoch: int
    at: datetime.datetime
    horizon: int
    ceiling: int


@dataclass(frozen=True)
class _Range:
    """Rows that are sealed together; the fields are those of their seals."""

    epoch: int
    from_xid: int
    until_xid: int
    ceiling_xid: int
    sealed_at: datetime.datetime


class MonthRows:
    """The rows of a seal: their hashes in order, and the digest over their lines."""

    def __init__(self) -> None:
        self.leaves: list[bytes] = []
        self.digest = sha256()

    def add(self, line: bytes) -> None:
        self.leaves.append(form.leaf_of(line))
        self.digest.update(line)


class RowsByMonth:
    """Divides rows by month; takes the lines of COPY."""

    def __init__(self) -> None:
        self.months: dict[datetime.date, MonthRows] = defaultdict(MonthRows)
        self._month: Month | None = None

    def write(self, line: bytes) -> None:
        at = form.place_of(line).at
        if self._month is None or not self._month.has(at):
            self._month = month_of(at)
        self.months[self._month.first].add(line)


def seal_log(*, is_new_key: bool = False) -> list[Seal]:
    """Seal what can be sealed, publish it, and return the new seals.

    A new seal follows only a seal that the key signed, so that a chain that someone rewrote gets no signature. With
    `is_new_key` the key has signed no seal yet, and the last one may be of an earlier key or have no signature.

    Each range of rows is a transaction: a run that is killed loses at most one, and the next goes on from there. Of
    two runs at once, one does the work. The rows from before the log had seals come first, in the state they are in.

    Raises SealedElsewhere after a restore without `hand_over_log`, KeyUnreadable and HeadRefused before anything is
    sealed, and NotPublished when seals were made but could not be handed out; the next run tries again.
    """
    key = private_key()
    now = _now()
    made: list[Seal] = []
    while seals := _seal_range(now, key, is_new_key and not made):
        made += seals
    publish(key)
    return made


def _now() -> _Now:
    epoch, is_here = current_epoch()
    if not is_here:
        raise SealedElsewhere
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement_timestamp(), pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text"
            " FROM pg_current_snapshot() AS s"
        )
        at, horizon, ceiling = cursor.fetchone()
    return _Now(epoch, at, int(horizon), int(ceiling))


def _seal_range(now: _Now, key: Ed25519PrivateKey | None, is_new_key: bool) -> list[Seal]:
    """Seal the next range of rows; returns nothing when there is none, or when another run is at it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if cursor.fetchone() != (True,):
            return []
        head = last_seal()
        if (
            head
            and head.epoch == now.epoch
            and head.until_xid > now.ceiling
            and head.until_xid > _now().ceiling
        ):
            raise HeadRefused(f"{head.title} ends at a transaction that the server has not given yet.")
        part = _next_range(now, head)
        if part is None:
            return []
        if head:
            _require_sound(head, key, is_new_key)
        rows = RowsByMonth()
        copy_rows(rows, epoch=part.epoch, from_xid=part.from_xid, until_xid=part.until_xid)
        made = []
        for month in sorted(rows.months):
            head = sign(_link(head, part, month, rows.months[month]), key)
            _store(head, rows.months[month].leaves)
            made.append(head)
        return made


def _require_sound(head: Seal, key: Ed25519PrivateKey | None, is_new_key: bool) -> None:
    """Raise HeadRefused unless the last seal is as it was stored, and the key signed it."""
    if stored_hash(head.number) != head.hash:
        raise HeadRefused(f"{head.title} is not the one that was stored. Run verify_log.")
    if key is None:
        if head.signed_by or is_new_key:
            raise HeadRefused(f"{head.title} has a signature or must get one: set KBI_SEAL_KEY_FILE.")
        return
    public, name = key.public_key(), fingerprint(key.public_key())
    if is_signed(head, {name: public}):
        return
    if not is_new_key:
        raise HeadRefused(
            f"{head.title} has no good signature of the key {name}. Run verify_log. If all is well and the key is new, "
            "run seal_log --new-key once."
        )
    if has_signed(name):
        raise HeadRefused(f"The key {name} is not new: it signed seals, and not {head}. Run verify_log.")


def _next_range(now: _Now, head: Seal | None) -> _Range | None:
    """The rows to seal after `head`, at most `MOST` unless one transaction wrote more; None when there are none."""
    for epoch in range(head.epoch if head else 0, now.epoch + 1):
        is_over = epoch < now.epoch  # its server is gone, and its transactions with it
        horizon, ceiling = (END, END) if is_over else (now.horizon, now.ceiling)
        begin = head.until_xid if head and head.epoch == epoch else 0
        first = _transaction(epoch, begin, horizon, 0)
        if first is not None:
            beyond = _transaction(epoch, begin, horizon, MOST)
            # A transaction is never divided.
            until = horizon if beyond is None else max(beyond, first + 1)
            return _Range(epoch, begin, until, ceiling, now.at)
    return None


def _transaction(epoch: int, begin: int, end: int, place: int) -> int | None:
    """The transaction of the row at this place among those from `begin` up to `end`; None when there are fewer rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.xid::text FROM {TABLE} c WHERE c.epoch = %s AND c.xid >= %s::xid8 AND c.xid < %s::xid8"
            " ORDER BY c.xid OFFSET %s LIMIT 1",
            [epoch, str(begin), str(end), place],
        )
        row = cursor.fetchone()
        return int(row[0]) if row else None


def _link(head: Seal | None, part: _Range, month: datetime.date, rows: MonthRows) -> Seal:
    """The seal over these rows that follows `head`, without a signature."""
    return Seal(
        number=head.number + 1 if head else 1,
        form=form.FORM,
        month=month,
        row_count=len(rows.leaves),
        total=(head.total if head else 0) + len(rows.leaves),
        root=Tree(rows.leaves).root,
        digest=rows.digest.digest(),
        previous=head.hash if head else BEFORE_THE_FIRST,
        **asdict(part),
    )


def _store(seal: Seal, leaves: list[bytes]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO consultations_seal ({COLUMNS}, hash, leaves)"
            f" VALUES ({', '.join(['%s'] * len(NAMES))}, %s, %s)",
            [*seal.row(), seal.hash, b"".join(leaves)],
        )
