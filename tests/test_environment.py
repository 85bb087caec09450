"""The Makefile's helper that builds .venv: what it takes for finished, and what it says when it cannot go on."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from kbi_portal import environment

PIP_WITHOUT_INDEX = (
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError()': /simple/django/\n"
    "ERROR: No matching distribution found for django==5.2\n"
)
PIP_WITH_WRONG_LOCK = (
    "ERROR: In --require-hashes mode, all requirements must have their versions pinned with ==.\n"
)


@pytest.fixture
def venv(tmp_path, monkeypatch) -> Path:
    """A .venv with a Python that runs and no packages yet."""
    monkeypatch.setattr(environment, "VENV", tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    return tmp_path


def finish(*locks: str) -> None:
    """Mark the locks as installed."""
    for lock in locks:
        environment.stamp(lock).write_bytes((environment.PROJECT / lock).read_bytes())


def failure(monkeypatch: pytest.MonkeyPatch, output: str) -> str:
    """What the user reads when pip ends with this output."""
    ended = subprocess.CompletedProcess([], 1, stdout=output.encode())
    monkeypatch.setattr(environment.subprocess, "run", lambda *_, **__: ended)
    with pytest.raises(SystemExit) as error:
        environment.install("requirements.txt")
    return str(error.value)


def test_an_old_python_is_told_what_is_needed(monkeypatch):
    monkeypatch.setattr(environment.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed, and .* is Python 3\.9"):
        environment.check_python()


def test_a_python_without_venv_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        environment.check_python()


@pytest.mark.process
def test_an_environment_is_sound_once_an_installation_was_finished(venv):
    assert not environment.is_sound()
    finish("requirements.txt")
    assert environment.is_sound()
    assert environment.is_installed("requirements.txt")
    assert not environment.is_installed("requirements-demo.txt")
    (venv / "bin" / "python").unlink()
    assert not environment.is_sound()


@pytest.mark.process
def test_an_environment_with_packages_of_an_earlier_lock_is_not_sound(venv):
    finish("requirements.txt", "requirements-demo.txt")
    assert environment.is_sound()
    environment.stamp("requirements-demo.txt").write_text("something older")
    assert not environment.is_sound()


def test_each_lock_contains_the_packages_of_the_ones_before_it():
    packages = [
        {line for line in (environment.PROJECT / lock).read_text().splitlines() if line[:1].isalnum()}
        for lock in environment.LOCKS
    ]
    assert packages == sorted(packages, key=len)
    assert all(smaller < larger for smaller, larger in itertools.pairwise(packages))


def test_production_gets_no_database_server():
    production, demo, _ = ((environment.PROJECT / lock).read_text() for lock in environment.LOCKS)
    assert "pgserver" not in production
    assert "pgserver" in demo


def test_a_failed_installation_is_explained_by_pip_itself(monkeypatch):
    message = failure(monkeypatch, PIP_WITH_WRONG_LOCK)
    assert message == f"pip could not install requirements.txt:\n{PIP_WITH_WRONG_LOCK.strip()}"


def test_only_a_failed_connection_leads_to_advice_on_proxies_and_indexes(monkeypatch):
    message = failure(monkeypatch, PIP_WITHOUT_INDEX)
    assert PIP_WITHOUT_INDEX.strip() in message
    assert "No package index could be reached" in message


def test_a_browser_that_cannot_be_had_is_not_passed_over(monkeypatch):
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    failed = subprocess.CompletedProcess([], 1)
    monkeypatch.setattr(environment.subprocess, "run", lambda *args, **kwargs: failed)
    with pytest.raises(SystemExit, match="The browser tests need Chromium"):
        environment.provide_browser()
