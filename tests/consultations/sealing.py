"""What the tests of the seals share: a database of one's own that Django works on, rows, and a superuser's hands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dj_database_url
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections

from consultations.seals.sealing import seal_log
from tests.scratch import Scratch
from tests.waiting import until


@contextmanager
def working_on(scratch: Scratch, role: str = "owner") -> Iterator[None]:
    """Let Django work on this database, as `owner` or `web`."""
    before = connections["default"]
    link = before.copy()
    link.settings_dict |= dj_database_url.parse(scratch.url(role))
    if role == "owner":
        link.settings_dict["OPTIONS"] = {"options": "-c app.owner_work=on"}
    connections["default"] = link
    try:
        yield
    finally:
        link.close()
        connections["default"] = before


def write(scratch: Scratch, *targets: str, at: str = "now()", **columns: object) -> None:
    """Append a row for each target, each in a transaction of its own, as the owner."""
    values = {"kind": "list", "channel": "portal", "outcome": "shown"} | columns
    with scratch.cursor() as cursor:
        for target in targets:
            cursor.execute(
                f"INSERT INTO consultations_consultation (id, at, target, {', '.join(values)})"
                f" VALUES (gen_random_uuid(), {at}, %s, {', '.join(['%s'] * len(values))})",
                [target, *values.values()],
            )


def seal_all(scratch: Scratch, lacking: int = 0) -> int:
    """Seal until nothing waits; returns how many rows. The server's own work may hold a run back for a moment.

    `lacking` is the number of sealed rows that are gone.
    """
    number = 0

    def is_sealed() -> bool:
        nonlocal number
        number += sum(seal.row_count for seal in seal_log())
        [(total, there)] = scratch.rows(
            "SELECT (SELECT coalesce(sum(row_count), 0) FROM consultations_seal),"
            " (SELECT count(*) FROM consultations_consultation)"
        )
        return total == there + lacking

    until(is_sealed)
    return number


def tamper(scratch: Scratch, *statements: str) -> None:
    """Run statements as a superuser who switches the triggers off."""
    with scratch.cursor("superuser") as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)


def new_key(path: Path) -> Path:
    """Write a private key as `openssl genpkey -algorithm ed25519` does."""
    path.touch(mode=0o600)
    path.write_bytes(
        Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path
