"""Rows and seals that a superuser or the owner puts in to stop the sealing: it goes on or says why, and they show."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from consultations.seals import sealing, verifying
from consultations.seals.findings import Fault
from consultations.seals.keys import private_key, sign
from consultations.seals.proven import Gap, proven
from consultations.seals.reading import last_seal
from consultations.seals.sealing import HeadRefused, seal_log

from .sealing import COPY_OF_R9, LOG, faults, seal_all, superuser, tamper, verify, working_on, write

pytestmark = pytest.mark.process

ODD_MOMENTS = [
    "infinity",
    "-infinity",
    "0044-03-15 BC",
    "0001-01-01",
    "9999-12-31 23:59:59+00",
    "12000-01-01",
]


@pytest.mark.parametrize("at", ODD_MOMENTS)
def test_a_row_of_a_moment_that_cannot_be_is_sealed_with_the_others_and_found(sealed, settings, at):
    tamper(sealed, COPY_OF_R9.format(at=f"'{at}'", xid="pg_current_xact_id()", epoch="epoch"))
    write(sealed, "r16")
    assert faults(verify(settings)) == [Fault.LATE if at < "1" else Fault.DATED]
    with working_on(sealed, "web"):
        assert proven().unsealed == 2
    assert seal_all(sealed) == 2
    verdict = verify(settings)
    assert (faults(verdict), verdict.rows, verdict.unsealed) == ([Fault.DATED], 17, 0)
    write(sealed, "r17")
    assert seal_all(sealed) == 1
    tamper(sealed, f"UPDATE {LOG} SET outcome = 'empty' WHERE target = 'new'")
    assert faults(verify(settings)) == [Fault.CHANGED, Fault.DATED]


def test_a_row_of_no_moment_beside_a_seal_that_is_gone_is_found(sealed, settings):
    tamper(
        sealed,
        f"UPDATE {LOG} SET at = 'infinity' WHERE target = 'r9'",
        "DELETE FROM consultations_seal WHERE number = 3",
    )
    assert faults(verify(settings)) == [Fault.ADDED, Fault.ADDED, Fault.CHAIN]


def test_a_row_that_waits_for_more_than_an_hour_is_reported_and_is_no_change(sealed, settings):
    write(sealed, "late", at="now() - interval '61 minutes'")
    verdict = verify(settings)
    assert (faults(verdict), verdict.is_proven) == ([Fault.LATE], True)
    assert "1 row not sealed for more than 1 hour" in verdict.findings[0].words
    verifying.record(verdict)
    with working_on(sealed, "web"):
        assert (proven().gap(), proven().findings) == (Gap.SEALS_LATE, 0)


NEXT = """
INSERT INTO consultations_seal (number, form, epoch, month, from_xid, until_xid, ceiling_xid, row_count, total, root,
  digest, previous, sealed_at, hash, signature, signed_by, leaves)
SELECT {number}, form, {epoch}, {month}, {from_xid}, {until_xid}, {ceiling_xid}, 1, {total}, root, digest, {previous},
  {sealed_at}, sha256(hash), '', '', substr(leaves, 1, 32) FROM consultations_seal WHERE number = 4
"""
FITTING = {
    "number": "5",
    "epoch": "epoch",
    "month": "month",
    "from_xid": "until_xid",
    "until_xid": "pg_snapshot_xmin(pg_current_snapshot())",
    "ceiling_xid": "pg_snapshot_xmax(pg_current_snapshot())",
    "total": "total + 1",
    "previous": "hash",
    "sealed_at": "now()",
}
CHAIN, OVER = "does not continue the chain", "covers what is not over"


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("number", "6", CHAIN),
        ("total", "total", CHAIN),
        ("previous", "sha256(hash)", CHAIN),
        ("from_xid", "'0'", CHAIN),
        ("epoch", "epoch - 1", CHAIN),
        ("epoch", "epoch + 1", CHAIN),
        ("until_xid", "'18446744073709551615'", OVER),
        ("ceiling_xid", "'18446744073709551615'", OVER),
        ("month", "'infinity'", OVER),
        ("sealed_at", "'infinity'", OVER),
        ("sealed_at", "now() + interval '1 hour'", OVER),
    ],
)
def test_the_owner_appends_no_seal_that_does_not_continue_the_chain(kept, column, value, why):
    with working_on(kept), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")  # the transactions of the last seal are over
        with transaction.atomic():
            cursor.execute(NEXT.format(**FITTING))
            transaction.set_rollback(True)
        with pytest.raises(DatabaseError, match=why), transaction.atomic():
            cursor.execute(NEXT.format(**FITTING | {column: value}))
        transaction.set_rollback(True)


def test_a_new_epoch_begins_at_its_first_transaction_and_not_before_its_server(kept):
    with working_on(kept, "superuser"), transaction.atomic(), connection.cursor() as cursor:
        other = FITTING | {"epoch": "epoch + 1", "from_xid": "'0'"}
        with pytest.raises(DatabaseError, match=OVER), transaction.atomic():
            cursor.execute(NEXT.format(**other))
        cursor.execute("INSERT INTO consultations_epoch (number, server) VALUES (2, 'another')")
        cursor.execute(NEXT.format(**other))
        transaction.set_rollback(True)


def test_a_seal_with_an_end_in_the_future_stops_the_sealing_aloud(sealed, settings):
    head = last_seal()
    forged = replace(
        head,
        number=5,
        from_xid=head.until_xid,
        until_xid=2**63,
        row_count=1,
        total=head.total + 1,
        previous=head.hash,
    )
    with superuser(sealed):
        sealing._store(sign(forged, private_key()), [b"x" * 32])
    write(sealed, "r16")
    with pytest.raises(
        HeadRefused, match=r"Seal 5 of .* ends at a transaction that the server has not given yet"
    ):
        seal_log()
    verdict = verify(settings, published=False)
    assert Fault.CHAIN in faults(verdict)
    assert any("no later row is sealed" in finding.words for finding in verdict.findings)
