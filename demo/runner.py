"""`make demo`: from nothing to a running portal with invented dossiers, and down again.

    python -m demo            (PORT, PERSONS in the environment)
    python -m demo clean      stops a running demo and removes the data folder

One process prepares the database (`demo.steps`), starts the web server, the worker and the clock, and watches them.
With DATABASE_URL and KBI_DB_OWNER_URL all of it runs on that server, else on the embedded one.
"""

from __future__ import annotations

import contextlib
import csv
import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from . import local, postgres
from .steps import DemoError, line, prepare

HOST = "127.0.0.1"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """A signal asked the demo to end."""


def main(arguments: list[str]) -> int:
    """Run the demo until it is stopped; returns 0 when it was asked to end, 1 with the reason on stderr."""
    for signum in SIGNALS:
        signal.signal(signum, _on_signal)
    os.umask(0o077)  # passwords and dossiers of the demo are for the account that runs it
    if "MAKELEVEL" in os.environ:
        # make cannot pass on its own `kill -9`
        _die_with_parent()
    try:
        if arguments == ["clean"]:
            clean()
        elif arguments:
            raise DemoError(f"Unknown: {' '.join(arguments)}. Known: nothing, or `clean`.")
        else:
            demo()
    except (DemoError, postgres.ServerError, OSError) as error:
        if os.environ.get("KBI_DEBUG_TRACE"):
            raise
        reason = str(error)
        if isinstance(error, OSError):
            reason = f"{error.filename or 'The demo'}: {error.strerror}"
        sys.stderr.write(f"\n{reason}\n")
        return 1
    except Stopped:
        return 0
    return 0


def demo() -> None:
    """Prepare and run the demo until it is stopped. Raises DemoError, postgres.ServerError or Stopped."""
    start = time.monotonic()
    port, persons = _number("PORT", 8000, 1, 65535), _number("PERSONS", 2000, 1, 10_000_000)
    is_embedded = local.uses_embedded_server()
    if not is_embedded:
        _check_own_server()
    data = local.data_folder()
    with _only_one(data, port), contextlib.ExitStack() as afterwards:
        _check_port(port)
        os.environ |= {"KBI_DEMO": "on", "KBI_DB_ROLE": "owner"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kbi_portal.settings")
        server = None
        if is_embedded:
            with line("Starting PostgreSQL"):
                server = local.start_server()
            afterwards.callback(_stop_database, server)
        else:
            local.prepare_environment()
        prepare(data, persons, server)
        web = _start_web(port)
        afterwards.callback(_end, web)
        helpers = [
            _Helper("The worker of the background", WORKER, "web"),
            _Helper("The clock", CLOCK, "owner"),
        ]
        for helper in helpers:
            afterwards.callback(helper.end)
        _wait_until_ready(web, port)
        _print_accounts(data)
        seconds = time.monotonic() - start
        sys.stdout.write(f"\nReady after {seconds:.0f} s: http://{HOST}:{port}/  (Ctrl-C stops everything)\n")
        sys.stdout.flush()
        _watch(web, helpers, server)


def clean() -> None:
    """Stop everything that runs from the data folder and remove it."""
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


# -- before the start ----------------------------------------------------------------------------------


def _number(name: str, default: int, least: int, most: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise DemoError(f"{name}={text}: a whole number from {least} to {most} is needed.")
    return int(text)


def _check_own_server() -> None:
    for name in ("DATABASE_URL", "KBI_DB_OWNER_URL", "KBI_DB_SUPERUSER_URL"):
        if not os.environ.get(name):
            raise DemoError(
                f"{name} is missing: a server of your own needs all three addresses (docs/operations.md)."
            )
    if not os.environ.get("KBI_ALLOW_TEST_NUMBERS"):
        raise DemoError(
            "DATABASE_URL names a server of your own, and the demo would put invented persons into it. "
            "If you want that: KBI_ALLOW_TEST_NUMBERS=on make demo"
        )


@contextlib.contextmanager
def _only_one(data: Path, port: int) -> Iterator[None]:
    with (data / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            pid, address = [*lock.read().split(), "?", "?"][:2]
            raise DemoError(
                f"The demo of this folder runs already: {address} (process {pid}). Stop that one first."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\nhttp://{HOST}:{port}/\n")
        lock.flush()
        yield


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        # as the web server does: connections of an earlier run that are still closing do not count
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise DemoError(
                f"Port {port} cannot be used ({error.strerror}). Choose another one: "
                f"make demo PORT={port % 65535 + 1}"
            ) from None


# -- the web server and the watch over it --------------------------------------------------------------


def _start_web(port: int) -> subprocess.Popen[bytes]:
    return _start(["-m", "kbi_portal.serve", "--host", HOST, "--port", str(port)])


WORKER = ["manage.py", "db_worker", "--no-startup-delay", "--verbosity", "0"]
CLOCK = ["manage.py", "work"]


class _Helper:
    """A process beside the web server, which goes on where it was when it was killed."""

    def __init__(self, name: str, command: list[str], role: str) -> None:
        self._name, self._command, self._role = name, command, role
        self._process = _start(command, role)

    def revive(self) -> None:
        """Start the process again if it ended."""
        if self._process.poll() is not None:
            with line(f"{self._name} ended: starting it again"):
                self._process = _start(self._command, self._role)

    def end(self) -> None:
        """End the process, a worker after the task it is at."""
        _end(self._process)


def _start(arguments: list[str], role: str = "web") -> subprocess.Popen[bytes]:
    """Start a process as this role of the database. Ctrl-C does not reach it; it ends when the demo is killed."""
    addresses = {"web": "DATABASE_URL", "owner": "KBI_DB_OWNER_URL"}
    others = {*addresses.values(), "KBI_DB_SUPERUSER_URL"} - {addresses[role]}
    environment = {k: v for k, v in os.environ.items() if k not in others}
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=postgres.PROJECT,
        env=environment | {"KBI_DB_ROLE": role},
        stdin=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=_die_with_parent,
    )


def _wait_until_ready(web: subprocess.Popen[bytes], port: int) -> None:
    # The page is on this machine: a proxy named in the environment would look for it on its own.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with line("Starting the web server"):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if web.poll() is not None:
                raise DemoError("The web server ended right away: see above.")
            try:
                return opener.open(f"http://{HOST}:{port}/", timeout=30).close()
            except urllib.error.HTTPError as error:
                error.close()
                raise DemoError(f"The first page is an error ({error.code}): see above.") from None
            except OSError:
                time.sleep(0.1)
        raise DemoError("The web server does not respond after a minute.")


def _print_accounts(data: Path) -> None:
    path = data / "demo-accounts.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    sys.stdout.write("\n")
    for row in rows:
        cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells) + "\n")
    sys.stdout.write(f"(also in {os.path.relpath(path)})\n")


def _watch(web: subprocess.Popen[bytes], helpers: list[_Helper], server: postgres.Server | None) -> None:
    """Stay until stopped; start a helper or the database again that was killed."""
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            raise DemoError(f"The web server ended by itself (exit code {web.wait(timeout=5)}).")
        if server is not None and not server.is_running():
            with line("PostgreSQL was ended from outside: starting it again"):
                server.start()
        for helper in helpers:
            helper.revive()


def _stop_database(server: postgres.Server) -> None:
    with line("Stopping PostgreSQL"):
        server.release()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _on_signal(signum: int, _: object) -> None:
    # A second Ctrl-C must not break off the stopping.
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    """Ask Linux to send this process SIGTERM when its parent ends in whatever way."""
    if _libc is not None:
        _libc.prctl(1, int(signal.SIGTERM))  # 1 = PR_SET_PDEATHSIG
