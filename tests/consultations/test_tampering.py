"""What a superuser does to a sealed log is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from consultations.seals import comparing, verifying
from consultations.seals.findings import Fault
from consultations.seals.keys import own_public_keys, private_key
from consultations.seals.merkle import Tree
from consultations.seals.publishing import read_published
from consultations.seals.reading import seals_after

from .sealing import (
    COPY_OF_R9,
    LOG,
    faults,
    new_key,
    rewrite_seals,
    seal_all,
    tamper,
    tampered,
    verify,
    working_on,
)

pytestmark = pytest.mark.process

XID_OF_R1 = f"(SELECT xid FROM {LOG} WHERE target = 'r1')"
SWAP = (
    f"UPDATE {LOG} AS c SET {{column}} = o.{{column}} FROM {LOG} AS o"
    " WHERE (c.target, o.target) IN (('{one}', '{other}'), ('{other}', '{one}'))"
)
CHANGED, GONE, ADDED = [Fault.CHANGED], [Fault.GONE], [Fault.ADDED]

TAMPERINGS = {
    "an outcome": (f"UPDATE {LOG} SET outcome = 'empty' WHERE target = 'r9'", CHANGED),
    "the name of the employee": (f"UPDATE {LOG} SET user_name = 'Iemand Anders' WHERE target = 'r9'", CHANGED),
    "the user": (f"UPDATE {LOG} SET user_id = 7 WHERE target = 'r2'", CHANGED),
    "who was shown": (f"UPDATE {LOG} SET shown = '{{61610100118}}' WHERE target = 'r9'", CHANGED),
    "the reason": (f"UPDATE {LOG} SET reason = 'x' WHERE target = 'r9'", CHANGED),
    "the secret": (f"UPDATE {LOG} SET salt = sha256(salt) WHERE target = 'r9'", CHANGED),
    "the moment": (f"UPDATE {LOG} SET at = at - interval '1 microsecond' WHERE target = 'r2'", CHANGED),
    "the month": (f"UPDATE {LOG} SET at = at + interval '1 month' WHERE target = 'r1'", [Fault.ADDED, Fault.GONE]),
    "two rows": (f"UPDATE {LOG} SET outcome = 'empty' WHERE target IN ('r2', 'r13')", CHANGED * 2),
    "a row is deleted": (f"DELETE FROM {LOG} WHERE target = 'r9'", GONE),
    "an old row is deleted": (f"DELETE FROM {LOG} WHERE target = 'r1'", GONE),
    "the last row is cut off": (f"DELETE FROM {LOG} WHERE target = 'r15'", GONE),
    "all rows of the last seal": (f"DELETE FROM {LOG} WHERE target IN ('r12', 'r13', 'r14', 'r15')", GONE),
    "a row is inserted": (COPY_OF_R9.format(at="at", xid="xid", epoch="epoch"), ADDED),
    "into an old month": (COPY_OF_R9.format(at="'2024-05-06'", xid=XID_OF_R1, epoch="epoch"), ADDED),
    "into a month without rows": (COPY_OF_R9.format(at="'2024-07-06'", xid=XID_OF_R1, epoch="epoch"), ADDED),
    "into what an earlier server wrote": (COPY_OF_R9.format(at="at", xid="xid", epoch="0"), ADDED),
    "with a number of the future": (COPY_OF_R9.format(at="at", xid="'18446744073709551615'", epoch="epoch"), ADDED),
    "reordered in a seal": (SWAP.format(column="xid", one="r8", other="r9"), CHANGED),
    "reordered over seals": (SWAP.format(column="xid", one="r9", other="r14"), CHANGED * 2),
    "moments swapped": (SWAP.format(column="at", one="r8", other="r9"), CHANGED),
    "replaced by another": (f"UPDATE {LOG} SET id = gen_random_uuid() WHERE target = 'r9'", CHANGED),
    "a seal of fewer rows": ("UPDATE consultations_seal SET total = total - 1 WHERE number = 2", [Fault.CHAIN] * 2),
    "a seal is deleted": ("DELETE FROM consultations_seal WHERE number = 3", [Fault.ADDED, Fault.CHAIN]),
    "the first seal is deleted": ("DELETE FROM consultations_seal WHERE number = 1", [Fault.ADDED, Fault.CHAIN]),
    "a hash of a seal": ("UPDATE consultations_seal SET hash = sha256(hash) WHERE number = 4", [Fault.CHAIN]),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "expected"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_what_a_superuser_changes_is_found(kept, settings, statement, expected):
    with tampered(kept, statement):
        for published in (True, False):
            verdict = verify(settings, published=published)
            found = [fault for fault in faults(verdict) if fault not in (Fault.REWRITTEN, Fault.SIGNATURE)]
            assert found == expected, verdict.findings
            assert not verdict.is_proven


def test_what_was_taken_back_is_proven(kept, settings):
    with tampered(kept):
        assert verify(settings).is_proven


def test_a_finding_names_the_seal_and_the_row(kept, settings):
    [(row,)] = kept.rows(f"SELECT id::text FROM {LOG} WHERE target = 'r9'")
    with tampered(kept, f"UPDATE {LOG} SET outcome = 'empty' WHERE target = 'r9'"):
        [finding] = verify(settings).findings
    assert finding.words.startswith("Seal 3 of ")
    assert f"1 row changed ({row})" in finding.words


def test_a_row_and_its_stored_hash_changed_together_are_found(kept, settings):
    with tampered(
        kept,
        f"UPDATE {LOG} SET outcome = 'empty' WHERE target = 'r9'",
        "UPDATE consultations_seal SET leaves = sha256(leaves) || substr(leaves, 33) WHERE number = 3",
    ):
        assert faults(verify(settings)) == CHANGED


@pytest.mark.parametrize("is_dropped", [True, False])
def test_a_detached_month_is_found(kept, settings, is_dropped):
    [(name, month)] = kept.rows(
        f"SELECT DISTINCT tableoid::regclass::text, to_char(app_today(), 'YYYY-MM') FROM {LOG} WHERE target = 'r9'"
    )
    detach = f"ALTER TABLE {LOG} DETACH PARTITION {name}"
    with tampered(kept, detach, *([f"DROP TABLE {name}"] if is_dropped else [])):
        [finding] = verify(settings).findings
    assert finding.fault == Fault.MONTH_GONE
    assert f"All of {month} is gone: 8 rows in 2 seals." in finding.words
    assert (name in finding.words) is not is_dropped


@pytest.mark.parametrize("days", ["-3 days", "1 day"])
def test_a_row_of_another_day_is_found(sealed, settings, days):
    """Put in with everything a row has, and sealed like all others."""
    tamper(
        sealed, COPY_OF_R9.format(at=f"now() + interval '{days}'", xid="pg_current_xact_id()", epoch="epoch")
    )
    seal_all(sealed)
    assert faults(verify(settings)) == [Fault.DATED]


def test_a_log_that_is_cut_off_with_its_seals_is_found_by_what_was_published(kept, settings):
    with tampered(
        kept,
        f"DELETE FROM {LOG} WHERE target IN ('r12', 'r13', 'r14', 'r15')",
        "DELETE FROM consultations_seal WHERE number = 4",
    ):
        verdict = verify(settings, published=False)
        assert verdict.is_proven
        assert any("cut off as a whole" in note for note in verdict.notes)
        verdict = verify(settings)
    assert faults(verdict) == [Fault.CUT_OFF]
    assert "The log ends at seal 3" in verdict.findings[0].words
    with tampered(kept, f"TRUNCATE {LOG}, consultations_seal"):
        assert faults(verify(settings)) == [Fault.CUT_OFF]


@pytest.mark.parametrize("key", ["none", "another", "the same"])
def test_a_history_that_is_rewritten_is_found_by_what_was_published(kept, settings, tmp_path, key):
    """By who has the code, so that all seals fit their rows; with the key too, if it was stolen."""
    own = own_public_keys()
    published = list(read_published([Path(settings.KBI_SEAL_FOLDER)]))
    if key == "another":
        settings.KBI_SEAL_KEY_FILE = str(new_key(tmp_path / "other.key"))
    with tampered(kept, f"UPDATE {LOG} SET user_name = 'Iemand Anders' WHERE target = 'r9'"):
        rewrite_seals(None if key == "none" else private_key())
        assert verifying.verify_log().is_proven
        forged = [] if key == "the same" else [Fault.SIGNATURE]
        assert faults(verifying.verify_log((), own)) == forged
        verdict = verifying.verify_log(published, own)
        assert faults(verdict) == [Fault.REWRITTEN, *forged]
        assert verdict.findings[0].words.startswith("Seal 3 of ")
        # One seal that was kept is enough, also by mail.
        assert faults(verifying.verify_log(published[-1:], own)) == [Fault.REWRITTEN, *forged]


def test_who_has_no_key_cannot_publish_in_its_place(kept, settings, tmp_path):
    """The log and the published files are rewritten alike; the public key was handed out before."""
    own = own_public_keys()
    settings.KBI_SEAL_KEY_FILE = str(new_key(tmp_path / "other.key"))
    with tampered(kept, f"UPDATE {LOG} SET outcome = 'empty' WHERE target = 'r9'"):
        rewrite_seals(private_key())
        forged = [seal for seal, _hash in seals_after(0)]
        assert faults(verifying.verify_log(forged, own)) == [Fault.SIGNATURE] * 2


def test_a_seal_whose_tree_is_of_other_rows_is_found(kept, settings):
    """By who made the seal with other code, so that a letter would prove what the log doesn't have."""
    with tampered(kept):
        assert verifying.verify_log(roots=True).is_proven
        seals = [seal for seal, _hash in seals_after(0)]
        other = replace(seals[-1], root=Tree([b"x" * 32]).root)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE consultations_seal SET (root, hash) = (%s, %s) WHERE number = %s",
                [other.root, other.hash, other.number],
            )
        assert verifying.verify_log().is_proven
        assert faults(verifying.verify_log(roots=True)) == CHANGED


def test_a_log_is_read_in_parts(sealed, settings, monkeypatch):
    tamper(
        sealed,
        f"UPDATE {LOG} SET outcome = 'empty' WHERE target IN ('r2', 'r9')",
        f"DELETE FROM {LOG} WHERE target = 'r14'",
        COPY_OF_R9.format(at="now() - interval '3 days'", xid="pg_current_xact_id()", epoch="epoch"),
    )
    seal_all(sealed, lacking=1)
    whole = verify(settings)
    assert faults(whole) == [Fault.CHANGED, Fault.CHANGED, Fault.DATED, Fault.GONE]
    monkeypatch.setattr(comparing, "SPAN", 1)
    assert verify(settings) == whole


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consultations_seal SET row_count = 1",
        "DELETE FROM consultations_seal",
        "TRUNCATE consultations_seal",
        "DROP TABLE consultations_seal",
        "UPDATE consultations_epoch SET server = ''",
        "INSERT INTO consultations_epoch VALUES (9, '')",
        "DELETE FROM consultations_verification",
        "ALTER TABLE consultations_consultation ALTER COLUMN epoch SET DEFAULT 0",
        f"INSERT INTO {LOG} (id, at, kind, channel, outcome, epoch)"
        " VALUES (gen_random_uuid(), now(), 'list', 'portal', 'shown', 0)",
    ],
)
def test_the_owner_appends_seals_and_changes_none(kept, statement):
    with kept.cursor() as cursor, pytest.raises(psycopg2.Error, match=r"permission denied|must be owner"):
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["seal", "epoch", "verification"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_seals_are_final_for_the_owner_of_the_log_too(kept, table, statement):
    column = {"seal": "number", "epoch": "number", "verification": "findings"}[table]
    name = f"consultations_{table}"
    with working_on(kept, "superuser"), connection.cursor() as cursor, transaction.atomic():
        cursor.execute(
            "INSERT INTO consultations_verification (last_seal, row_count, findings) VALUES (4, 15, 0)"
        )
        cursor.execute("SET LOCAL ROLE kbi_log")
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            cursor.execute(statement.format(name, column, column))
        transaction.set_rollback(True)


@pytest.mark.parametrize("table", ["seal", "epoch", "verification"])
def test_the_web_role_reads_no_seals(kept, table):
    with (
        working_on(kept, "web"),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="permission"),
    ):
        cursor.execute(f"SELECT * FROM consultations_{table}")


def test_the_owner_finds_the_rows_to_seal_by_an_index(kept):
    """Row-level security applies to the owner: a condition that is not leakproof would read the whole log."""
    with kept.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(
            f"EXPLAIN SELECT 1 FROM {LOG} WHERE epoch = 1 AND xid >= '900' AND xid < '1000' ORDER BY xid LIMIT 1"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan" not in plan
    assert "Index Cond: ((xid >= '900'::xid8) AND (xid < '1000'::xid8))" in plan
