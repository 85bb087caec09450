"""Read the seals, and the rows to seal, from the database."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from django.db import connection

from partners.periods import begin_of, months_later

from . import form
from .chain import COLUMNS, Seal
from .merkle import SIZE

TABLE = "consultations_consultation"


class Lines(Protocol):
    """Takes the lines of COPY, one by one."""

    def write(self, line: bytes, /) -> object: ...


@contextmanager
def one_at_a_time(lock: int) -> Iterator[bool]:
    """Whether this session got the lock of this number; if so, no other session has it inside the block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        [is_mine] = cursor.fetchone()
        try:
            yield is_mine
        finally:
            if is_mine:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])


def copy_rows(
    lines: Lines, *, epoch: int, from_xid: int, until_xid: int, month: datetime.date | None = None
) -> None:
    """Hand the rows of a range of transactions to `lines`, in the order in which they are sealed; or of one month."""
    in_month = (
        f" AND at >= '{begin_of(month)}' AND at < '{begin_of(months_later(month, 1))}'" if month else ""
    )
    with connection.cursor() as cursor:
        cursor.copy_expert(  # the values are whole numbers and moments
            f"COPY (SELECT {form.SELECT} FROM {TABLE} WHERE epoch = {epoch:d} AND xid >= '{from_xid:d}'"
            f" AND xid < '{until_xid:d}'{in_month} ORDER BY xid, id) TO STDOUT",
            lines,
        )


def last_seal() -> Seal | None:
    """The head of the chain; None when nothing is sealed."""
    return next(iter(_seals("ORDER BY number DESC LIMIT 1")), None)


def seals_after(number: int, most: int = 5000) -> Iterator[tuple[Seal, bytes]]:
    """Each seal after `number` in order, with the hash that the database stores for it."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {COLUMNS}, hash FROM consultations_seal WHERE number > %s ORDER BY number LIMIT %s",
                [number, most],
            )
            rows = cursor.fetchall()
        for *values, stored in rows:
            seal = Seal.read(values)
            yield seal, bytes(stored)
            number = seal.number
        if len(rows) < most:
            return


def seal_numbered(number: int) -> Seal | None:
    """The seal of this number; None when there is none."""
    return next(iter(_seals("WHERE number = %s", number)), None)


def seals_of(month: datetime.date) -> list[Seal]:
    """The seals of a month in order."""
    return _seals("WHERE month = %s ORDER BY number", month)


def stored_hash(number: int) -> bytes:
    """The hash that the database stores for a seal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM consultations_seal WHERE number = %s", [number])
        [found] = cursor.fetchone()
        return bytes(found)


def has_signed(fingerprint: str) -> bool:
    """Whether a seal names this key; reads all seals."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM consultations_seal WHERE signed_by = %s)", [fingerprint])
        return cursor.fetchone() == (True,)


def leaves_of(number: int) -> list[bytes]:
    """The hashes of the rows of a seal, as they were stored with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT leaves FROM consultations_seal WHERE number = %s", [number])
        [leaves] = cursor.fetchone()
    return split(bytes(leaves))


def split(leaves: bytes) -> list[bytes]:
    """Hashes that were stored behind each other."""
    return [leaves[place : place + SIZE] for place in range(0, len(leaves), SIZE)]


def current_epoch() -> tuple[int, bool]:
    """The number that new rows get, and whether it belongs to this server. 0 before `hand_over_log` gave one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, server = (SELECT system_identifier::text FROM pg_control_system())"
            " FROM consultations_epoch ORDER BY number DESC LIMIT 1"
        )
        return cursor.fetchone() or (0, False)


def _seals(where: str, *parameters: Any) -> list[Seal]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM consultations_seal {where}", parameters)
        return [Seal.read(row) for row in cursor.fetchall()]
