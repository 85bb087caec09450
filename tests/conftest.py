"""What tests share: the server, the web role, people with roles.

The test database is made by the owner; each test that uses it acts as the web role `kbi_web`, as production does,
so that row-level security is in force. `as_owner()` steps out of it to arrange things.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from contextlib import closing
from pathlib import Path

import hypothesis
import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.utils.translation import override
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from demo import postgres
from partners.enums import Role

from . import factories
from .scratch import (
    create_database,
    drop_database,
    hand_over_log,
    idle_server,
    idle_template,
    scratch,
    scratch_on_idle_server,
    url,
)

# Fixtures for all tests. Imported in several places, one of a session would be made several times.
__all__ = ["idle_server", "idle_template", "scratch", "scratch_on_idle_server"]


@contextlib.contextmanager
def owner():
    """Act as the owner inside; the web role again afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SET ROLE kbi_web")


factories.owner = owner
hypothesis.settings.register_profile("repeatable", derandomize=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
# Tests that run in the background of a shell ignore Ctrl-C, and the commands they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


# Tests that take long to set up come first: what is left at the end is short and spreads over all processes.
LONG = ("browser", "process", "slow")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files with long tests first; the order inside a file and among equals stays shuffled."""
    ranks: dict[Path, int] = {}
    for item in items:
        rank = next((rank for rank, mark in enumerate(LONG) if item.get_closest_marker(mark)), len(LONG))
        ranks[item.path] = min(rank, ranks.get(item.path, rank))
    items.sort(key=lambda item: ranks[item.path])


class FilesTogether(LoadFileScheduling):
    """Each file goes to one process, and all files of the browser to the same: they share a portal."""

    def _split_scope(self, nodeid: str) -> str:
        folder = "tests/browser/"
        return folder if nodeid.startswith(folder) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesTogether | None:
    """For `--dist loadfile`."""
    return FilesTogether(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session", autouse=True)
def _static_root():
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """Drop the databases of test runs that were killed."""
    with closing(psycopg2.connect(url("owner", "postgres"))) as link, link.cursor() as cursor:
        link.autocommit = True
        cursor.execute("SELECT datname FROM pg_database WHERE datname ~ '^(test_kbi|scratch)_[0-9]+'")
        for (name,) in cursor.fetchall():
            pid = int(name.split("_")[2 if name.startswith("test_") else 1])
            if not os.path.exists(f"/proc/{pid}"):
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The migrated test database gets the rights a real one has, and its log goes to its own role.

    Yields the name of a copy made before the first test: the template of `scratch`.
    """
    name = connection.settings_dict["NAME"]
    postgres.set_rights(url("superuser", name))
    hand_over_log(name)
    with django_db_blocker.unblock():
        connection.close()  # a database with connections can't be copied
    template = create_database("template", template=name)
    yield template
    drop_database(template)


@pytest.fixture(autouse=True)
def _open_umask():
    """The demo closes its files to others; run inside a test it must not close those of the next."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture(autouse=True)
def _processes_are_marked(request, monkeypatch):
    """`make quick` leaves out tests that start processes, by their mark."""
    if any(map(request.node.get_closest_marker, ("process", "browser"))):
        return

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("This test starts a process: give it the mark pytest.mark.process.")

    monkeypatch.setattr(subprocess.Popen, "__init__", refuse)


@pytest.fixture(autouse=True)
def _web_role(request):
    """Every test with a database acts as the web role."""
    if request.node.get_closest_marker("django_db") is None and "db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("db")
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE kbi_web")
    yield
    if not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


@pytest.fixture
def english():
    """The words of services in English, as commands print them."""
    with override("en"):
        yield


@pytest.fixture
def as_owner():
    """`with as_owner(): …` arranges things with the owner's rights."""
    return owner


@pytest.fixture
def ocmw(db):
    """The institution most tests look for."""
    return factories.institution("OCMW Proefstad", "ocmw")


@pytest.fixture
def other_ocmw(db):
    return factories.institution("OCMW Elders", "ocmw")


@pytest.fixture
def case_worker(ocmw):
    """A membership in force as case worker of `ocmw`."""
    return factories.member(ocmw)


@pytest.fixture
def outsider(other_ocmw):
    """A case worker of another institution."""
    return factories.member(other_ocmw)


@pytest.fixture
def local_administrator(ocmw):
    return factories.member(ocmw, Role.LOCAL_ADMINISTRATOR)


@pytest.fixture
def privacy_officer(ocmw):
    return factories.member(ocmw, Role.PRIVACY_OFFICER)


@pytest.fixture
def former_case_worker(ocmw):
    """Somebody whose membership ended yesterday."""
    return factories.member(ocmw, ended=True)


@pytest.fixture
def agency_administrator(db):
    """An account of the agency, without membership of a partner."""
    return factories.agency_administrator()


@pytest.fixture
def sign_in(client):
    """`sign_in(membership or user)` answers a client whose session belongs to them."""

    def _sign_in(who):
        client.force_login(
            getattr(who, "user", who), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return _sign_in
