"""The commands that bring data in, as processes on databases of their own: killed, doubled, flooded."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError
from lxml.builder import E

from demo.generator import population
from partners.periods import today
from persons.attendance import DEFAULT_RULE
from persons.management.commands import import_dossiers
from persons.services.reading import ReadingBroken, read
from tests import factories
from tests.persons.contents import CONTENTS, PLACES
from tests.persons.magda import messages
from tests.scratch import Scratch
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.process

AS_OF = datetime.date(2025, 11, 24)
PERSONS = 400


@pytest.fixture(scope="session")
def dossiers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a population of both versions."""
    folder = tmp_path_factory.mktemp("population")
    population.write(PERSONS, 5, AS_OF, folder / "02")
    population.write(60, 5, AS_OF, folder / "01", version="01.00")
    return folder


@pytest.fixture(scope="session")
def undisturbed(django_db_setup: str, dossiers: Path) -> list:
    """What an import leaves that nothing disturbs."""
    from tests.scratch import create_database, drop_database

    name = create_database(template=django_db_setup)
    try:
        done = Scratch(name).manage("import_dossiers", dossiers, "--processes", "0")
        assert done.returncode == 0, done.stderr
        return contents(Scratch(name))
    finally:
        drop_database(name)


def contents(scratch: Scratch) -> list:
    return [row for (row,) in scratch.rows(CONTENTS)]


# Other databases of the same server have locks too.
WAITS = (
    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def persons_in(scratch: Scratch) -> int:
    return scratch.rows("SELECT count(*) FROM persons_person")[0][0]


# Killed


@pytest.mark.parametrize("processes", [0, 1])
def test_a_killed_import_leaves_whole_batches_and_running_again_finishes(
    scratch, dossiers, undisturbed, processes
):
    # Slow enough to be killed halfway, however busy this machine is.
    scratch.execute(
        "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_sleep(0.01); RETURN NEW; END';"
        "CREATE TRIGGER slowly BEFORE INSERT ON persons_person FOR EACH ROW EXECUTE FUNCTION slowly()"
    )
    running = scratch.start("import_dossiers", dossiers, "--batch", 50, "--processes", processes)
    until(lambda: persons_in(scratch) >= 100)
    children = psutil.Process(running.pid).children(recursive=True)
    running.kill()
    running.communicate()
    # the server may still be at work on the last batch: wait until it has noticed
    until(
        lambda: (
            not scratch.rows(
                "SELECT 1 FROM pg_stat_activity WHERE usename = 'kbi_owner' AND datname = %s"
                " AND pid <> pg_backend_pid()",
                scratch.name,
            )
        )
    )
    left = contents(scratch)
    assert 100 <= len(left) < PERSONS
    assert all(person["blocks"] and person["standing"] for person in left)
    # those that read for it end by themselves
    _, alive = psutil.wait_procs(children, timeout=PATIENCE)
    assert alive == []

    scratch.execute("DROP TRIGGER slowly ON persons_person")
    again = scratch.manage("import_dossiers", dossiers)
    assert again.returncode == 0, again.stderr
    assert contents(scratch) == undisturbed
    before = scratch.rows(PLACES)
    once_more = scratch.manage("import_dossiers", dossiers)
    assert " 0 new, 0 changed, " in once_more.stdout
    assert scratch.rows(PLACES) == before


def test_a_killed_import_leaves_whole_batches_of_set_aside_messages_and_none_twice(scratch, tmp_path):
    for number in range(200):
        message = messages.answer(
            messages.dossier(E.Doelgroep(E.Code("MISSCHIEN"))),
            hour=f"{number // 60:02d}:{number % 60:02d}:00.000",
        )
        (tmp_path / f"{number}.xml").write_bytes(messages.as_bytes(message))

    def stored() -> int:
        return scratch.rows("SELECT count(*) FROM persons_setasidemessage")[0][0]

    running = scratch.start("import_dossiers", tmp_path, "--batch", 10, "--processes", 0)
    until(lambda: stored() >= 20 or running.poll() is not None)
    running.kill()
    running.communicate()
    assert stored() % 10 == 0
    assert scratch.manage("import_dossiers", tmp_path).returncode == 3
    assert stored() == 200


def test_a_reading_process_that_is_killed_is_reported_and_nothing_is_lost(scratch, dossiers, undisturbed):
    running = scratch.start("import_dossiers", dossiers, "--batch", 20, "--processes", 1)
    until(lambda: persons_in(scratch) >= 20)
    for child in psutil.Process(running.pid).children():
        if "spawn_main" in " ".join(child.cmdline()):
            child.kill()
    _, err = running.communicate(timeout=PATIENCE)
    assert running.returncode == 1
    assert "ended from outside" in err
    assert "the same command again brings in the rest" in err
    assert "Traceback" not in err
    assert scratch.manage("import_dossiers", dossiers).returncode == 0
    assert contents(scratch) == undisturbed


@pytest.mark.parametrize("processes", [0, 1])
@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_import_says_what_is_in(scratch, dossiers, how, code, processes):
    running = scratch.start("import_dossiers", dossiers, "--batch", 10, "--processes", processes)
    until(lambda: persons_in(scratch) >= 20)
    with scratch.cursor() as cursor:
        # The next batch is read and cannot go in: the import is interrupted there, however quick the machine.
        cursor.execute("SELECT pg_advisory_lock(app_arrivals())")
        until(lambda: scratch.rows(WAITS))
        children = psutil.Process(running.pid).children(recursive=True)
        for process in (running, *children):
            # as a terminal does with Ctrl-C, and a service manager with TERM
            process.send_signal(how)
    out, err = running.communicate(timeout=PATIENCE)
    assert (running.returncode, out) == (code, "")
    [line] = err.splitlines()
    assert "Interrupted. What was counted is in; the same command again" in line
    read, new, *others = map(int, re.findall(r"[0-9]+", line))
    assert new == persons_in(scratch)
    assert read == new + sum(others)
    _, alive = psutil.wait_procs(children, timeout=PATIENCE)
    assert alive == []


# At the same time

INSTITUTION = """
INSERT INTO auth_group (id, name) VALUES (901, 'g');
INSERT INTO partners_institution (id, name, kind, slug, kbo_number, nis_code, sender_uri, group_id, active)
  VALUES (901, 'OCMW Proefstad', 'ocmw', 'ocmw-proefstad', '', '', '', 901, true);
"""


def test_two_imports_at_once_leave_what_one_leaves(scratch, dossiers, undisturbed, tmp_path):
    # the other way round, so that they meet
    for number, path in enumerate(sorted(dossiers.rglob("*.xml"), reverse=True)):
        shutil.copy(path, tmp_path / f"{number:05d}.xml")
    both = [
        scratch.start("import_dossiers", folder, "--batch", 40, "--processes", 0)
        for folder in (dossiers, tmp_path)
    ]
    for process in both:
        _, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, err) == (0, "")
    assert contents(scratch) == undisturbed


def test_an_inscription_registered_while_its_person_arrives_does_not_wait_for_ever(scratch, tmp_path):
    scratch.execute(INSTITUTION)
    (tmp_path / "in.xml").write_bytes(messages.as_bytes(messages.answer(messages.dossier())))
    row = {"line": 0, "public_id": "00000000-0000-4000-8000-000000000001", "insz": messages.INSZ}
    row |= {"capacity": "leefloon", "valid_from": today().isoformat(), "reason": "proef"}
    row |= {"insz_hash": "00" * 32}
    with scratch.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT set_config('app.institution', '901', true)")
        cursor.execute(
            "SELECT outcome FROM persons_register_inscriptions(901, %s::jsonb)", [json.dumps([row])]
        )
        assert cursor.fetchone() == ("registered",)
        running = scratch.start("import_dossiers", tmp_path / "in.xml")
        until(lambda: scratch.rows(WAITS))
        assert running.poll() is None
        cursor.execute("COMMIT")
    _, err = running.communicate(timeout=PATIENCE)
    assert (running.returncode, err) == (0, "")
    assert scratch.rows("SELECT person_id IS NOT NULL FROM persons_inscription") == [(True,)]
    assert scratch.rows("SELECT last_name FROM persons_clientlistentry") == [("Peeters",)]


# Flooded

MEASURED = """
import os, re, sys, threading
import psutil
from kbi_portal import settings  # noqa: F401
import django
django.setup()
from pathlib import Path
from persons.services import reading
from persons.services.importing import import_dossiers

# What is read ahead fills with little input too; else a slow import of much input seems to grow.
reading.PIECES_AHEAD = 2
me, used, over = psutil.Process(), [], threading.Event()

def own_memory(process):
    # In bytes. Without the pages of libraries: how many of them count depends on what else runs on the machine.
    # Pages shared after a fork count once.
    rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss_Anon: *(\\d+) kB$", rollup, re.M)[1]) * 1024

def watch():
    while not over.wait(0.01):
        now = 0
        for process in [me, *me.children(recursive=True)]:
            try:
                now += own_memory(process)
            except (OSError, TypeError):
                pass  # it has just ended
        used.append(now // 2**20)

thread = threading.Thread(target=watch)
thread.start()
report = import_dossiers([Path(sys.argv[1])], allow_test=True, batch=100, processes=int(sys.argv[2]))
over.set()
thread.join()
print(report.read, report.new, report.set_aside, max(used), sorted(used)[len(used) * 95 // 100])
"""


def measured(scratch: Scratch, path: Path, processes: int) -> tuple[int, ...]:
    """Read, new, set aside; the most MiB that all processes of an import used together, at once and for a while.

    "For a while" is a twentieth of the time: on a busy machine a single moment can be tens of MiB higher.
    """
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, path, str(processes)],
        cwd=settings.BASE_DIR,
        env=scratch.environment | {"KBI_DB_ROLE": "owner", "DJANGO_SETTINGS_MODULE": "kbi_portal.settings"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return tuple(map(int, done.stdout.split()))


@pytest.fixture(scope="module")
def populations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small population and one five times as large."""
    folder = tmp_path_factory.mktemp("populations")
    population.write(300, 1, AS_OF, folder / "little")
    population.write(1500, 2, AS_OF, folder / "much")
    return folder


@pytest.mark.parametrize("processes", [0, 1])
def test_memory_does_not_grow_with_what_comes_in(scratch, populations, processes):
    assert measured(scratch, populations / "little", processes)[1] == 300
    *_, little = measured(scratch, populations / "little", processes)
    read, new, _, _, much = measured(scratch, populations / "much", processes)
    assert (read, new) == (1500, 1500)
    # Keeping every dossier would take 24 more.
    assert much < little + 12
    assert much < 200


MEGABYTE = 2**20
HEAD, _, TAIL = messages.as_bytes(messages.answer(messages.dossier())).partition(b"</Antwoorden>")
NOISE = {
    "random": lambda file: [file.write(os.urandom(MEGABYTE)) for _ in range(200)],
    "nothing but zeros": lambda file: file.truncate(200 * MEGABYTE),
    "one text": lambda file: [file.write(b"x" * MEGABYTE) for _ in range(200)],
    "one element that never ends": lambda file: (
        file.write(HEAD + b"<Antwoord><Inhoud><KBIDossier><Personalia>"),
        [file.write(b"<a>noise</a>" * (MEGABYTE // 12)) for _ in range(200)],
    ),
    "ever deeper": lambda file: (
        file.write(HEAD + b"<Antwoord>"),
        [file.write(b"<a>" * (MEGABYTE // 3)) for _ in range(200)],
    ),
}


@pytest.mark.parametrize("kind", NOISE)
def test_200_megabytes_of_noise_are_set_aside_in_little_memory(scratch, tmp_path, kind):
    (tmp_path / "1.xml").write_bytes(
        messages.as_bytes(messages.answer(messages.dossier(insz=messages.INSZ_2)))
    )
    with (tmp_path / "2.xml").open("wb") as file:
        NOISE[kind](file)
    assert (tmp_path / "2.xml").stat().st_size >= 200 * MEGABYTE - 2 * MEGABYTE
    (tmp_path / "3.xml").write_bytes(
        messages.as_bytes(messages.answer(messages.dossier(insz=messages.INSZ_BORN_2000)))
    )
    _, new, set_aside, peak, _ = measured(scratch, tmp_path, 1)
    # what stood before the noise in the same file is a good dossier
    assert (new, set_aside) == (3 if kind in ("one element that never ends", "ever deeper") else 2, 1)
    assert peak < 260


# What is said


def test_the_closing_line_counts_and_the_exit_code_tells(scratch, tmp_path):
    (tmp_path / "good.xml").write_bytes(messages.as_bytes(messages.answer(messages.dossier())))
    done = scratch.manage("import_dossiers", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "1 read: 1 new, 0 changed, 0 unchanged, 0 older than what was known, 0 set aside\n"
    wrong = tmp_path / "wrong.xml"
    wrong.write_bytes(messages.as_bytes(messages.answer(messages.dossier(insz="00630299892")), pretty=True))
    done = scratch.manage("import_dossiers", tmp_path)
    assert done.returncode == 3
    assert done.stdout == "2 read: 0 new, 0 changed, 1 unchanged, 0 older than what was known, 1 set aside\n"
    [line] = done.stderr.splitlines()
    assert line.startswith(f"set aside: {wrong}, line ")
    assert "at KBIDossier/Personalia/INSZ: bad_insz: " in line
    assert "00630299892" not in line


def test_without_the_setting_test_numbers_are_set_aside(scratch, tmp_path):
    (tmp_path / "a.xml").write_bytes(messages.as_bytes(messages.answer(messages.dossier())))
    done = scratch.manage("import_dossiers", tmp_path, KBI_ALLOW_TEST_NUMBERS="off", KBI_DEMO="off")
    assert done.returncode == 3
    assert "bad_insz: a test number" in done.stderr
    assert persons_in(scratch) == 0


def test_the_web_role_brings_no_dossiers_in(scratch, tmp_path):
    (tmp_path / "a.xml").write_bytes(messages.as_bytes(messages.answer(messages.dossier())))
    done = scratch.manage("import_dossiers", tmp_path, KBI_DB_ROLE="web")
    assert done.returncode == 1
    assert "Only the owner" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.xml"], "Not found, nothing was read: nowhere.xml."),
        ([__file__, "--batch=0"], "--batch must be at least 1"),
        ([__file__, "--processes=-1"], "--processes must lie between"),
    ],
)
def test_arguments_that_make_no_sense_are_answered_in_words(arguments, says):
    with pytest.raises(CommandError, match=says):
        call_command("import_dossiers", *arguments)


def test_a_database_that_goes_away_is_told_without_what_was_in_it(monkeypatch):
    def gone(*_: object, **__: object) -> None:
        raise OperationalError("server closed the connection\nDETAIL: 91610100176")

    monkeypatch.setattr(import_dossiers, "import_dossiers", gone)
    with pytest.raises(CommandError) as found:
        call_command("import_dossiers", __file__)
    assert "Broken off: server closed the connection" in str(found.value)
    assert "91610100176" not in str(found.value)


def test_reading_ahead_ends_its_processes_when_it_is_left_early(dossiers):
    before = set(psutil.Process().children(recursive=True))
    with contextlib.closing(read([dossiers], allow_test=True, rule=DEFAULT_RULE, processes=2)) as found:
        next(found)
        started = [
            child
            for child in set(psutil.Process().children(recursive=True)) - before
            if "spawn_main" in " ".join(child.cmdline())
        ]
        assert len(started) == 2
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in started)


def test_reading_with_processes_gives_what_reading_without_gives(dossiers):
    options = {"allow_test": True, "rule": DEFAULT_RULE}
    here = sorted(read([dossiers], **options, processes=0))
    there = sorted(read([dossiers], **options, processes=2))
    assert here == there
    assert len(here) > PERSONS


def test_little_is_read_without_processes_and_much_with(dossiers, monkeypatch):
    def told(*_: object) -> None:
        raise ReadingBroken

    monkeypatch.setattr("persons.services.reading._Readers", told)
    little = sorted((dossiers / "02").rglob("*.xml"))[:20]
    assert len(list(read(little, allow_test=True, rule=DEFAULT_RULE))) == 20
    with pytest.raises(ReadingBroken):
        list(read([dossiers], allow_test=True, rule=DEFAULT_RULE))


# Client lists


@pytest.mark.django_db
def test_client_lists_are_registered_for_the_institution_named(tmp_path, capsys):
    factories.institution("OCMW Proefstad", kbo_number="0999010126")
    path = tmp_path / "list.csv"
    day = today()
    path.write_text(
        f"insz,capacity,valid_from,valid_until,reason\n{messages.INSZ},leefloon,{day},,proef\n"
        f"00630299892,leefloon,{day},,proef\n"
    )
    with pytest.raises(SystemExit) as ended, factories.owner():
        call_command("import_clients", str(path), "--institution", "0999.010.126")
    assert ended.value.code == 3
    out, err = capsys.readouterr()
    assert out == "2 rows for OCMW Proefstad: 1 registered, 0 were there, 1 wrong (read as UTF-8, commas)\n"
    assert err == "list.csv, line 3, insz: Not an INSZ: the check digits do not match.\n"


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["0999010126", "", "zzz"])
def test_a_client_list_for_nobody_is_refused(tmp_path, number):
    with pytest.raises(CommandError, match="No active institution has KBO number"):
        call_command("import_clients", str(tmp_path / "list.csv"), "--institution", number)


@pytest.mark.django_db
def test_a_client_list_that_is_not_there_is_refused(tmp_path):
    factories.institution("OCMW Proefstad", kbo_number="0999010126")
    with pytest.raises(CommandError, match=r"list\.csv: no such file; nothing was registered"):
        call_command("import_clients", str(tmp_path / "list.csv"), "--institution", "0999010126")
