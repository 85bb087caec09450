"""Databases to seal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from tests.scratch import Scratch, clone

from .sealing import new_key, seal_in_three_runs, working_on


@pytest.fixture
def to_seal(
    scratch_on_idle_server: Scratch, django_db_blocker, settings, tmp_path: Path
) -> Iterator[Scratch]:
    """A database on a server where no other transaction runs: seals wait for every open one. Django works on it."""
    settings.KBI_SEAL_KEY_FILE = str(new_key(tmp_path / "seal.key"))
    settings.KBI_SEAL_FOLDER = str(tmp_path / "seals")
    with django_db_blocker.unblock(), working_on(scratch_on_idle_server):
        yield scratch_on_idle_server


@pytest.fixture
def sealed(to_seal: Scratch) -> Scratch:
    """Such a database with the rows r1 to r15, sealed."""
    seal_in_three_runs(to_seal)
    return to_seal


@pytest.fixture(scope="module")
def kept_to_seal(idle_template, idle_server, django_db_blocker, tmp_path_factory) -> Iterator[Scratch]:
    """Like `to_seal`, one for all tests of a file, which leave it as it is. Django does not work on it yet."""
    folder = tmp_path_factory.mktemp("kept")
    places = {
        "KBI_SEAL_KEY_FILE": str(new_key(folder / "seal.key")),
        "KBI_SEAL_FOLDER": str(folder / "seals"),
    }
    with (
        clone(idle_template, idle_server) as database,
        override_settings(**places),
        django_db_blocker.unblock(),
    ):
        yield database


@pytest.fixture(scope="module")
def kept(kept_to_seal: Scratch) -> Scratch:
    """Such a database with the rows r1 to r15, sealed."""
    with working_on(kept_to_seal):
        seal_in_three_runs(kept_to_seal)
    return kept_to_seal
