"""The clock: what is due, one process at a time, and a fault in one job that leaves the others alone."""

from __future__ import annotations

import datetime
import logging

import pytest
from django.db import Error, ProgrammingError, connection, transaction

from kbi_portal.logging import NoPersonFilter
from partners.clock import DAY, LOCK, RETRY, Job, Lane, NotNow, Run
from partners.models import Heartbeat
from partners.periods import BRUSSELS
from tests.consultations.sealing import working_on
from tests.waiting import until

MINUTE = datetime.timedelta(minutes=1)
NOON = datetime.datetime(2026, 11, 25, 12, tzinfo=BRUSSELS)
ONE = datetime.time(1)


def job(name: str = "proef", run=lambda: "done", **fields) -> Job:
    return Job(name, run, **{"late_after": 10 * MINUTE, "every": MINUTE} | fields)


def beat(begun: datetime.datetime, *, succeeded: bool = True) -> Heartbeat:
    return Heartbeat(job="proef", begun_at=begun, succeeded_at=begun if succeeded else begun - MINUTE)


@pytest.mark.parametrize(
    ("each", "last", "is_due"),
    [
        (job(), None, True),
        (job(), beat(NOON - MINUTE), True),
        (job(), beat(NOON - MINUTE / 2), False),
        # Failed or broken off: at its own rhythm, or after a while where that is longer.
        (job(), beat(NOON - MINUTE, succeeded=False), True),
        (job(every=DAY), beat(NOON - RETRY, succeeded=False), True),
        (job(every=DAY), beat(NOON - RETRY + MINUTE, succeeded=False), False),
        (job(every=DAY, at=ONE), beat(NOON - RETRY, succeeded=False), True),
        # Once a day after one o'clock, also when the clock stood still at that hour.
        (job(every=DAY, at=ONE), beat(NOON.replace(hour=1, minute=1)), False),
        (job(every=DAY, at=ONE), beat(NOON.replace(hour=0, minute=59)), True),
        (job(every=DAY, at=ONE), beat(NOON - 30 * DAY), True),
        (job(every=DAY, at=datetime.time(13)), beat(NOON - DAY), True),
        (job(every=DAY, at=datetime.time(13)), beat(NOON - DAY / 2), False),
    ],
)
def test_what_is_due(each, last, is_due):
    assert each.is_due(NOON, last) is is_due


class Lines(logging.Handler):
    """The lines that the portal's handlers would write."""

    def __init__(self) -> None:
        super().__init__()
        self.addFilter(NoPersonFilter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture
def lines(monkeypatch) -> list[str]:
    handler = Lines()
    monkeypatch.setattr(logging.getLogger("kbi"), "handlers", [handler])
    return handler.lines


def broken() -> str:
    raise ValueError("Abdulahi, Hodan 91610100176")


def refused() -> str:
    raise NotNow("an import is at work")


@pytest.mark.django_db
def test_a_job_that_fails_is_logged_with_a_reference_and_the_others_go_on(as_owner, lines):
    with as_owner():
        lane = Lane(91, [job("broken", broken), job("refused", refused), job("sound")])
        first, second, third = lane.turn()
        assert (first.failed, second, third) == (
            True,
            Run("refused", "an import is at work", True),
            Run("sound", "done", False),
        )
        stored = {beat.job: beat for beat in Heartbeat.objects.all()}
        # Nothing is due yet, the failed ones neither.
        assert lane.turn() == []
    assert stored["broken"].fault.startswith("ValueError at tests/partners/test_clock.py:")
    assert (stored["broken"].succeeded_at, stored["broken"].outcome) == (None, "")
    assert stored["refused"].fault == "an import is at work"
    assert (stored["sound"].outcome, stored["sound"].fault) == ("done", "")
    assert len(lines) == 2
    assert f"broken failed (reference {stored['broken'].reference})" in lines[0]
    assert f"(reference {stored['refused'].reference}): an import is at work" in lines[1]
    assert not any(
        word in str([lines, first, stored["broken"].fault]) for word in ("Abdulahi", "91610100176")
    )


@pytest.mark.django_db
def test_a_job_that_failed_runs_again_and_its_fault_goes(as_owner, lines):
    answers = iter([broken, lambda: "mended"])
    with as_owner():
        lane = Lane(91, [job("proef", lambda: next(answers)())])
        assert lane.turn()[0].failed
        Heartbeat.objects.update(begun_at=datetime.datetime.now(datetime.UTC) - MINUTE)
        assert lane.turn() == [Run("proef", "mended", False)]
        stored = Heartbeat.objects.get()
    assert (stored.outcome, stored.fault, stored.reference) == ("mended", "", "")
    assert stored.late_at > stored.succeeded_at


@pytest.mark.django_db
def test_a_job_that_no_one_runs_any_more_is_not_late(as_owner):
    with as_owner():
        Lane(91, [job("old"), job("kept")]).turn()
        Lane(92, [job("other")]).turn()
        Lane(91, [job("kept")]).turn()
        assert sorted(Heartbeat.objects.values_list("job", flat=True)) == ["kept", "other"]


@pytest.mark.django_db
def test_one_process_at_a_time_runs_a_lane_and_the_next_takes_over(scratch):
    """The lock belongs to the connection: it is free as soon as that breaks, and so is the work."""
    with working_on(scratch):
        with scratch.cursor() as other:
            other.execute("SELECT pg_advisory_lock(%s, 91)", [LOCK])
            lane = Lane(91, [job()])
            assert lane.turn() is None
            assert not Heartbeat.objects.exists()
            assert Lane(92, [job("other")]).turn() == [Run("other", "done", False)]
        # The server notices a moment later that the connection is closed.
        until(lambda: lane.turn() == [Run("proef", "done", False)])
        with scratch.cursor() as other:
            other.execute("SELECT pg_try_advisory_lock(%s, 91)", [LOCK])
            assert other.fetchone() == (False,)


@pytest.mark.django_db
def test_a_connection_that_breaks_is_made_anew_with_its_lock(scratch, lines):
    def cut() -> str:
        scratch.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return "never"

    with working_on(scratch):
        lane = Lane(91, [job("cut", cut), job("after")])
        with pytest.raises(Error):
            lane.turn()
        assert len(lines) == 1
        # The one that was broken off waits its minute; the lane has its lock and goes on.
        assert lane.turn() == [Run("after", "done", False)]
        assert scratch.rows(
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.objid = 91"
        ) == [(1,)]
        scratch.execute("UPDATE partners_heartbeat SET begun_at = begun_at - interval '5 minutes'")
        with pytest.raises(Error):
            lane.turn()


@pytest.mark.django_db
def test_jobs_after_one_that_lost_the_connection_wait_for_the_lock(scratch):
    def lose() -> str:
        connection.close()
        return "done"

    with working_on(scratch):
        lane = Lane(91, [job("lose", lose), job("after")])
        assert lane.turn() == [Run("lose", "done", False)]
        # The server notices a moment later that the first connection is closed.
        until(lambda: lane.turn() == [Run("after", "done", False)])


@pytest.mark.django_db
def test_a_lane_that_is_cancelled_ends_what_runs_and_begins_nothing_more(scratch):
    """The statement is rolled back, and nothing is stored as a fault."""
    with working_on(scratch):

        def slow() -> str:
            lane.cancel()  # As from another thread: it takes effect at the next statement.
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.01)")
            raise NotNow("broken off")

        lane = Lane(91, [job("slow", slow), job("after")])
        assert lane.turn() == [Run("slow", "broken off", True)]
        assert list(Heartbeat.objects.values_list("job", "fault")) == [("slow", "")]


@pytest.mark.django_db
def test_the_web_role_reads_the_heartbeats_and_writes_none(as_owner):
    with as_owner():
        Lane(91, [job()]).turn()
    assert Heartbeat.objects.count() == 1
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Heartbeat.objects.all().delete()
