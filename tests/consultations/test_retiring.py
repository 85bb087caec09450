"""Months that are no longer kept go to signed files, and the log stays proven over them."""

from __future__ import annotations

import datetime
import gzip
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.test import override_settings

from consultations.seals import archives, retiring, verifying
from consultations.seals.archives import archived, path_of
from consultations.seals.findings import Fault, Verdict
from consultations.seals.keys import own_public_keys
from consultations.seals.publishing import read_published
from consultations.seals.retiring import NotRetired, kept_from, retire_months
from consultations.services import LogInUse
from tests.scratch import Scratch, clone

from .sealing import LOG, environment, faults, new_key, seal_all, tamper, tampered, verify, working_on, write

pytestmark = pytest.mark.process

MAY, JUNE, JULY = (datetime.date(2014, month, 1) for month in (5, 6, 7))


@pytest.fixture
def scratch(to_seal: Scratch, settings) -> Scratch:
    seal_old_months(to_seal)
    verify_and_record(settings)
    return to_seal


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "archive"


@pytest.fixture(scope="module")
def retired(idle_template, idle_server, django_db_blocker, tmp_path_factory) -> Iterator[Scratch]:
    """Such a log whose old months left it; for tests that leave it as it is."""
    place = tmp_path_factory.mktemp("retired")
    with (
        clone(idle_template, idle_server) as database,
        override_settings(
            KBI_SEAL_KEY_FILE=str(new_key(place / "seal.key")),
            KBI_SEAL_FOLDER=str(place / "seals"),
            KBI_ARCHIVE_FOLDER=str(place / "archive"),
        ),
        django_db_blocker.unblock(),
    ):
        with working_on(database):
            seal_old_months(database)
            verify_and_record(settings)
            retire_months(JULY, Path(settings.KBI_ARCHIVE_FOLDER))
        yield database


@pytest.fixture
def of_may(retired: Scratch) -> Iterator[Path]:
    """The file of May, which is put back at the end."""
    path = path_of(MAY, Path(settings.KBI_ARCHIVE_FOLDER))
    content = path.read_bytes()
    with working_on(retired):
        yield path
    path.write_bytes(content)


def seal_old_months(scratch: Scratch) -> None:
    """Seal rows of two months of long ago and of now; the months beside them have none."""
    with scratch.cursor() as cursor:
        cursor.execute("SELECT consultations_ensure_partitions('2014-04-01', '2014-07-31')")
    write(scratch, "m1", "m2", at="'2014-05-06 10:00+02'", shown=["61610100118"])
    write(scratch, "j1", at="'2014-06-01 00:00+02'")
    write(scratch, "m3", at="'2014-05-31 23:59:59.9+02'", reason="tab\tbackslash\\ line\n")
    write(scratch, "j2", at="'2014-06-30 12:00+02'")
    seal_all(scratch)
    write(scratch, "now")
    seal_all(scratch)


def verify_and_record(settings) -> None:
    verifying.record(verify(settings))


def verify_with(settings, folder: Path | None, *, roots: bool = False) -> Verdict:
    return verifying.verify_log(
        read_published([Path(settings.KBI_SEAL_FOLDER)]), own_public_keys(), archives=folder, roots=roots
    )


def rows_in_log(scratch: Scratch) -> list[str]:
    return [target for (target,) in scratch.rows(f"SELECT target FROM {LOG} ORDER BY target")]


# -- what leaves ------------------------------------------------------------------------------------------------------


def test_whole_months_leave_the_log_and_it_stays_proven(scratch, settings, folder):
    retired = retire_months(JULY, folder)
    assert [(archive.month, archive.row_count) for archive in retired] == [(MAY, 3), (JUNE, 2)]
    assert retired == archived()
    assert rows_in_log(scratch) == ["now"]
    assert [path.stat().st_mode & 0o777 for path in sorted(folder.iterdir())] == [0o600, 0o600]
    assert scratch.rows("SELECT to_regclass('consultations_consultation_201404') IS NOT NULL") == [(True,)]
    verdict = verify_with(settings, None)
    assert (verdict.findings, verdict.rows, verdict.archived) == ([], 1, 0)
    assert verdict.notes == ["Archived, not read: 2 months from 2014-05 to 2014-06, 5 rows."]
    for roots in (False, True):
        verdict = verify_with(settings, folder, roots=roots)
        assert (verdict.findings, verdict.notes, verdict.rows, verdict.archived) == ([], [], 1, 5)
    write(scratch, "later")
    assert seal_all(scratch, lacking=5) == 1
    assert verify_with(settings, folder).is_proven
    assert retire_months(JULY, folder) == []


def test_the_file_has_the_rows_as_they_were(scratch, folder):
    before = scratch.rows(f"SELECT id::text FROM {LOG} WHERE at < '2014-06-01 00:00+02' ORDER BY xid")
    retire_months(JUNE, folder)
    assert rows_in_log(scratch) == ["j1", "j2", "now"]
    first, *lines, record = gzip.decompress(path_of(MAY, folder).read_bytes()).splitlines()
    columns = json.loads(first)["columns"]
    rows = [line.split(b"\t") for line in lines if not line.startswith(b"{")]
    assert [row[columns.index("id")].decode() for row in rows] == [number for (number,) in before]
    assert rows[0][columns.index("shown")] == b"{61610100118}"
    assert rows[2][columns.index("reason")] == rb"tab\tbackslash\\ line\n"
    assert json.loads(record)["signed_by"] in own_public_keys()


def test_the_web_role_may_say_which_months_are_archived(retired):
    with working_on(retired, "web"):
        assert [archive.month for archive in archived()] == [MAY, JUNE]


def test_the_command_moves_months(scratch, settings, folder):
    ended = scratch.manage("retire_log", "--before", "2014-07", **environment(settings))
    assert (ended.returncode, "KBI_ARCHIVE_FOLDER" in ended.stderr) == (1, True)
    places = environment(settings) | {"KBI_ARCHIVE_FOLDER": str(folder)}
    ended = scratch.manage("retire_log", "--before", "2014-07", **places)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "2 months left the log: 2014-05 (3 rows), 2014-06 (2 rows).\n"
    ended = scratch.manage("verify_log", "--archive", folder, **environment(settings))
    assert (ended.returncode, "In archives: 5 rows." in ended.stdout) == (0, True), ended.stderr
    ended = scratch.manage("retire_log", "--before", "2100-01", **places)
    assert (ended.returncode, "may leave it" in ended.stderr) == (1, True)


# -- what stays -------------------------------------------------------------------------------------------------------


def test_a_month_that_is_kept_stays(scratch, folder):
    following = (kept_from() + datetime.timedelta(days=31)).replace(day=1)
    with pytest.raises(NotRetired, match="and later is kept"):
        retire_months(following, folder)
    assert len(rows_in_log(scratch)) == 6
    assert not folder.exists()
    [(month,)] = scratch.rows("SELECT consultations_kept_from()")
    assert month == kept_from() == kept_from().replace(day=1)
    record = f"ROW('{month}', 1, 1, sha256(''), '', '')::consultations_archive"
    with scratch.cursor() as cursor, pytest.raises(psycopg2.Error, match="is kept"):
        cursor.execute(f"SELECT consultations_detach_partition({record})")


def test_a_month_that_is_not_sealed_whole_stays(scratch, folder):
    write(scratch, "new", at="'2014-06-07'")
    with pytest.raises(NotRetired, match="2014-06 has other rows than its seals"):
        retire_months(JULY, folder)
    assert [archive.month for archive in archived()] == [MAY]


def test_a_month_that_was_not_verified_stays(scratch, settings, folder):
    tamper(scratch, "UPDATE consultations_verification SET verified_at = verified_at - interval '49 hours'")
    with pytest.raises(NotRetired, match="not verified without findings"):
        retire_months(JULY, folder)
    verify_and_record(settings)
    tamper(scratch, f"UPDATE {LOG} SET reason = 'other' WHERE target = 'now'")
    verify_and_record(settings)
    with pytest.raises(NotRetired, match="not verified without findings"):
        retire_months(JULY, folder)
    assert archived() == []


@pytest.mark.parametrize(
    "change",
    [
        f"UPDATE {LOG} SET outcome = 'empty' WHERE target = 'm2'",
        f"UPDATE {LOG} SET xid = (SELECT xid FROM {LOG} WHERE target = 'now') WHERE target = 'm2'",
    ],
)
def test_a_month_that_was_changed_since_stays(scratch, folder, change):
    tamper(scratch, change)
    with pytest.raises(NotRetired, match="2014-05 differs from its seals"):
        retire_months(JULY, folder)
    assert (len(rows_in_log(scratch)), path_of(MAY, folder).exists()) == (6, False)


def test_without_a_key_no_month_leaves(scratch, settings, folder):
    settings.KBI_SEAL_KEY_FILE = ""
    with pytest.raises(NotRetired, match="KBI_SEAL_KEY_FILE is not set"):
        retire_months(JULY, folder)


def test_a_log_that_others_read_is_left_alone_and_taken_up_later(scratch, folder, monkeypatch):
    monkeypatch.setattr(retiring, "TRIES", 2)
    monkeypatch.setattr(retiring, "PAUSE", 0)
    with closing(psycopg2.connect(scratch.url("owner"))) as reader, reader.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {LOG}")
        with pytest.raises(LogInUse):
            retire_months(JULY, folder)
        reader.rollback()
    assert (len(rows_in_log(scratch)), archived()) == (6, [])
    monkeypatch.setattr(retiring, "write_archive", None)  # the file of May is there
    retire_months(JUNE, folder)
    assert [archive.month for archive in archived()] == [MAY]


def test_of_two_runs_one_works(scratch, folder):
    with closing(psycopg2.connect(scratch.url("owner"))) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [retiring.LOCK])
        assert retire_months(JULY, folder) == []
        other.rollback()
    assert len(retire_months(JULY, folder)) == 2


# -- a run that is killed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["while it writes", "before it reads again", "before it detaches"])
def test_a_run_that_is_killed_loses_nothing_and_goes_on(scratch, settings, folder, monkeypatch, place):
    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if place == "while it writes":
            patch.setattr(archives._Rows, "finish", die)
        else:
            patch.setattr(retiring, "read_archive" if "reads" in place else "_detach", die)
        with pytest.raises(KeyboardInterrupt):
            retire_months(JULY, folder)
    assert (len(rows_in_log(scratch)), archived()) == (6, [])
    assert path_of(MAY, folder).exists() is (place != "while it writes")
    assert len(retire_months(JULY, folder)) == 2
    assert sorted(path.name for path in folder.iterdir()) == ["log-2014-05.gz", "log-2014-06.gz"]
    assert verify_with(settings, folder).is_proven


def test_a_file_that_is_damaged_before_the_month_leaves_keeps_it(scratch, folder):
    folder.mkdir()
    path_of(MAY, folder).write_bytes(b"not packed")
    with pytest.raises(NotRetired, match=r"cannot be read .* Remove it"):
        retire_months(JULY, folder)
    assert len(rows_in_log(scratch)) == 6


# -- what was changed later is found ----------------------------------------------------------------------------------


def repack(path: Path, old: bytes, new: bytes) -> None:
    content = gzip.decompress(path.read_bytes())
    assert content.count(old)
    path.write_bytes(gzip.compress(content.replace(old, new, 1)))


CHANGES = {
    "removed": lambda path: path.unlink(),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-20]),
    "other bytes": lambda path: path.write_bytes(b"x" * 100),
    "a row": lambda path: repack(path, b"61610100118", b"61610100217"),
    "a row is gone": lambda path: repack(path, b"tab\\tbackslash", b"\ntab\\tbackslash"),
    "the seal": lambda path: repack(path, b'"row_count": 3', b'"row_count": 4'),
    "the record": lambda path: repack(path, b'05-01", "row_count": 3', b'05-01", "row_count": 5'),
    "more": lambda path: path.write_bytes(path.read_bytes() + gzip.compress(b"more\n")),
    "of another month": lambda path: path.write_bytes(path.with_name("log-2014-06.gz").read_bytes()),
    "no lines": lambda path: path.write_bytes(gzip.compress(b"")),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_archive_that_was_changed_is_found(of_may, settings, change):
    change(of_may)
    verdict = verify_with(settings, of_may.parent)
    assert (faults(verdict), verdict.archived) == ([Fault.ARCHIVE], 2)
    assert verify_with(settings, None).findings == []


OF_MAY = "consultations_archive SET {} WHERE month = '2014-05-01'"
COMES_BACK = (
    f"ALTER TABLE {LOG} ATTACH PARTITION {LOG}_201405"
    " FOR VALUES FROM ('2014-05-01 00:00+02') TO ('2014-06-01 00:00+02');"
    f" DELETE FROM {LOG} WHERE target = 'm1'"
)
HIDDEN = (
    "INSERT INTO consultations_archive SELECT date_trunc('month', app_today())::date, 1, 4, digest, signature,"
    f" signed_by FROM consultations_archive LIMIT 1; DELETE FROM {LOG} WHERE target = 'now'"
)
NOT_BELIEVED = [Fault.ARCHIVE, Fault.MONTH_GONE]
TAMPERINGS = {
    "the record is gone": (
        "DELETE FROM consultations_archive WHERE month = '2014-05-01'",
        [Fault.MONTH_GONE],
    ),
    "its number of rows": (f"UPDATE {OF_MAY.format('row_count = 9')}", NOT_BELIEVED),
    "its signature": (f"UPDATE {OF_MAY.format('signature = sha256(signature)')}", NOT_BELIEVED),
    "its key": (f"UPDATE {OF_MAY.format('signed_by = 0')}", NOT_BELIEVED),
    "a seal of the month": (
        "UPDATE consultations_seal SET digest = sha256(digest) WHERE number = 1",
        [Fault.CHAIN, Fault.CHAIN, Fault.REWRITTEN, Fault.SIGNATURE],
    ),
    "the month comes back with fewer rows": (COMES_BACK, [Fault.GONE]),
    "a month is hidden as archived": (HIDDEN, NOT_BELIEVED),
}


@pytest.mark.parametrize(("statement", "expected"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_what_a_superuser_does_to_the_records_is_found(retired, settings, statement, expected):
    with tampered(retired, statement):
        assert faults(verify_with(settings, None)) == expected


def test_a_month_that_was_detached_without_an_archive_is_found(scratch, settings):
    with tampered(scratch, f"ALTER TABLE {LOG} DETACH PARTITION {LOG}_201405"):
        [finding] = verify_with(settings, None).findings
    assert (finding.fault, f"{LOG}_201405 is no longer part" in finding.words) == (Fault.MONTH_GONE, True)


def test_an_archive_of_an_earlier_key_is_verified_with_that_key(of_may, settings, tmp_path):
    earlier = own_public_keys()
    settings.KBI_SEAL_KEY_FILE = str(new_key(tmp_path / "new.key"))
    both = earlier | own_public_keys()
    assert verifying.verify_log((), both, archives=of_may.parent).is_proven
    assert Fault.ARCHIVE in faults(verifying.verify_log((), own_public_keys()))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM consultations_archive",
        "INSERT INTO consultations_archive SELECT * FROM consultations_archive",
    ],
)
def test_the_owner_records_no_archive_by_itself(retired, statement):
    with retired.cursor() as cursor, pytest.raises(psycopg2.Error, match="permission denied"):
        cursor.execute(statement)
