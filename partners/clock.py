"""The clock: jobs that run by themselves, each on its own rhythm, in one process (`manage.py work`).

Jobs are in lanes. A lane runs its jobs one after the other, with one connection; lanes run beside each other, so that a
job that takes minutes does not keep those of every minute waiting. Of several processes one at a time runs a lane: the
one that has its advisory lock. The lock belongs to the connection on which the jobs run, so who loses it loses its work
too, and the process that waits goes on. A connection that broke is made anew.

Nothing waits for the clock: jobs are short transactions, and give up after `LOCK_WAIT` where they cannot get a lock.
"""

from __future__ import annotations

import contextlib
import datetime
import logging
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg2
from django.db import Error, connection

from .faults import fault
from .heartbeats import OUTCOME_LENGTH
from .models import Heartbeat
from .periods import BRUSSELS

LOGGER = logging.getLogger("kbi.clock")
# The first half of the advisory locks of the lanes; the other half is the number of the lane.
LOCK = 7050803
LOCK_WAIT = "2s"
# Seconds between two looks at what is due, and how long a stopped clock waits for the jobs that it cancelled.
PAUSE, GRACE = 2, 10
# A job that failed or was broken off runs again after this long, or at its own rhythm where that is shorter.
RETRY = datetime.timedelta(minutes=5)
DAY = datetime.timedelta(days=1)


class NotNow(Exception):
    """A job cannot do its work now. The message says why, and has no value of a person: it goes to the log."""


@dataclass(frozen=True)
class Job:
    """Work that comes back.

    `run` returns in words what it did: counts, never a value of a person. It must bear being killed at any moment, and
    running beside the command that does the same. It is due each `every`, or once a day after the hour `at` in
    Brussels. Without a success in `late_after` the job is late.
    """

    name: str
    run: Callable[[], str]
    late_after: datetime.timedelta
    every: datetime.timedelta = DAY
    at: datetime.time | None = None

    def is_due(self, now: datetime.datetime, last: Heartbeat | None) -> bool:
        """Return True if it should run at `now`, after its last run."""
        if last is None:
            return True
        if last.succeeded_at is None or last.succeeded_at < last.begun_at:
            return now >= last.begun_at + min(self.every, RETRY)
        if self.at is None:
            return now >= last.begun_at + self.every
        return last.begun_at < _latest(self.at, now)


def _latest(at: datetime.time, now: datetime.datetime) -> datetime.datetime:
    """The last moment not after `now` at which it was this hour in Brussels."""
    day = now.astimezone(BRUSSELS).date()
    moment = datetime.datetime.combine(day, at, BRUSSELS)
    return moment if moment <= now else datetime.datetime.combine(day - DAY, at, BRUSSELS)


@dataclass(frozen=True)
class Run:
    """What became of a job: the words of its outcome, or of the fault."""

    job: str
    words: str
    failed: bool


class Lane:
    """Jobs that run one after the other, in one process at a time. Used by one thread, but for `cancel`."""

    def __init__(self, number: int, jobs: Sequence[Job]) -> None:
        self.jobs = jobs
        self._number = number
        self._link: Any = None  # the psycopg2 connection that has the lock
        self._is_cancelled = False

    def turn(self) -> list[Run] | None:
        """Run the jobs that are due; return what became of them, or None while another process runs this lane.

        What a job raises is logged and stored, and the others go on. After a job that lost the connection, and the lock
        with it, they wait for the next turn; only its heartbeat is still written. Raises django.db.Error when the
        database is away.
        """
        runs: list[Run] = []
        try:
            if not self._has_lock():
                return None
            for job in self._due():
                if self._is_cancelled or connection.connection is not self._link:
                    break
                runs.append(self._run(job))
            return runs
        except Error:
            self.release()
            raise

    def release(self) -> None:
        """Close the connection, and let another process run this lane."""
        self._link = None
        connection.close()

    def cancel(self) -> None:
        """Break off what runs, from another thread, and begin nothing more. The transaction is rolled back."""
        self._is_cancelled = True
        if self._link is not None:
            with contextlib.suppress(psycopg2.Error):  # of a connection that is gone
                self._link.cancel()

    def _has_lock(self) -> bool:
        """Take the lock, unless this connection has it already."""
        if self._link is not None and connection.connection is self._link:
            return True
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_WAIT])
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, self._number])
            [is_mine] = cursor.fetchone()
        if is_mine:
            self._link = connection.connection
            # What no one runs any more is not late.
            Heartbeat.objects.filter(lane=self._number).exclude(
                job__in=[job.name for job in self.jobs]
            ).delete()
        return bool(is_mine)

    def _due(self) -> list[Job]:
        """The jobs that are due by the clock of the database."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            [now] = cursor.fetchone()
        last = Heartbeat.objects.in_bulk([job.name for job in self.jobs])
        return [job for job in self.jobs if job.is_due(now, last.get(job.name))]

    def _run(self, job: Job) -> Run:
        _begin(job, self._number)
        try:
            outcome = job.run()
        except Exception as error:
            if self._is_cancelled:
                return Run(job.name, "broken off", failed=True)
            words = _report(job, error, secrets.token_hex(4))
            return Run(job.name, words, failed=True)
        _succeed(job, outcome)
        return Run(job.name, outcome, failed=False)


def _begin(job: Job, lane: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO partners_heartbeat (job, lane, begun_at, late_at, outcome, fault, reference)"
            " VALUES (%s, %s, clock_timestamp(), clock_timestamp() + make_interval(secs => %s), '', '', '')"
            " ON CONFLICT (job) DO UPDATE SET lane = excluded.lane, begun_at = excluded.begun_at",
            [job.name, lane, job.late_after.total_seconds()],
        )


def _succeed(job: Job, outcome: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE partners_heartbeat SET succeeded_at = clock_timestamp(),"
            " late_at = clock_timestamp() + make_interval(secs => %s),"
            " outcome = %s, fault = '', reference = '' WHERE job = %s",
            [job.late_after.total_seconds(), outcome[:OUTCOME_LENGTH], job.name],
        )


def _report(job: Job, error: Exception, reference: str) -> str:
    """Log a failure, store it, and return its words. Raises django.db.Error when the connection is gone."""
    if isinstance(error, NotNow):
        words = str(error)
        LOGGER.error("The job %s could not run (reference %s): %s", job.name, reference, words)
    else:
        words = fault(error)
        LOGGER.error("The job %s failed (reference %s).", job.name, reference, exc_info=error)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE partners_heartbeat SET fault = %s, reference = %s WHERE job = %s",
            [words[:OUTCOME_LENGTH], reference, job.name],
        )
    return words


class Clock:
    """Runs lanes until it is stopped, each in a thread of its own."""

    def __init__(self, lanes: Mapping[str, Lane]) -> None:
        self._lanes = lanes
        self._stop = threading.Event()

    def stop(self, *_: object) -> None:
        """End as soon as possible. For a signal handler too."""
        self._stop.set()

    def run(self) -> None:
        """Run until `stop`. Then statements that run are cancelled; a job that still computes ends with the process."""
        threads = [
            threading.Thread(target=self._loop, args=(name, lane), name=name, daemon=True)
            for name, lane in self._lanes.items()
        ]
        for thread in threads:
            thread.start()
        self._stop.wait()
        for lane in self._lanes.values():
            lane.cancel()
        for thread in threads:
            thread.join(GRACE)

    def _loop(self, name: str, lane: Lane) -> None:
        state = ""
        while not self._stop.is_set():
            before = state
            try:
                state = "waits: another process runs these jobs" if lane.turn() is None else "runs"
            except Error as error:
                state = f"waits for the database: {type(error).__name__}"
            except Exception:
                # Whatever it is, the lane goes on.
                LOGGER.exception("The lane %s of the clock broke off.", name)
            if state != before and (before or state != "runs"):
                LOGGER.info("The lane %s of the clock %s.", name, state)
            self._stop.wait(PAUSE)
        lane.release()
