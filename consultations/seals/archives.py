"""The file of a month that left the log: its seals and rows, compressed, with a signature over the whole.

The lines of the file are, unpacked: what it is; then for each seal of the month the line that was published, and its
rows as COPY wrote them (`form`); at the end the record of the archive, with SHA-256 over all lines before it and a
signature over the record.
"""

from __future__ import annotations

import datetime
import gzip
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import IO, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

from . import form
from .chain import Seal, count_rows
from .keys import sign
from .merkle import Tree
from .publishing import line_of
from .reading import copy_rows

KIND = 1
# Above every transaction number.
END = 2**64 - 1
COLUMNS = ("month", "row_count", "last_seal", "digest", "signature", "signed_by")


class ArchiveDamaged(Exception):
    """The file of a month is gone, cannot be read, or is not of the rows that were sealed; the message says which."""


class NotSealed(Exception):
    """The rows of a month are not those of its seals."""


@dataclass(frozen=True)
class Archive:
    """The record of an archive: its month, rows and last seal, and SHA-256 over the lines of its file."""

    month: datetime.date
    row_count: int
    last_seal: int
    digest: bytes
    signature: bytes = b""
    signed_by: str = ""

    @property
    def content(self) -> bytes:
        """What is signed."""
        values = (self.month.isoformat(), self.row_count, self.last_seal, self.digest.hex())
        return ("kbi-log archive\n" + "\n".join(map(str, values))).encode()

    def signed(self, signature: bytes, by: str) -> Archive:
        """The same record with a signature."""
        return replace(self, signature=signature, signed_by=by)

    def row(self) -> list[Any]:
        """The columns `COLUMNS` for the table."""
        return [getattr(self, name) for name in COLUMNS]

    def as_json(self) -> dict[str, Any]:
        return {
            "month": self.month.isoformat(),
            "row_count": self.row_count,
            "last_seal": self.last_seal,
            "digest": self.digest.hex(),
            "signature": self.signature.hex(),
            "signed_by": self.signed_by,
        }

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} ({count_rows(self.row_count)})"


def archived() -> list[Archive]:
    """The records of the months that were moved to files, the oldest first. As any role of the portal."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM consultations_archive ORDER BY month")
        return [
            Archive(month, rows, last, bytes(digest), bytes(signature), by)
            for month, rows, last, digest, signature, by in cursor.fetchall()
        ]


def path_of(month: datetime.date, folder: Path) -> Path:
    """Where the archive of a month is in a folder."""
    return folder / f"log-{month:%Y-%m}.gz"


def write_archive(month: datetime.date, seals: Sequence[Seal], folder: Path, key: Ed25519PrivateKey) -> None:
    """Write the rows of a month with its seals to a file in `folder`, readable by this account only.

    The file has its name only once it is whole and on the disk. Raises NotSealed when the rows are not those of the
    seals, and OSError.
    """
    path = path_of(month, folder)
    part = path.with_suffix(".part")
    with open(part, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
            lines = _Lines(packed)
            lines.write_json({"archive": KIND, "form": form.FORM, "columns": form.COLUMNS})
            for epoch, of_epoch in groupby(seals, lambda seal: seal.epoch):
                rows = _Rows(lines, list(of_epoch))
                copy_rows(rows, epoch=epoch, from_xid=0, until_xid=END, month=month)
                rows.finish()
            total = sum(seal.row_count for seal in seals)
            record = Archive(month, total, seals[-1].number, lines.digest.digest())
            lines.write_json(sign(record, key).as_json())
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_archive(
    month: datetime.date, seals: Sequence[Seal], folder: Path, *, roots: bool = False
) -> Archive:
    """Read the archive of a month, compare it with the seals of the log, and return its record.

    Each seal has to be there, and each row under its seal; with `roots` the trees are computed too. The caller checks
    the signature. Raises ArchiveDamaged.
    """
    path = path_of(month, folder)
    with _unpacked(path) as lines:
        if _json(lines.next()).get("archive") != KIND:
            raise ArchiveDamaged(f"{path} is no archive of the log.")
        for seal in seals:
            if Seal.from_json(_json(lines.next())).hash != seal.hash:
                raise ArchiveDamaged(f"{path} has another seal than {seal}.")
            digest, leaves = sha256(), []
            for _ in range(seal.row_count):
                line = lines.next()
                digest.update(line)
                if roots:
                    leaves.append(form.leaf_of(line))
            if digest.digest() != seal.digest or (roots and Tree(leaves).root != seal.root):
                raise ArchiveDamaged(f"{path} has other rows than {seal}.")
        content = lines.digest.digest()
        values = _json(lines.next())
        if not lines.is_over():
            raise ArchiveDamaged(f"{path} has more than the month.")
    total = sum(seal.row_count for seal in seals)
    try:
        signature, signed_by = bytes.fromhex(values["signature"]), values["signed_by"]
    except (KeyError, TypeError, ValueError):
        raise ArchiveDamaged(f"{path} has no signature in its last line.") from None
    record = Archive(month, total, seals[-1].number, content, signature, signed_by)
    if record.as_json() != values:
        raise ArchiveDamaged(f"{path} has another record than its content.")
    return record


class _Lines:
    """Writes lines to a file, or reads them, with a digest over those so far."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile) -> None:
        self.digest = sha256()
        self._file = file

    def write(self, line: bytes) -> None:
        self.digest.update(line)
        self._file.write(line)

    def write_json(self, value: dict[str, Any]) -> None:
        self.write(json.dumps(value).encode() + b"\n")

    def next(self) -> bytes:
        """The next line. Raises EOFError when there is none."""
        line = self._file.readline()
        if not line:
            raise EOFError
        self.digest.update(line)
        return line

    def is_over(self) -> bool:
        return not self._file.read(1)


class _Rows:
    """Takes the lines of COPY of one epoch, and writes each seal before its rows."""

    def __init__(self, lines: _Lines, seals: list[Seal]) -> None:
        self._lines = lines
        self._seals = iter(seals)
        self._seal: Seal | None = None
        self._strays = 0
        self._begin()

    def write(self, line: bytes) -> None:
        xid = form.place_of(line).xid
        while self._seal is not None and xid >= self._seal.until_xid:
            self._end()
            self._begin()
        if self._seal is None or xid < self._seal.from_xid:
            self._strays += 1  # an exception here would break the connection
            return
        self._number += 1
        self._digest.update(line)
        self._lines.write(line)

    def finish(self) -> None:
        """End the last seal. Raises NotSealed when one of the seals is not over its rows, or a row has none."""
        while self._seal is not None:
            self._end()
            self._begin()
        if self._strays:
            raise NotSealed(f"{count_rows(self._strays)} in no seal")

    def _begin(self) -> None:
        self._number, self._digest = 0, sha256()
        self._seal = next(self._seals, None)
        if self._seal is not None:
            self._lines.write(line_of(self._seal))

    def _end(self) -> None:
        if self._seal is not None and self._digest.digest() != self._seal.digest:
            self._strays += 1


@contextmanager
def _unpacked(path: Path) -> Iterator[_Lines]:
    try:
        with gzip.open(path, "rb") as file:
            yield _Lines(file)
    except FileNotFoundError:
        raise ArchiveDamaged(f"{path} is not there.") from None
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise ArchiveDamaged(f"{path} cannot be read ({type(error).__name__}).") from error


def _json(line: bytes) -> dict[str, Any]:
    value = json.loads(line)
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value
