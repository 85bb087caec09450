"""What the tests of the seals share: a database of one's own that Django works on, rows, and a superuser's hands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import dj_database_url
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, connections, transaction

from consultations.seals import sealing, verifying
from consultations.seals.findings import Verdict
from consultations.seals.keys import own_public_keys, sign
from consultations.seals.merkle import Tree
from consultations.seals.publishing import read_published
from consultations.seals.reading import copy_rows, seals_after
from consultations.seals.sealing import seal_log
from tests.scratch import Scratch
from tests.waiting import until

LOG = "consultations_consultation"
COPY_OF_R9 = (
    f"INSERT INTO {LOG} (id, at, kind, channel, outcome, target, xid, epoch) SELECT gen_random_uuid(), {{at}}, kind,"
    f" channel, outcome, 'new', {{xid}}, {{epoch}} FROM {LOG} WHERE target = 'r9'"
)


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


def seal_in_three_runs(scratch: Scratch) -> None:
    """Rows r1 to r15: r1–r7 of two months of 2024, r8–r11 and r12–r15 of now."""
    write(scratch, "r1", "r2", "r3", "r4", at="'2024-05-06 10:00+02'")
    write(scratch, "r5", "r6", "r7", at="'2024-06-01 00:00+02'")
    seal_all(scratch)
    write(scratch, "r8", "r9", "r10", "r11", user_name="")
    seal_all(scratch)
    write(scratch, "r12", "r13", "r14", "r15")
    seal_all(scratch)


@contextmanager
def tampered(scratch: Scratch, *statements: str) -> Iterator[None]:
    """What a superuser left behind, with the triggers switched off; it is taken back at the end."""
    with working_on(scratch, "superuser"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement)
        yield
        transaction.set_rollback(True)


def verify(settings, *, published: bool = True) -> Verdict:
    kept = read_published([Path(settings.KBI_SEAL_FOLDER)]) if published else ()
    return verifying.verify_log(kept, own_public_keys())


def environment(settings) -> dict[str, str]:
    """The settings of a process that seals."""
    return {name: getattr(settings, name) for name in ("KBI_SEAL_KEY_FILE", "KBI_SEAL_FOLDER")}


def faults(verdict: Verdict) -> list[str]:
    return sorted(finding.fault for finding in verdict.findings)


def rewrite_seals(key: Ed25519PrivateKey | None, first: int = 1) -> None:
    """Make the seals from `first` on anew over the rows there are now, with the same numbers, ranges and moments."""
    head = None
    for seal in [seal for seal, _hash in seals_after(0)]:
        if seal.number < first:
            head = seal
            continue
        rows = sealing.RowsByMonth()
        copy_rows(rows, epoch=seal.epoch, from_xid=seal.from_xid, until_xid=seal.until_xid)
        leaves = rows.months[seal.month].leaves
        head = replace(
            seal,
            root=Tree(leaves).root,
            digest=rows.months[seal.month].digest.digest(),
            previous=head.hash if head else seal.previous,
            signature=b"",
            signed_by="",
        )
        head = sign(head, key)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE consultations_seal SET (root, digest, previous, hash, leaves, signature, signed_by)"
                " = (%s, %s, %s, %s, %s, %s, %s) WHERE number = %s",
                [
                    head.root,
                    head.digest,
                    head.previous,
                    head.hash,
                    b"".join(leaves),
                    head.signature,
                    head.signed_by,
                    head.number,
                ],
            )


@contextmanager
def superuser(scratch: Scratch) -> Iterator[None]:
    """Let Django work on this database as a superuser who switched the triggers off."""
    with working_on(scratch, "superuser"), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
