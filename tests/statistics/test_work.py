"""`manage.py work` as processes: what it does, started twice, killed, stopped, and with a server that goes away."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from statistics import jobs
from tests.consultations.sealing import working_on
from tests.scratch import Scratch, url
from tests.waiting import PATIENCE, until

pytestmark = [pytest.mark.django_db, pytest.mark.process]

ALL = [
    "careful_reports",
    "clean_up",
    "count_clients",
    "partitions",
    "publish",
    "remove_dossiers",
    "roll_up",
    "seal_log",
    "verify_log",
]
SUCCEEDED = (
    "SELECT job FROM partners_heartbeat"
    " WHERE succeeded_at >= begun_at AND succeeded_at > now() - interval '1 day' ORDER BY 1"
)


def beats(scratch: Scratch, sql: str = SUCCEEDED) -> list:
    return [job for (job,) in scratch.rows(sql)]


def age(scratch: Scratch) -> None:
    """Let every job be due again."""
    scratch.execute(
        "UPDATE partners_heartbeat SET begun_at = begun_at - interval '2 days',"
        " succeeded_at = succeeded_at - interval '2 days'"
    )


@contextmanager
def clock(scratch: Scratch) -> Iterator[subprocess.Popen[str]]:
    """A clock that runs, as the owner; killed at the end if it is there still."""
    process = scratch.start("work")
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_once_runs_what_is_due_and_ends(scratch, settings):
    scratch.log("now()")
    first = scratch.manage("work", "--once")
    assert first.returncode == 0, first.stderr
    assert [line.partition(":")[0] for line in first.stdout.splitlines()] == [
        "roll_up", "seal_log", "partitions", "verify_log", "count_clients", "careful_reports",
        "publish", "clean_up", "remove_dossiers",
    ]  # fmt: skip
    assert "roll_up: 1 row rolled up" in first.stdout
    assert "seal_log: 1 row sealed" in first.stdout
    assert "verify_log: 1 row verified, 0 findings" in first.stdout
    assert "remove_dossiers: 0 dossiers removed" in first.stdout
    assert beats(scratch) == ALL
    again = scratch.manage("work", "--once")
    assert (again.returncode, again.stdout) == (0, "")
    age(scratch)
    assert len(scratch.manage("work", "--once").stdout.splitlines()) == len(ALL)


def test_the_weekly_mail_is_a_job_where_mail_is_sent(settings):
    settings.KBI_SENDS_MAIL = True
    assert "send_weekly" in [job.name for lane in jobs.lanes().values() for job in lane.jobs]


def test_a_job_that_fails_ends_with_code_1_and_the_others_run(scratch, tmp_path):
    """The folder of seals is a file."""
    folder = tmp_path / "seals"
    folder.write_text("")
    run = scratch.manage("work", "--once", KBI_SEAL_FOLDER=str(folder))
    assert run.returncode == 1
    assert "Failed: seal_log." in run.stderr
    assert "The job seal_log could not run (reference " in run.stderr
    assert beats(scratch) == [name for name in ALL if name != "seal_log"]
    [(fault, reference)] = scratch.rows("SELECT fault, reference FROM partners_heartbeat WHERE fault <> ''")
    assert fault in run.stderr
    assert reference in run.stderr


def test_a_log_that_was_changed_is_reported_once_a_night(scratch):
    scratch.log("now()")
    assert scratch.manage("work", "--once").returncode == 0
    with scratch.cursor("superuser") as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE consultations_consultation SET target = 'other'")
    age(scratch)
    run = scratch.manage("work", "--once")
    assert run.returncode == 0
    assert "The log was changed: 1 row verified, 1 findings." in run.stderr
    assert scratch.rows(
        "SELECT findings FROM consultations_verification ORDER BY verified_at DESC LIMIT 1"
    ) == [(1,)]


def test_it_works_as_the_owner_only(settings):
    settings.ROLE = "web"
    with pytest.raises(CommandError, match="KBI_DB_ROLE=owner"):
        call_command("work", "--once")


def test_started_twice_the_second_takes_over_when_the_first_is_killed(scratch):
    with clock(scratch) as first:
        until(lambda: beats(scratch) == ALL)
        once = scratch.manage("work", "--once")
        assert once.returncode == 0
        assert (
            once.stdout == "Another process runs the steady jobs.\nAnother process runs the nightly jobs.\n"
        )
        with clock(scratch) as second:
            until(lambda: len(clients(scratch)) == 4)
            first.kill()
            age(scratch)
            until(lambda: beats(scratch) == ALL)
            assert second.poll() is None


def clients(scratch: Scratch) -> list:
    """The connections to the database of a test, besides the one that asks."""
    return scratch.rows(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_also_in_the_middle_of_a_job(scratch, signum):
    """The statement is cancelled and rolled back; the next clock does the work."""
    with clock(scratch) as process:
        until(lambda: beats(scratch) == ALL)
        with block(scratch):
            scratch.log("now()")
            age(scratch)
            until(lambda: waiting(scratch))
            process.send_signal(signum)
            _out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, err
    assert scratch.rows("SELECT sum(number) FROM statistics_dailycount") == [(None,)]
    scratch.execute("UPDATE partners_heartbeat SET begun_at = begun_at - interval '1 day'")
    assert "roll_up: 1 row rolled up" in scratch.manage("work", "--once").stdout


def test_killed_in_the_middle_of_a_job_the_next_one_does_it(scratch):
    with clock(scratch) as process:
        until(lambda: beats(scratch) == ALL)
        with block(scratch):
            scratch.log("now()")
            age(scratch)
            until(lambda: waiting(scratch))
            process.kill()
            process.communicate()
            until(lambda: not waiting(scratch))
    with clock(scratch):
        # It began a moment ago and did not succeed: it is due within the minute.
        scratch.execute("UPDATE partners_heartbeat SET begun_at = begun_at - interval '1 minute'")
        until(lambda: "roll_up" in beats(scratch))
    assert scratch.rows("SELECT sum(number) FROM statistics_dailycount") == [(1,)]


@contextmanager
def block(scratch: Scratch) -> Iterator[None]:
    """Keep the roll-up waiting, as another run of it would. The clock gives up after two seconds, and tries again."""
    with closing(psycopg2.connect(scratch.url("owner"))) as link, link.cursor() as cursor:
        cursor.execute("SELECT FROM statistics_watermark FOR UPDATE")
        yield


def waiting(scratch: Scratch) -> list:
    return scratch.rows(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        " AND query LIKE '%%statistics_roll_up%%'"
    )


def test_a_server_that_goes_away_is_waited_for(scratch):
    """As in a restart of PostgreSQL: every connection is ended, and none is made for a while."""
    with clock(scratch) as process:
        until(lambda: beats(scratch) == ALL)
        with closing(psycopg2.connect(url("superuser", "postgres"))) as link:
            link.autocommit = True
            with link.cursor() as cursor:
                cursor.execute(f"ALTER DATABASE {scratch.name} ALLOW_CONNECTIONS false")
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    [scratch.name],
                )
                until(lambda: "waits for the database" in line(process))
                assert process.poll() is None
                cursor.execute(f"ALTER DATABASE {scratch.name} ALLOW_CONNECTIONS true")
        age(scratch)
        until(lambda: beats(scratch) == ALL)


def line(process: subprocess.Popen[str]) -> str:
    """The next line of its log."""
    return process.stderr.readline()


def test_no_page_waits_for_a_job(scratch):
    """Each job holds all its locks, because its transaction is open still. A look is logged meanwhile, a list read."""
    scratch.log("now()")
    scratch.execute(
        "INSERT INTO kbi_portal_cache (cache_key, value, expires) VALUES ('old', '', now() - interval '1 day')"
    )
    with working_on(scratch), closing(psycopg2.connect(scratch.url("web"))) as page:
        page.autocommit = True
        with page.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1ms'")
            for lane in jobs.lanes().values():
                for job in lane.jobs:
                    with transaction.atomic():
                        job.run()
                        cursor.execute(
                            "INSERT INTO consultations_consultation (id, at, kind, channel, outcome)"
                            " VALUES (gen_random_uuid(), now(), 'list', 'portal', 'aborted')"
                        )
                        cursor.execute("SELECT count(*) FROM persons_clientlistentry")
                        cursor.execute(
                            "INSERT INTO django_session (session_key, session_data, expire_date)"
                            " VALUES (%s, '', now())",
                            [job.name],
                        )
