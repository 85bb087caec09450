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
from django.conf import settings

from demo import postgres

_numbers = itertools.count(1)


ADDRESSES = {"web": "DATABASE_URL", "owner": "KBI_DB_OWNER_URL", "superuser": "KBI_DB_SUPERUSER_URL"}


def url(role: str, database: str) -> str:
    """The address of `database` on the server of this test run, for `web`, `owner` or `superuser`."""
    address, question, options = os.environ[ADDRESSES[role]].partition("?")
    return f"{address.rpartition('/')[0]}/{quote(database)}{question}{options}"


def create_database(label: str = "", template: str = "template1") -> str:
    """Make an empty database (or a clone of `template`, which nobody may be using) and answer its name."""
    name = f"scratch_{os.getpid()}_{label or next(_numbers)}"
    _as_maker(
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}" TEMPLATE "{template}"',
    )
    # Rights on a database are not cloned with it.
    postgres.set_rights(url("superuser", name))
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
        """A cursor of a connection of its own, each statement committed by itself; the owner works."""
        with closing(psycopg2.connect(url(role, self.name))) as link:
            link.autocommit = True
            with link.cursor() as cursor:
                if role == "owner":
                    cursor.execute("SET app.owner_work = 'on'")
                yield cursor

    def rows(self, sql: str, *params: object) -> list[tuple]:
        """What the owner reads."""
        with self.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()


@pytest.fixture(scope="session")
def scratch_template() -> Iterator[str]:
    """A migrated database nobody is connected to, to clone."""
    name = create_database("template")
    migrated = Scratch(name).manage("migrate", "--no-input", "-v0")
    assert migrated.returncode == 0, migrated.stderr
    yield name
    drop_database(name)


@pytest.fixture
def scratch(scratch_template: str) -> Iterator[Scratch]:
    """A migrated database of this test's own; see `Scratch`."""
    name = create_database(template=scratch_template)
    yield Scratch(name)
    drop_database(name)
