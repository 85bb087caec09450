"""The preparation of the demo: management commands in a fixed order, each done once.

`demo-state.json` in the data folder records the steps that are done: the next start skips them, and continues an
earlier one that was broken off. It also records the migrations, so that a database of an earlier version is noticed.
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import hashlib
import io
import json
import os
import shutil
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from partners.periods import today
from persons.services.preparing import RULES

from .postgres import PROJECT, Server

COUNTS = PROJECT / "statistics" / "data" / "kbi-uitwisselingen-2015.csv"
COUNTS_SOURCE = "Schriftelijke vraag nr. 191 van 14 december 2015 (Vlaams Parlement)"
APPS = sorted(path.parent for path in PROJECT.glob("*/apps.py"))


class DemoError(Exception):
    """The demo cannot go on; the message gives the reason and the remedy."""


@dataclass(frozen=True)
class Run:
    """The values the steps depend on."""

    data: Path
    persons: int
    as_of: str  # ISO date of the generated dossiers: the day of the first start, kept afterwards

    @property
    def population(self) -> list[str]:
        return ["--persons", str(self.persons), "--seed", "1", "--as-of", self.as_of]

    @property
    def accounts(self) -> Path:
        return self.data / "demo-accounts.csv"

    @property
    def dossiers(self) -> Path:
        return self.data / "dossiers"

    @property
    def earlier(self) -> Path:
        return self.data / "earlier"

    @property
    def doubts(self) -> Path:
        return self.data / "doubts"

    @property
    def clients(self) -> Path:
        return self.data / "clients"


@dataclass(frozen=True)
class Step:
    """Management commands, run as the owner, and a mark: the step is due when it differs from the recorded one."""

    name: str
    message: str
    commands: Callable[[Run], Iterable[list[str]]]
    mark: Callable[[Run], str]
    accepts: tuple[int, ...] = ()  # exit codes that are good enough, beside 0
    reports: bool = False  # the last line of the command's output is worth reading
    makes: Callable[[Run], Path] | None = None  # a file the user may throw away: the step is due without it


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256((PROJECT / "requirements.txt").read_bytes())
    for path in sorted(paths):
        if path.is_file():
            digest.update(str(path.relative_to(PROJECT)).encode() + path.read_bytes())
    return digest.hexdigest()


def _code(_: Run) -> str:
    """Changes with the project's Python and SQL files and the locked packages."""
    return _digest(path for app in APPS for kind in ("*.py", "*.sql") for path in app.rglob(kind))


def _static_files(_: Run) -> str:
    """Changes with the project's own static files, how they are stored, and the locked packages, which bring theirs."""
    folders = [PROJECT / "static", *(app / "static" for app in APPS)]
    files = [path for folder in folders for path in folder.rglob("*")]
    return _digest([PROJECT / "kbi_portal" / "storage.py", *files])


def _institutions(_: Run) -> str:
    """Changes with the institutions and accounts of the demo: those that are missing are added."""
    demo = PROJECT / "demo"
    return _digest([demo / "accounts.py", demo / "municipalities.py", *(demo / "data").glob("*.csv")])


def _counts(_: Run) -> str:
    return _digest([COUNTS])


def _population(run: Run) -> str:
    return f"{run.persons} persons as of {run.as_of}"


def _imported(run: Run) -> str:
    """Changes with the rules too: the import judges again the messages that earlier code judged."""
    return f"{_population(run)}, rules {RULES}"


def _client_lists(run: Run) -> Iterable[list[str]]:
    """Draw the lists, one per institution and named by its KBO number."""
    shutil.rmtree(run.clients, ignore_errors=True)
    yield ["generate_clients", *run.population, "--out", str(run.clients)]


# KBI_DB_SUPERUSER_URL is in the environment of these commands when the demo runs on the embedded server.
STEPS = [
    Step("migrate", "Bringing the database up to date", lambda _: [["migrate", "--no-input"]], _code),
    # Numbers of an earlier version of the portal have no hash yet.
    Step("log", "Giving the log to its own role", lambda _: [["hand_over_log"], ["rehash_numbers"]], _code),
    Step("groups", "Granting rights to staff groups", lambda _: [["sync_groups"]], _code),
    Step(
        "static",
        "Collecting style sheets and scripts",
        lambda _: [["collectstatic", "--no-input", "--clear"]],
        _static_files,
    ),
    Step(
        "accounts",
        "Making institutions and accounts",
        lambda run: [["demo_accounts", "--out", str(run.accounts)]],
        _institutions,
        makes=lambda run: run.accounts,
    ),
    Step(
        "counts",
        "Importing the counts of 2015",
        lambda _: [["import_counts", str(COUNTS), "--source", COUNTS_SOURCE]],
        _counts,
        reports=True,
    ),
    Step(
        "generate",
        "Inventing dossiers",
        lambda run: [["generate_dossiers", *run.population, "--out", str(run.dossiers)]],
        _population,
        reports=True,
    ),
    Step(
        "earlier",
        "Importing messages of the day before",
        lambda run: [
            ["generate_earlier", *run.population, "--out", str(run.earlier)],
            ["import_dossiers", str(run.earlier)],
        ],
        _population,
        reports=True,
    ),
    Step(
        "import",
        "Importing dossiers",
        lambda run: [["import_dossiers", str(run.dossiers)]],
        _imported,
        reports=True,
    ),
    Step(
        "doubts",
        "Importing messages that are in doubt",
        lambda run: [
            ["generate_doubts", *run.population, "--out", str(run.doubts)],
            ["import_dossiers", str(run.doubts)],
        ],
        _population,
        accepts=(3,),  # some are made to be set aside
        reports=True,
    ),
    # Files to try an upload with: the next step registers the same clients, each on a day of its own.
    Step("clients", "Inventing client lists", _client_lists, _population),
    Step(
        "use",
        "Inventing a year of use",
        # Its inscriptions are written past the function that registers, which hashes numbers.
        lambda run: [["demo_use", *run.population], ["rehash_numbers"]],
        _population,
        reports=True,
    ),
    Step("rollup", "Counting the looks", lambda _: [["roll_up"]], _population, reports=True),
    Step(
        "expectations",
        "Inventing what is expected",
        lambda run: [["demo_expectations", "--persons", str(run.persons)], ["count_clients"]],
        _population,
        reports=True,
    ),
    Step("reports", "Making monthly reports", lambda _: [["careful_reports"]], _population, reports=True),
    Step(
        "published",
        "Publishing the figures",
        lambda _: [["demo_publish"], ["publish"]],
        _population,
        reports=True,
    ),
    Step("answer", "Answering the question of 2015", lambda _: [["demo_answer"]], _counts, reports=True),
    Step("seal", "Sealing the log", lambda _: [["seal_log"], ["verify_log"]], _population),
    Step(
        "numbers",
        "Following replaced numbers",
        # The next import after a registration does this. These messages are few, and they are in already.
        lambda run: [["import_dossiers", str(run.doubts)]],
        _population,
        accepts=(3,),
    ),
]


def prepare(data: Path, persons: int, server: Server | None) -> None:
    """Do the steps that are due and record each one done; `server` is the embedded server, if that is used.

    The settings must find the database in the environment. Raises DemoError when a step fails.
    """
    path = data / "demo-state.json"
    state = _read_state(path)
    database, applied = _look_at_database()
    if state.get("database") != database:
        state = {"database": database, "done": {}}
    if _is_outdated(applied, state.get("migrations")):
        database = _rebuild(server)
        state = {"database": database, "done": {}}
    if state.get("persons") != persons:
        state |= {"persons": persons, "as_of": today().isoformat()}
    run = Run(data, persons, state["as_of"])
    for step in STEPS:
        mark = step.mark(run)
        is_there = step.makes is None or step.makes(run).exists()
        if is_there and state["done"].get(step.name) == mark:
            continue
        with line(step.message) as progress:
            for command in step.commands(run):
                last = manage(command, data / "demo.log", step.accepts)
                progress.ending = last if step.reports else ""
        state["done"][step.name] = mark
        state["migrations"] = _migrations()
        _write_state(path, state)


def manage(command: list[str], log: Path, accepts: tuple[object, ...] = ()) -> str:
    """Run a management command in this process and append its output to `log`; returns the last line of it.

    Raises DemoError when the command fails with an exit code that is not in `accepts`.
    """
    _set_up_django()
    from django.core.management import call_command
    from django.db import connection

    output = io.StringIO()
    problem = ""
    try:
        call_command(*command, stdout=output, stderr=output, no_color=True)
    except SystemExit as ended:
        if ended.code not in accepts:
            problem = f"exit code {ended.code}"
    except Exception as error:
        output.write(traceback.format_exc())
        problem = f"{type(error).__name__}: {error}".splitlines()[0]
    finally:
        # The server may be another one the next time.
        connection.close()
        with log.open("a") as file:
            file.write(f"--- {command[0]}\n{output.getvalue()}")
    if problem:
        if os.environ.get("KBI_DEBUG_TRACE"):
            sys.stderr.write(output.getvalue())
        raise DemoError(f"`manage.py {command[0]}` failed: {problem} (all of it: {log})")
    lines = [text.strip() for text in output.getvalue().splitlines() if text.strip()]
    return lines[-1].rstrip(".") if lines else ""


@functools.cache
def _set_up_django() -> None:
    import django

    django.setup()


class Progress:
    """One line of the preparation; `ending` is printed before the time."""

    ending = ""


@contextlib.contextmanager
def line(message: str) -> Iterator[Progress]:
    """Print the message, run the block, then print the time it took."""
    progress = Progress()
    start = time.monotonic()
    sys.stdout.write(f"{message} … ")
    sys.stdout.flush()
    try:
        yield progress
    except BaseException:
        sys.stdout.write("not finished\n")
        sys.stdout.flush()
        raise
    ending = f"{progress.ending}, " if progress.ending else ""
    sys.stdout.write(f"{ending}{time.monotonic() - start:.1f} s\n")
    sys.stdout.flush()


# -- the database and the record of it -----------------------------------------------------------------


def _look_at_database() -> tuple[str, list[str]]:
    """Return an identity of this database, and the migrations applied to it."""
    try:
        link = psycopg2.connect(os.environ["KBI_DB_OWNER_URL"])
        with contextlib.closing(link), link.cursor() as cursor:
            cursor.execute(
                """
                SELECT (SELECT system_identifier FROM pg_control_system()) || '/' || oid,
                       to_regclass('django_migrations') IS NOT NULL
                  FROM pg_database WHERE datname = current_database()
                """
            )
            [(identity, is_migrated)] = cursor.fetchall()
            if is_migrated:
                cursor.execute("SELECT app || '.' || name FROM django_migrations")
            return identity, [name for (name,) in cursor.fetchall()] if is_migrated else []
    except psycopg2.OperationalError as error:
        raise DemoError(f"The database cannot be reached: {str(error).strip()}") from None


def _migrations() -> dict[str, str]:
    """Return the digest of each migration of the project, by its name as in `persons.0001_initial`."""
    return {
        f"{app.name}.{path.stem}": hashlib.sha256(path.read_bytes()).hexdigest()
        for app in APPS
        for path in sorted(app.glob("migrations/[0-9]*.py"))
    }


def _is_outdated(applied: Iterable[str], recorded: dict[str, str] | None) -> bool:
    """Return True if a migration of the project was applied that is gone or has other content by now.

    `recorded` are the digests of when they were applied: None if nothing is recorded about this database, empty if
    a version of the demo prepared it that did not record migrations yet.
    """
    current = _migrations()
    own_apps = {app.name for app in APPS} | {name.partition(".")[0] for name in recorded or ()}
    own = [name for name in applied if name.partition(".")[0] in own_apps]
    if recorded == {}:
        return bool(own)
    then = recorded or current
    return any(name not in current or then.get(name, current[name]) != current[name] for name in own)


def _rebuild(server: Server | None) -> str:
    """Make the embedded database again, empty; returns its identity. The passwords of the accounts stay."""
    if server is None:
        raise DemoError(
            "The database at KBI_DB_OWNER_URL is of an earlier version, and the demo does not throw away the data "
            "of a server of your own: name an empty database."
        )
    sys.stdout.write("The demo database is of an earlier version: building it again.\n")
    server.recreate_database()
    return _look_at_database()[0]


def _read_state(path: Path) -> dict[str, Any]:
    """Return the state `prepare` wrote; anything else is none, and every step is due."""
    try:
        match json.loads(path.read_text()):
            case {"database": str(), "persons": int(), "as_of": str(as_of), "done": dict(done)} as state:
                datetime.date.fromisoformat(as_of)
                migrations = state.setdefault("migrations", {})
                is_sound = all(isinstance(value, str) for value in [*done.values(), *migrations.values()])
                return state if is_sound else {}
    except (OSError, ValueError, AttributeError):
        pass
    return {}


def _write_state(path: Path, state: dict[str, Any]) -> None:
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(state, indent=1))
    aside.replace(path)
