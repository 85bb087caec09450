"""The bench's own server, folder and processes, and their end."""

from __future__ import annotations

import concurrent.futures
import contextlib
import ctypes
import fcntl
import multiprocessing
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, ParamSpec, TypeVar

import psutil

from demo import postgres

HOME = postgres.PROJECT / ".data" / "bench"
DATABASE = postgres.DATABASE
P = ParamSpec("P")
T = TypeVar("T")


class BenchError(Exception):
    """The bench cannot go on; the message says why."""


class House:
    """A PostgreSQL of the bench's own, with settings for data that fit in memory; everything ends with it."""

    def __init__(self) -> None:
        self.folder = HOME
        self._secret = secrets.token_urlsafe(64)
        self._children: list[subprocess.Popen] = []

    @contextlib.contextmanager
    def open(self) -> Iterator[House]:
        postgres.make_folder(HOME.parent)
        with (HOME.parent / "bench.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BenchError("A bench of this folder runs already.") from None
            # Remove the remains of a killed run.
            self._clear()
            postgres.make_folder(HOME)
            memory = psutil.virtual_memory().total // 2**20
            os.environ["KBI_PG_SETTINGS"] = " ".join(
                f"{name}={value}"
                for name, value in {
                    "shared_buffers": f"{min(4096, memory // 4)}MB",
                    "work_mem": "64MB",
                    "maintenance_work_mem": f"{min(512, memory // 16)}MB",
                    "max_wal_size": "8GB",
                    "effective_cache_size": f"{memory // 2}MB",
                }.items()
            )
            self.server = postgres.ensure_running(HOME / "postgres")
            try:
                yield self
            finally:
                for process in self._children:
                    end(process)
                self._clear()
                (HOME.parent / "bench.lock").unlink(missing_ok=True)

    def _clear(self) -> None:
        postgres.server(HOME / "postgres").clean()
        shutil.rmtree(HOME, ignore_errors=True)

    def environment(self, role: str = "web", database: str = DATABASE) -> dict[str, str]:
        """Of a process of the portal on `database`, configured as an installation is."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("KBI_", "DATABASE", "DJANGO_"))}
        return kept | {
            **self.server.addresses(database),
            "KBI_DB_ROLE": role,
            "KBI_DEMO": "on",
            "KBI_SECRET_KEY": self._secret,
            "KBI_INSZ_KEY": f"{self._secret}-insz",
            "KBI_ALLOW_TEST_NUMBERS": "on",
            "KBI_DATA_DIR": str(HOME),
            "KBI_STATIC_ROOT": str(HOME / "static"),
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "PYTHONUNBUFFERED": "1",
        }

    def spawn(
        self, *command: object, role: str = "web", database: str = DATABASE, **options: Any
    ) -> subprocess.Popen:
        """Start a Python process that does not outlive the bench, in whatever way that ends."""
        process = subprocess.Popen(
            [sys.executable, *map(str, command)],
            cwd=postgres.PROJECT,
            env=self.environment(role, database),
            text=True,
            preexec_fn=_die_with_parent,
            process_group=0,
            **options,
        )
        self._children.append(process)
        return process

    def run(
        self, *command: object, role: str = "web", database: str = DATABASE, accept: set[int] | None = None
    ) -> str:
        """Run a Python command to its end; returns its output."""
        process = self.spawn(
            *command, role=role, database=database, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, err = process.communicate()
        if process.returncode not in (accept or {0}):
            raise BenchError(f"{' '.join(map(str, command))} failed: {err.strip()[-2000:]}")
        return out

    def manage(self, *arguments: object, role: str = "owner", database: str = DATABASE) -> str:
        """Run `manage.py arguments…`; returns the last line of its output."""
        return (
            self.run("manage.py", *arguments, role=role, database=database, accept={0, 3})
            .strip()
            .rpartition("\n")[2]
        )

    def migrate(self, database: str = DATABASE) -> None:
        """Make the tables of a database, and give the log to its own role."""
        self.manage("migrate", "--no-input", "-v0", database=database)
        self.manage("hand_over_log", database=database)
        self._lift_limits(database)

    def _lift_limits(self, database: str) -> None:
        # One user of the bench opens in a second what a person opens in an hour: count that second, and never stop.
        for name, old, new in (
            ("partners_look_limits", r"\b[0-9]+\b", "1000000"),
            ("partners_looks_over", r"now\(\) - interval '1 hour'", "now() - interval '1 second'"),
        ):
            [[text]] = self.sql(f"SELECT pg_get_functiondef('{name}'::regproc)", database=database)
            changed, count = re.subn(old, new, text)
            if not count:
                raise BenchError(f"The function {name} has another form than the bench knows.")
            self.sql(changed, database=database)

    def sql(self, *statements: str, database: str = DATABASE) -> list[tuple]:
        """Run statements as superuser; returns the rows of the last."""
        import psycopg2

        link = psycopg2.connect(self.server.url(postgres.SUPERUSER, database))
        with contextlib.closing(link), link.cursor() as cursor:
            link.autocommit = True
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


class Child:
    """A process with Django in it, as `role` on `database`, that runs one of the `actions` after the other."""

    def __init__(self, house: House, role: str = "web", database: str = DATABASE) -> None:
        self._pool = concurrent.futures.ProcessPoolExecutor(
            max_workers=1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_set_up,
            initargs=(house.environment(role, database),),
        )

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def run(self, action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `action` in the process, and return or raise its result."""
        return self._pool.submit(action, *args, **kwargs).result()


def _set_up(environment: dict[str, str]) -> None:
    _die_with_parent()
    os.setpgid(0, 0)  # Ctrl-C is for the bench, which ends its children
    os.environ.clear()
    os.environ.update(environment)
    import django

    django.setup()


class Memory:
    """The most memory that processes and their descendants hold together, in MiB, looked at 20 times a second."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.peak = 0.0
        self._process = psutil.Process(process.pid)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            now = 0
            with contextlib.suppress(psutil.Error):
                for process in [self._process, *self._process.children(recursive=True)]:
                    with contextlib.suppress(psutil.Error):
                        now += process.memory_info().rss
            self.peak = max(self.peak, now / 2**20)


def end(process: subprocess.Popen) -> None:
    """End a process and wait for it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    if _libc is not None:
        _libc.prctl(1, int(signal.SIGTERM))  # 1 = PR_SET_PDEATHSIG
