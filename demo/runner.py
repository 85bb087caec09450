"""`make demo`: from nothing to a running portal with invented dossiers, and down again.

    python -m demo            (PORT, PERSONS in the environment)
    python -m demo clean      stops a running demo and removes the data folder

Each step leaves its mark in `demo-state.json` in the data folder: the next start skips what is done, and goes
on where an earlier one was broken off. With DATABASE_URL and KBI_DB_OWNER_URL all of it runs on that server.
"""

from __future__ import annotations

import contextlib
import csv
import ctypes
import datetime
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg2

from . import local, postgres

HOST = "127.0.0.1"
COUNTS = postgres.PROJECT / "statistics" / "data" / "kbi-uitwisselingen-2015.csv"
COUNTS_SOURCE = "Schriftelijke vraag nr. 191 van 14 december 2015 (Vlaams Parlement)"
APPS = ("kbi_portal", "partners", "consultations", "persons", "caseload", "statistics", "demo")


class DemoError(Exception):
    """The demo cannot go on; the message says why in words and what helps."""


class Stopped(BaseException):
    """Somebody asked the demo to end."""


@dataclass(frozen=True)
class Run:
    """What the steps depend on."""

    data: Path
    persons: int
    as_of: str  # ISO date the generated dossiers are dated by: the day of the first start, kept afterwards

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
    def clients(self) -> Path:
        return self.data / "clients"


@dataclass(frozen=True)
class Step:
    """One line of the demo's preparation: management commands, and what makes them due again."""

    name: str
    says: str
    commands: Callable[[Run], Iterable[list[str]]]
    depends_on: Callable[[Run], str]
    reports: bool = False  # whether the last line of the command's output is worth reading
    makes: Callable[[Run], Path] | None = None  # what somebody may throw away: due without it


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256((postgres.PROJECT / "requirements.txt").read_bytes())
    for path in sorted(paths):
        if path.is_file():
            digest.update(str(path.relative_to(postgres.PROJECT)).encode() + path.read_bytes())
    return digest.hexdigest()


def _the_code(_: Run) -> str:
    """Changes with the project's Python files and the locked packages."""
    return _digest(path for app in APPS for path in (postgres.PROJECT / app).rglob("*.py"))


def _the_static_files(_: Run) -> str:
    """Changes with the project's own static files and the locked packages, which bring theirs."""
    folders = [postgres.PROJECT / "static", *(postgres.PROJECT / app / "static" for app in APPS)]
    return _digest(path for folder in folders for path in folder.rglob("*"))


def _the_counts(_: Run) -> str:
    return _digest([COUNTS])


def _the_population(run: Run) -> str:
    return f"{run.persons} persons as of {run.as_of}"


def _client_lists(run: Run) -> Iterable[list[str]]:
    """The lists are drawn first: one per institution, named by its KBO number."""
    shutil.rmtree(run.clients, ignore_errors=True)
    yield ["generate_clients", *run.population, "--out", str(run.clients)]
    for path in sorted(run.clients.glob("*.csv")):
        yield ["import_clients", str(path), "--institution", path.stem]


STEPS = [
    Step("migrate", "Bringing the database up to date", lambda _: [["migrate", "--no-input"]], _the_code),
    Step("log", "Giving the log to its own role", lambda _: [["hand_over_log"]], _the_code),
    Step("groups", "Granting rights to staff groups", lambda _: [["sync_groups"]], _the_code),
    Step(
        "static",
        "Collecting style sheets and scripts",
        lambda _: [["collectstatic", "--no-input", "--clear"]],
        _the_static_files,
    ),
    Step(
        "accounts",
        "Making institutions and accounts",
        lambda run: [["demo_accounts", "--out", str(run.accounts)]],
        lambda _: "1",
        makes=lambda run: run.accounts,
    ),
    Step(
        "counts",
        "Importing the counts of 2015",
        lambda _: [["import_counts", str(COUNTS), "--source", COUNTS_SOURCE]],
        _the_counts,
        reports=True,
    ),
    Step(
        "generate",
        "Inventing dossiers",
        lambda run: [["generate_dossiers", *run.population, "--out", str(run.dossiers)]],
        _the_population,
        reports=True,
    ),
    Step(
        "import",
        "Importing dossiers",
        lambda run: [["import_dossiers", str(run.dossiers)]],
        _the_population,
        reports=True,
    ),
    Step("clients", "Registering client lists", _client_lists, _the_population),
]

# With another number of persons some rows of the new lists overlap those registered before, and are refused.
GOOD_ENOUGH = {("import_clients", 3)}

# management commands the running demo repeats, each in a process of its own
EVERY_MINUTE = [["roll_up"]]


def main(arguments: list[str]) -> int:
    """Run the demo until it is stopped; 0 after a wanted end, 1 with the reason on stderr."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _on_signal)
    os.umask(0o077)  # passwords and dossiers of the demo are for the account that runs it
    if "MAKELEVEL" in os.environ:
        # `kill -9` of make cannot be passed on by make
        _die_with_parent(signal.SIGTERM)
    try:
        if arguments == ["clean"]:
            clean()
        elif arguments:
            raise DemoError(f"Unknown: {' '.join(arguments)}. Known: nothing, or `clean`.")
        else:
            demo()
    except (DemoError, postgres.ServerError) as error:
        if os.environ.get("KBI_DEBUG_TRACE"):
            raise
        sys.stderr.write(f"\n{error}\n")
        return 1
    except Stopped:
        return 0
    except OSError as error:
        if os.environ.get("KBI_DEBUG_TRACE"):
            raise
        sys.stderr.write(f"\n{error.filename or 'The demo'}: {error.strerror}\n")
        return 1
    return 0


def demo() -> None:
    begun = time.monotonic()
    port, persons = _number("PORT", 8000, 1, 65535), _number("PERSONS", 2000, 1, 10_000_000)
    _check_database()
    data = local.data_folder()
    with _only_one(data, port):
        _check_port(port)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kbi_portal.settings")
        server = None
        with contextlib.ExitStack() as afterwards:
            if local.uses_embedded_server():
                with _line("Starting PostgreSQL"):
                    server = local.prepare_environment(start=True)
                if server is not None:
                    afterwards.callback(_stop_database, server)
            else:
                local.provide_secret_key()
                os.environ["KBI_DEMO"] = "on"
            prepare(data, persons, server)
            web = _start_web(port)
            afterwards.callback(_end, web)
            _wait_until_it_answers(web, port)
            _say_where(data, port, time.monotonic() - begun)
            _watch(web, server)


def prepare(data: Path, persons: int, server: postgres.Server | None) -> None:
    """Do the steps that are due, and note each one done. `server` is the embedded one, None for another."""
    path = data / "demo-state.json"
    state = _read_state(path)
    if _is_of_earlier_version():
        if server is None:
            raise DemoError(
                "The database is of an earlier version of the portal, whose migrations no longer exist. "
                "Give the demo an empty database."
            )
        sys.stdout.write("The demo database is of an earlier version: building it again.\n")
        server.recreate_database()
    database = _database_identity()
    if state.get("database") != database:
        state = {"database": database, "done": {}}
    if state.get("persons") != persons:
        state |= {"persons": persons, "as_of": datetime.date.today().isoformat()}
    run = Run(data, persons, state["as_of"])
    for step in STEPS:
        wanted = step.depends_on(run)
        is_there = step.makes is None or step.makes(run).exists()
        if is_there and state["done"].get(step.name) == wanted:
            continue
        with _line(step.says) as line:
            for command in step.commands(run):
                last = _manage(command, data / "demo.log")
                line.ending = last if step.reports else ""
        state["done"][step.name] = wanted
        _write_state(path, state)


def clean() -> None:
    """Stop what runs from the data folder and remove it."""
    data = postgres.data_folder()
    if not data.exists():
        return
    with contextlib.suppress(OSError, ValueError), (data / "demo.lock").open() as lock:
        pid = int(lock.readline())
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            os.kill(pid, signal.SIGTERM)
            fcntl.flock(lock, fcntl.LOCK_SH)
    for home in (data / "postgres", data / "test" / "postgres"):
        postgres.server(home).clean()
    shutil.rmtree(data)


# -- parts ---------------------------------------------------------------------------------------------


class _Line:
    ending = ""


@contextlib.contextmanager
def _line(says: str) -> Iterator[_Line]:
    """Print what is being done, then how long it took."""
    line = _Line()
    begun = time.monotonic()
    sys.stdout.write(f"{says} … ")
    sys.stdout.flush()
    try:
        yield line
    except BaseException:
        sys.stdout.write("not finished\n")
        sys.stdout.flush()
        raise
    ending = f"{line.ending}, " if line.ending else ""
    sys.stdout.write(f"{ending}{time.monotonic() - begun:.1f} s\n")
    sys.stdout.flush()


@contextlib.contextmanager
def _only_one(data: Path, port: int) -> Iterator[None]:
    with (data / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            pid, where = (lock.read().split() + ["?", "?"])[:2]
            raise DemoError(
                f"The demo of this folder runs already: {where} (process {pid}). Stop that one first."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\nhttp://{HOST}:{port}/\n")
        lock.flush()
        yield


def _number(name: str, default: int, least: int, most: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise DemoError(f"{name}={text}: a whole number from {least} to {most} is needed.")
    return int(text)


def _check_database() -> None:
    if local.uses_embedded_server():
        return
    for name in ("DATABASE_URL", "KBI_DB_OWNER_URL", "KBI_DB_SUPERUSER_URL"):
        if not os.environ.get(name):
            raise DemoError(
                f"{name} is missing: a server of your own needs all three addresses (docs/operations.md)."
            )
    if not os.environ.get("KBI_ALLOW_TEST_NUMBERS"):
        raise DemoError(
            "DATABASE_URL names a server of your own, and the demo would put invented persons into it. "
            "If that is what you want: KBI_ALLOW_TEST_NUMBERS=on make demo"
        )


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        # as gunicorn does: connections of an earlier run that are still closing do not count
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise DemoError(
                f"Port {port} cannot be used ({error.strerror}). Choose another one: "
                f"make demo PORT={port % 65535 + 1}"
            ) from None


def _database_identity() -> str:
    """Tells one database from another that took its place, so that no step is held for done there."""
    url = os.environ.get("KBI_DB_OWNER_URL") or postgres.server().url("kbi_owner")
    try:
        with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT (SELECT system_identifier FROM pg_control_system()) || '/' || oid
                  FROM pg_database WHERE datname = current_database()
                """
            )
            return cursor.fetchone()[0]
    except psycopg2.OperationalError as error:
        raise DemoError(f"The database cannot be reached: {str(error).strip()}") from None


def _is_of_earlier_version() -> bool:
    """Return True when the database has run migrations of the portal that no file contains any more."""
    url = os.environ.get("KBI_DB_OWNER_URL") or postgres.server().url("kbi_owner")
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if cursor.fetchone() == (False,):
            return False
        cursor.execute("SELECT app, name FROM django_migrations WHERE app = ANY (%s)", [list(APPS)])
        return any(
            not (postgres.PROJECT / app / "migrations" / f"{name}.py").is_file()
            for app, name in cursor.fetchall()
        )


def _manage(command: list[str], log: Path) -> str:
    """Run a management command; returns its last line of output, all of it goes to the log."""
    environment = {name: value for name, value in os.environ.items() if name != "KBI_DB_ROLE"}
    with log.open("a") as file:
        file.write(f"--- {command[0]}\n")
        file.flush()
        begin = file.tell()
        process = _spawn([sys.executable, "manage.py", *command], environment, file)
        try:
            code = process.wait()
        except BaseException:
            _end(process)
            raise
    with log.open() as file:
        file.seek(begin)
        text = file.read()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    last = lines[-1] if lines else ""
    if code and (command[0], code) not in GOOD_ENOUGH:
        last = next((line for line in lines if re.match(r"CommandError:|Unknown command:", line)), last)
        if os.environ.get("KBI_DEBUG_TRACE"):
            sys.stderr.write(text)
        raise DemoError(f"`manage.py {command[0]}` failed: {last or f'exit code {code}'} (all of it: {log})")
    return last.rstrip(".")


def _spawn(
    command: list[str], environment: dict[str, str], output: IO[str] | None = None
) -> subprocess.Popen:
    """Start a child that Ctrl-C in the terminal does not reach, but that ends when the demo is killed."""
    return subprocess.Popen(
        command,
        cwd=postgres.PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        process_group=0,
        preexec_fn=_die_with_parent,
    )


def _start_web(port: int) -> subprocess.Popen:
    options = {
        "--bind": f"{HOST}:{port}",
        "--workers": "2",
        "--worker-class": "gthread",
        "--threads": "4",
        "--timeout": "60",
        "--graceful-timeout": "5",
        "--log-level": "warning",
    }
    words = [word for option in options.items() for word in option]
    return _spawn(
        [sys.executable, "-m", "gunicorn", "kbi_portal.wsgi:application", "--no-control-socket", *words],
        # The address of the superuser is no business of a process that serves pages.
        {name: value for name, value in os.environ.items() if name != "KBI_DB_SUPERUSER_URL"}
        | {"KBI_DB_ROLE": "web"},
    )


def _wait_until_it_answers(web: subprocess.Popen, port: int) -> None:
    with _line("Starting the web server"):
        deadline = time.monotonic() + 60
        # Where http_proxy is set, the proxy would be asked for this machine's own page.
        local_only = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while time.monotonic() < deadline:
            if web.poll() is not None:
                raise DemoError("The web server ended right away: see above.")
            try:
                local_only.open(f"http://{HOST}:{port}/", timeout=30).close()
            except urllib.error.HTTPError as error:
                error.close()
                raise DemoError(f"The first page answers with an error ({error.code}): see above.") from None
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise DemoError("The web server does not answer after a minute.")


def _say_where(data: Path, port: int, seconds: float) -> None:
    path = data / "demo-accounts.csv"
    if path.exists():
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        sys.stdout.write("\n")
        for row in rows:
            sys.stdout.write(
                "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)) + "\n"
            )
        sys.stdout.write(f"(also in {os.path.relpath(path)})\n")
    sys.stdout.write(f"\nReady after {seconds:.0f} s: http://{HOST}:{port}/  (Ctrl-C stops everything)\n")
    sys.stdout.flush()


def _watch(web: subprocess.Popen, server: postgres.Server | None) -> None:
    """Stay until stopped; repeat the commands of each minute, bring back a database that was killed."""
    due = time.monotonic() + 60
    log = local.data_folder() / "demo.log"
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            raise DemoError(f"The web server ended by itself (exit code {web.wait(timeout=5)}).")
        if server is not None and not server.is_running():
            with _line("PostgreSQL was ended from outside: starting it again"):
                server.start()
        if time.monotonic() >= due:
            due += 60
            for command in EVERY_MINUTE:
                try:
                    _manage(command, log)
                except DemoError as error:
                    sys.stderr.write(f"{error}\n")


def _stop_database(server: postgres.Server) -> None:
    with _line("Stopping PostgreSQL"):
        server.release()


def _end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _on_signal(signum: int, _: object) -> None:
    # A second Ctrl-C must not break off the stopping.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent(signum: int = signal.SIGTERM) -> None:
    """Ask Linux to send this process `signum` when its parent ends in whatever way."""
    if _libc is not None:
        _libc.prctl(1, int(signum))  # 1 = PR_SET_PDEATHSIG


def _read_state(path: Path) -> dict:
    """What `prepare` wrote; anything else is no state, and every step is due."""
    try:
        match json.loads(path.read_text()):
            case {"database": str(), "persons": int(), "as_of": str(as_of), "done": dict(done)} as state:
                datetime.date.fromisoformat(as_of)
                return state if all(isinstance(wanted, str) for wanted in done.values()) else {}
    except (OSError, ValueError):
        pass
    return {}


def _write_state(path: Path, state: dict) -> None:
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(state, indent=1))
    aside.replace(path)
