"""Databases beside the test database, for tests with several connections or processes of their own.

A database is cloned from a template: the test database as it was before the first test. Their names tell the process
that made them: `conftest` drops what a killed run left behind.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings

from consultations.handing_over import hand_over
from demo import postgres

_numbers = itertools.count(1)


ADDRESSES = {"web": "DATABASE_URL", "owner": "KBI_DB_OWNER_URL", "superuser": "KBI_DB_SUPERUSER_URL"}


def url(role: str, database: str, server: postgres.Server | None = None) -> str:
    """The address of `database` for `web`, `owner` or `superuser`, on the server of all tests unless one is named."""
    if server:
        return server.url(postgres.SUPERUSER if role == "superuser" else f"kbi_{role}", database)
    address, question, options = os.environ[ADDRESSES[role]].partition("?")
    return f"{address.rpartition('/')[0]}/{quote(database)}{question}{options}"


def hand_over_log(database: str, server: postgres.Server | None = None) -> None:
    """Give the log of a migrated database to `kbi_log`."""
    with closing(psycopg2.connect(url("superuser", database, server))) as link, link, link.cursor() as cursor:
        hand_over(cursor)


def create_database(
    label: str = "", template: str = "template1", server: postgres.Server | None = None
) -> str:
    """Make an empty database, or a clone of `template`, which must have no connections; returns its name."""
    name = f"scratch_{os.getpid()}_{label or next(_numbers)}"
    _as_maker(
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}" TEMPLATE "{template}"',
        server=server,
    )
    # Rights on a database are not cloned with it.
    postgres.set_rights(url("superuser", name, server))
    return name


def drop_database(name: str, server: postgres.Server | None = None) -> None:
    """Drop a database; wait until the server's own work in it (autovacuum) has ended."""
    for attempt in range(40):
        try:
            return _as_maker(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', server=server)
        except (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ObjectInUse):
            if attempt == 39:
                raise
            time.sleep(0.25)


def _as_maker(*statements: str, server: postgres.Server | None) -> None:
    with closing(psycopg2.connect(url("owner", "postgres", server))) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


@dataclass(frozen=True)
class Scratch:
    """A database of one test's own, migrated and empty, and commands that run on it as in production."""

    name: str
    server: postgres.Server | None = None

    def url(self, role: str) -> str:
        """The address of this database for `web` or `owner`."""
        return url(role, self.name, self.server)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process that works on this database."""
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("KBI_", "DATABASE", "DJANGO_"))
        }
        return kept | {
            "DATABASE_URL": self.url("web"),
            "KBI_DB_OWNER_URL": self.url("owner"),
            "KBI_SECRET_KEY": "only-for-scratch-databases-" + "x" * 40,
            "KBI_INSZ_KEY": settings.KBI_INSZ_KEY,
            "KBI_ALLOW_TEST_NUMBERS": "on",
            "KBI_DEMO": "on",
            "KBI_STATIC_ROOT": str(settings.STATIC_ROOT),
        }

    def start(self, *arguments: object, **environment: str) -> subprocess.Popen[str]:
        """`manage.py arguments…` as a process of its own, not waited for."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=settings.BASE_DIR,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def manage(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        """`manage.py arguments…`, waited for; the caller looks at its exit code."""
        process = self.start(*arguments, **environment)
        try:
            out, err = process.communicate(timeout=300)
        except BaseException:
            process.kill()
            process.communicate()
            raise
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    @contextmanager
    def cursor(self, role: str = "owner") -> Iterator[psycopg2.extensions.cursor]:
        """A cursor of a connection of its own, as web, owner or superuser; each statement is committed by itself."""
        with closing(psycopg2.connect(self.url(role))) as link:
            link.autocommit = True
            with link.cursor() as cursor:
                if role == "owner":
                    cursor.execute("SET app.owner_work = 'on'")
                yield cursor

    def execute(self, sql: str) -> None:
        """Run a statement as the owner."""
        with self.cursor() as cursor:
            cursor.execute(sql)

    def log(self, at: str) -> None:
        """Append a row dated `at` (an SQL expression) to the log, as the owner."""
        with self.cursor() as cursor:
            cursor.execute(
                "INSERT INTO consultations_consultation (id, at, kind, channel, outcome)"
                f" VALUES (gen_random_uuid(), {at}, 'file', 'portal', 'shown')"
            )

    def rows(self, sql: str, *params: object) -> list[tuple]:
        """What the owner reads."""
        with self.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()


@contextmanager
def _migrated(server: postgres.Server | None) -> Iterator[str]:
    """The name of a migrated database without connections, to clone."""
    name = create_database("template", server=server)
    migration = Scratch(name, server).manage("migrate", "--no-input", "-v0")
    assert migration.returncode == 0, migration.stderr
    hand_over_log(name, server)
    yield name
    drop_database(name, server)


@contextmanager
def clone(template: str, server: postgres.Server | None = None) -> Iterator[Scratch]:
    """A copy of the database `template`, which is dropped at the end."""
    name = create_database(template=template, server=server)
    yield Scratch(name, server)
    drop_database(name, server)


@contextmanager
def upgraded(label: str, before: dict[str, str], rows: str) -> Iterator[Scratch]:
    """A database that got `rows` (SQL) in an earlier state and was migrated since; dropped at the end.

    `before` has the number of the last migration of each app in that state. One database takes tens of seconds: give it
    a fixture of module scope, and tests that only read it.
    """
    name = create_database(label)
    try:
        database = Scratch(name)
        for app, migration in before.items():
            step = database.manage("migrate", app, migration, "-v0")
            assert step.returncode == 0, step.stderr
        database.execute(rows)
        step = database.manage("migrate", "--no-input", "-v0", "--skip-checks")
        assert step.returncode == 0, step.stderr
        hand_over_log(name)
        yield database
    finally:
        drop_database(name)


@pytest.fixture
def scratch(django_db_setup: str) -> Iterator[Scratch]:
    """A migrated database of this test's own; see `Scratch`."""
    with clone(django_db_setup) as scratch:
        yield scratch


@pytest.fixture(scope="session")
def idle_server() -> Iterator[postgres.Server | None]:
    """A server on which nothing runs but the test: no other test process, no autovacuum.

    On a server of one's own it is None, the shared server: run the tests that need this one alone then (`-n 0`).
    """
    # The settings of the tests name the embedded server in DATABASE_URL too.
    if os.environ["DATABASE_URL"] != postgres.server().url("kbi_web"):
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="kbi-", dir="/tmp"))
    folder.chmod(0o755)  # the account that PostgreSQL runs under has to enter it
    with pytest.MonkeyPatch.context() as environment:
        settings_of_tests = os.environ.get("KBI_PG_SETTINGS", "")
        environment.setenv("KBI_PG_SETTINGS", f"{settings_of_tests} autovacuum=off")
        server = postgres.ensure_running(folder / "data" / "postgres")
    yield server
    server.clean()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def idle_template(idle_server: postgres.Server | None) -> Iterator[str]:
    """A migrated database on the idle server; see `scratch_on_idle_server`."""
    with _migrated(idle_server) as name:
        yield name


@pytest.fixture
def scratch_on_idle_server(idle_template: str, idle_server: postgres.Server | None) -> Iterator[Scratch]:
    """A migrated database of this test's own, for tests that depend on which transactions the server runs."""
    with clone(idle_template, idle_server) as scratch:
        yield scratch
