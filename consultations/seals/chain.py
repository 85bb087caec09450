"""A seal: the root over the rows of one month in one range of transactions, and the hash of the seal before it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

BEFORE_THE_FIRST = bytes(32)


@dataclass(frozen=True)
class Seal:
    """One link of the chain.

    It covers the rows of `epoch` (the server that gave the transaction numbers) whose `xid` is in `from_xid` up to
    but not including `until_xid`, and whose moment is in the Brussels month `month`. A range that reaches into two
    months has a seal for each; a month without a seal in a range has no rows there. `total` counts the rows of all
    seals so far. No transaction from `ceiling_xid` on had begun to write at `sealed_at`.
    """

    number: int
    form: int
    epoch: int
    month: datetime.date
    from_xid: int
    until_xid: int
    ceiling_xid: int
    row_count: int
    total: int
    root: bytes
    digest: bytes
    previous: bytes
    sealed_at: datetime.datetime
    signature: bytes = b""
    signed_by: str = ""

    @cached_property
    def content(self) -> bytes:
        """What is hashed and signed: everything but the signature, as lines of text."""
        values = (_text(getattr(self, name)) for name in HASHED)
        return ("kbi-log seal\n" + "\n".join(values)).encode()

    @cached_property
    def hash(self) -> bytes:
        return sha256(self.content).digest()

    @property
    def range(self) -> tuple[int, int, int]:
        """What the seals of one range have in common."""
        return self.epoch, self.from_xid, self.until_xid

    @classmethod
    def read(cls, row: Sequence[Any]) -> Seal:
        """Make a seal of the columns `COLUMNS` of a row of the table."""
        values = dict(zip(NAMES, row, strict=True))
        for name in TRANSACTIONS:
            values[name] = int(values[name])
        for name in ("root", "digest", "previous", "signature"):
            values[name] = bytes(values[name])
        return cls(**values)

    def row(self) -> list[Any]:
        """The columns `COLUMNS` for the table."""
        values = [getattr(self, name) for name in NAMES]
        # PostgreSQL makes a transaction number of a text, and of no integer.
        return [
            str(value) if name in TRANSACTIONS else value for name, value in zip(NAMES, values, strict=True)
        ]

    def as_json(self) -> dict[str, Any]:
        """The seal with its hash, as it is published."""
        values = {name: _plain(getattr(self, name)) for name in NAMES}
        return values | {"hash": self.hash.hex()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Seal:
        """Read a published seal. Raises KeyError, TypeError or ValueError when it is none or has another hash."""
        known: dict[str, Any] = {name: values[name] for name in NAMES}
        known["month"] = datetime.date.fromisoformat(known["month"])
        known["sealed_at"] = datetime.datetime.fromisoformat(known["sealed_at"])
        for name in ("root", "digest", "previous", "signature"):
            known[name] = bytes.fromhex(known[name])
        seal = cls(**known)
        if seal.hash.hex() != values["hash"]:
            raise ValueError(f"the hash of seal {seal.number} is not that of its content")
        return seal

    def signed(self, signature: bytes, by: str) -> Seal:
        """The same seal with a signature."""
        return replace(self, signature=signature, signed_by=by)

    def __str__(self) -> str:
        rows = count_rows(self.row_count)
        return f"seal {self.number} of {moment(self.sealed_at)} ({rows} of {self.month:%Y-%m})"

    @property
    def title(self) -> str:
        """The seal at the beginning of a sentence."""
        return f"S{str(self)[1:]}"


TRANSACTIONS = ("from_xid", "until_xid", "ceiling_xid")
NAMES = tuple(field.name for field in fields(Seal))
HASHED = tuple(name for name in NAMES if name not in {"signature", "signed_by"})
COLUMNS = ", ".join(NAMES)


def count_rows(number: int) -> str:
    """A number of rows in words, for reports."""
    return "1 row" if number == 1 else f"{number:,} rows"


def moment(at: datetime.datetime) -> str:
    """A moment in UTC, for reports."""
    return f"{at.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S} UTC"


def _text(value: object) -> str:
    return str(_plain(value))


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value
