"""Databases beside the test database, for tests with several connections or processes of their own.

A database is cloned from a template that is migrated once for each test run. Their names tell the process that made
them: `conftest` drops what a killed run left behind.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import psycopg2
import pytest
from django.apps import apps
from django.conf import settings

from consultations.handing_over import hand_over
from kbi_portal import postgres

_numbers = itertools.count(1)


def url(role: str, database: str) -> str:
    """The address of `database` on the server of this test run, for `web` or `owner`."""
    given = os.environ.get("DATABASE_URL" if role == "web" else "KBI_DB_OWNER_URL")
    if given:
        address, question, options = given.partition("?")
        return f"{address.rpartition('/')[0]}/{quote(database)}{question}{options}"
    config = settings.DATABASES["default"]
    return f"postgresql://kbi_{role}@{quote(config['HOST'], safe='')}:{config['PORT']}/{quote(database)}"


def superuser_url(database: str) -> str:
    """The address of `database` for a superuser: only that one may hand the log over."""
    address = os.environ.get("KBI_DB_SUPERUSER_URL")
    if address:
        return f"{address.rpartition('/')[0]}/{quote(database)}"
    return postgres.server().url(postgres.SUPERUSER, database)


def hand_over_log(database: str) -> None:
    """Give the log of a migrated database to `kbi_log`."""
    with closing(psycopg2.connect(superuser_url(database))) as link, link, link.cursor() as cursor:
        hand_over(cursor, apps.get_app_config("consultations"))


def create_database(label: str = "", template: str = "template1") -> str:
    """Make an empty database (or a clone of `template`, which nobody may be using) and answer its name."""
    name = f"scratch_{os.getpid()}_{label or next(_numbers)}"
    _as_maker(
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}" TEMPLATE "{template}"',
        # Rights on a database are not cloned with it.
        f'REVOKE TEMPORARY ON DATABASE "{name}" FROM PUBLIC',
    )
    return name


def drop_database(name: str) -> None:
    """Drop a database; what the server itself still does in it (autovacuum) is waited for."""
    for attempt in range(40):
        try:
            return _as_maker(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        except (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ObjectInUse):
            if attempt == 39:
                raise
            time.sleep(0.25)


def _as_maker(*statements: str) -> None:
    with closing(psycopg2.connect(url("owner", "postgres"))) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


@dataclass(frozen=True)
class Scratch:
    """A database of one test's own, migrated and empty, and commands that run on it as in production."""

    name: str

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process that works on this database."""
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("KBI_", "DATABASE", "DJANGO_"))
        }
        return kept | {
            "DATABASE_URL": url("web", self.name),
            "KBI_DB_OWNER_URL": url("owner", self.name),
            "KBI_SECRET_KEY": "only-for-scratch-databases-" + "x" * 40,
            "KBI_ALLOW_TEST_NUMBERS": "on",
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
        address = superuser_url(self.name) if role == "superuser" else url(role, self.name)
        with closing(psycopg2.connect(address)) as link:
            link.autocommit = True
            with link.cursor() as cursor:
                if role == "owner":
                    cursor.execute("SET app.owner_work = 'on'")
                yield cursor

    def log(self, at: str) -> None:
        """Append a row dated `at` (an SQL expression) to the log, as the owner."""
        with self.cursor() as cursor:
            cursor.execute(
                "INSERT INTO consultations_consultation (id, at, kind, channel, outcome)"  # noqa: S608
                f" VALUES (gen_random_uuid(), {at}, 'file', 'portal', 'shown')"
            )

    def rows(self, sql: str, *params: object) -> list[tuple]:
        """What the owner reads."""
        with self.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()


@pytest.fixture(scope="session")
def scratch_template(_server) -> Iterator[str]:
    """A migrated database nobody is connected to, to clone."""
    name = create_database("template")
    migrated = Scratch(name).manage("migrate", "--no-input", "-v0")
    assert migrated.returncode == 0, migrated.stderr
    hand_over_log(name)
    yield name
    drop_database(name)


@pytest.fixture
def scratch(scratch_template: str) -> Iterator[Scratch]:
    """A migrated database of this test's own; see `Scratch`."""
    name = create_database(template=scratch_template)
    yield Scratch(name)
    drop_database(name)
