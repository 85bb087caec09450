"""Proofs for a letter to one person: that its rows are in the sealed log, and nothing about anyone else."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from . import form
from .chain import COLUMNS, Seal
from .findings import Fault, Finding
from .keys import PublicKeys, is_signed
from .merkle import Tree, root_from
from .reading import TABLE, seal_numbered, split

LETTER = 1


class LetterUnreadable(Exception):
    """The data of a letter are not what `prove` makes."""


def prove(
    insz: str, source: str = TABLE, parameters: Sequence[Any] = (), *, others: Sequence[str] = ()
) -> dict[str, Any]:
    """The data of a letter to the person `insz` about rows of the log, ready for JSON.

    `others` are numbers that the same person had before.

    `source` is the SQL of a table, function call or subquery in brackets that yields whole rows of the log, with
    `parameters` for its placeholders: what the bound role may read. Each row has its public columns, the entries of
    the person with their salts, its seal and the path to the seal's root; employees and other persons are hashes.
    `unsealed` and `changed` are the ids of the rows without a proof: rows of the last minutes, and rows that are not
    what was sealed.
    """
    letter = _Letter(insz, others)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT epoch, xid::text, date_trunc('month', at AT TIME ZONE 'Europe/Brussels')::date, {form.SELECT_TEXT}"
            f" FROM {source} AS about ORDER BY at, id",
            parameters,
        )
        for epoch, xid, month, *values in cursor.fetchall():
            letter.add(epoch, int(xid), month, values)
    return letter.as_json()


class _Letter:
    def __init__(self, insz: str, others: Sequence[str]) -> None:
        self._insz, self._others = insz, list(others)
        self._tree: tuple[int, Tree] | None = None  # of the seal of the row before: its hashes take megabytes
        self._seals: dict[int, Seal] = {}
        self._rows: list[dict[str, Any]] = []
        self._without: dict[str, list[str]] = {"unsealed": [], "changed": []}

    def add(self, epoch: int, xid: int, month: datetime.date, values: Sequence[str | None]) -> None:
        row = form.disclose(values, {self._insz, *self._others})
        seal = self._seal_of(epoch, xid, month)
        if seal is None:
            self._without["unsealed"].append(row["public"]["id"])
            return
        tree, leaf = self._tree_of(seal), form.disclosed_leaf(row)
        if tree.root != seal.root or leaf not in tree.levels[0]:
            self._without["changed"].append(row["public"]["id"])
            return
        index = tree.levels[0].index(leaf)
        path = [hash_.hex() for hash_ in tree.path(index)]
        self._rows.append({"seal": seal.number, "index": index, "path": path, **row})

    def as_json(self) -> dict[str, Any]:
        used = sorted({row["seal"] for row in self._rows})
        return {
            "letter": LETTER,
            "insz": self._insz,
            "others": self._others,
            "rows": self._rows,
            "seals": [self._seals[number].as_json() for number in used],
            **self._without,
        }

    def _seal_of(self, epoch: int, xid: int, month: datetime.date) -> Seal | None:
        for seal in reversed(self._seals.values()):
            if seal.epoch == epoch and seal.month == month and seal.from_xid <= xid < seal.until_xid:
                return seal
        return self._read(epoch, xid, month)

    def _tree_of(self, seal: Seal) -> Tree:
        if self._tree is None or self._tree[0] != seal.number:
            self._read(seal.epoch, seal.from_xid, seal.month)
        assert self._tree is not None
        return self._tree[1]

    def _read(self, epoch: int, xid: int, month: datetime.date) -> Seal | None:
        """Read the seal over a transaction number in a month, with its hashes, for the rows that follow."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {COLUMNS}, leaves FROM consultations_seal_of(%s::smallint, %s::xid8, %s)",
                [epoch, str(xid), month],
            )
            row = cursor.fetchone()
        if row is None:
            return None
        *columns, leaves = row
        seal = Seal.read(columns)
        self._seals[seal.number] = seal
        self._tree = seal.number, Tree(split(bytes(leaves)))
        return seal


@dataclass
class LetterVerdict:
    """What a check of a letter found: how many rows are proven, and by what their seals are confirmed."""

    rows: int = 0
    without_proof: int = 0
    signed: int = 0
    published: int = 0
    in_log: int = 0
    seals: int = 0
    findings: list[Finding] = field(default_factory=list)


def check_letter(
    letter: Mapping[str, Any], published: Iterable[Seal] = (), keys: PublicKeys | None = None
) -> LetterVerdict:
    """Check each row of a letter against its seal, and each seal against signatures, published seals and this log.

    A seal that none of the three knows proves nothing and is a finding. Raises LetterUnreadable.
    """
    try:
        if letter["letter"] != LETTER:
            raise LetterUnreadable(f"Letters of kind {letter['letter']} are not known.")
        seals = {seal.number: seal for seal in map(Seal.from_json, letter["seals"])}
        verdict = LetterVerdict(seals=len(seals))
        verdict.without_proof = len(letter["unsealed"])
        verdict.findings += [
            Finding(Fault.CHANGED, f"Row {changed} is not what was sealed.") for changed in letter["changed"]
        ]
        own, ids = {letter["insz"], *letter["others"]}, set[str]()
        for row in letter["rows"]:
            wrong = _wrong_in(row, seals[row["seal"]], own)
            if not wrong and row["public"]["id"] in ids:
                wrong = "is there twice"
            ids.add(row["public"]["id"])
            if wrong:
                verdict.findings.append(Finding(Fault.CHANGED, f"Row {row['public']['id']} {wrong}."))
            verdict.rows += not wrong
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LetterUnreadable(f"The letter cannot be read ({type(error).__name__}: {error}).") from error
    _confirm(verdict, seals, {seal.number: seal.hash for seal in published}, keys or {})
    return verdict


def _wrong_in(row: Mapping[str, Any], seal: Seal, own: Collection[str]) -> str:
    people = [person["insz"] for person in row["people"] if not isinstance(person, str)]
    if not people or any(person not in own for person in people):
        return "is not about the person of the letter"
    path = [bytes.fromhex(hash_) for hash_ in row["path"]]
    try:
        root = root_from(form.disclosed_leaf(row), row["index"], seal.row_count, path)
    except ValueError as error:
        return f"has a wrong proof: {error}"
    return "" if root == seal.root else f"is not in {seal}"


def _confirm(
    verdict: LetterVerdict, seals: Mapping[int, Seal], published: Mapping[int, bytes], keys: PublicKeys
) -> None:
    for number, seal in seals.items():
        own = seal_numbered(number)
        is_own, is_published = own is not None and own.hash == seal.hash, published.get(number) == seal.hash
        has_signature = is_signed(seal, keys)
        verdict.in_log += is_own
        verdict.published += is_published
        verdict.signed += has_signature
        if own is not None and not is_own:
            verdict.findings.append(Finding(Fault.REWRITTEN, f"{seal.title} is not the one in this log."))
        if number in published and not is_published:
            verdict.findings.append(
                Finding(Fault.REWRITTEN, f"{seal.title} is not the one that was published.")
            )
        if not (is_own or is_published or has_signature):
            verdict.findings.append(Finding(Fault.SIGNATURE, f"Nothing confirms {seal}."))
