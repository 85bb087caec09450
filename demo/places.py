"""Where the embedded server keeps its data and its sockets.

Both are in the server's home folder wherever that is possible. Data goes elsewhere if root starts the server in a
folder that no other account can enter, sockets if the path is too long for them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
from pathlib import Path

from .programs import Account, ServerError, is_folder_of, kill_processes

PORT = 5432  # only part of the socket's file name: the server listens on no network address


class Place:
    """The folders of the server with this home folder."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._file = home / "location.json"
        # The name contains a digest of `home`, so that a copied clone does not take the data of the original.
        self._name = f"kbi-portaal-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"

    @property
    def data(self) -> Path:
        """The folder with the data: the home folder, or the one elsewhere that it points at."""
        elsewhere = Path(self._read().get("elsewhere", ""))
        is_ours = elsewhere.name == self._name and is_folder_of(elsewhere, os.geteuid())
        return elsewhere if is_ours else self._home

    @property
    def cluster(self) -> Path:
        return self.data / "cluster"

    @property
    def sockets(self) -> Path:
        return Path(self._read().get("sockets") or self.data / "sockets")

    def choose(self) -> Account:
        """Decide where data and sockets go, and return the account for the server. Raises ServerError.

        A place elsewhere is made, and written down in the home folder.
        """
        account = Account.for_cluster(self.cluster)
        if not account.can_enter(self.data):
            if self.cluster.exists():
                raise ServerError(
                    f"The data is in {self.data}, and account number {account.uid} (it runs PostgreSQL) can "
                    "no longer enter it: open the folders above it, or throw the data away with `make clean`."
                )
            self._move_elsewhere(account)
        # the limit is 103 bytes on macOS, 107 on Linux
        if len(os.fsencode(self.data / "sockets" / f".s.PGSQL.{PORT}")) > 100:
            if not account.owns_privately(self.sockets):
                self._write(sockets=str(self._make_short_folder()))
        elif "sockets" in self._read():
            self._write(sockets="")
        return Account.for_cluster(self.cluster)

    def _move_elsewhere(self, account: Account) -> None:
        for parent in (Path("/var/lib"), Path("/var/tmp")):  # noqa: S108 (ownership is checked)
            place = parent / self._name
            try:
                if os.path.lexists(place):
                    # left by an earlier clone in the same folder, whose .data is gone
                    if not is_folder_of(place, os.geteuid()):
                        continue
                    kill_processes(place / "cluster")
                    shutil.rmtree(place)
                place.mkdir(mode=0o711)
                place.chmod(0o711)
            except OSError:
                continue
            if account.can_enter(place):
                return self._write(elsewhere=str(place))
            place.rmdir()
        raise ServerError(
            f"PostgreSQL may not run as root, and no other account can enter {self._home} or a folder in /var."
        )

    def _make_short_folder(self) -> Path:
        """Make a private folder with a short path: the name of a socket has room for about a hundred bytes."""
        for parent in (Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp"), Path("/tmp")):  # noqa: S108
            folder = parent / f"kbi-{secrets.token_hex(6)}"
            with contextlib.suppress(OSError):
                folder.mkdir(mode=0o700)
                return folder
        raise ServerError(f"The path {self.data} is too long for a socket, and /tmp cannot be written.")

    def _read(self) -> dict[str, str]:
        """Return the folder that the home folder points at, or None without a readable file."""
        try:
            return json.loads(self._file.read_text())
        except (OSError, ValueError):
            return {}

    def _write(self, **changes: str) -> None:
        aside = self._file.with_name(f"{self._file.name}.new")
        aside.write_text(json.dumps(self._read() | changes, indent=1) + "\n")
        aside.replace(self._file)
