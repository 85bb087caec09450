"""Compare the log with its seals, and the seals with what was published."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Set
from pathlib import Path

from django.db import connection

from . import form
from .chain import BEFORE_THE_FIRST, Seal, count_rows
from .comparing import Outcome, compare, spans
from .findings import Fault, Finding, Verdict
from .keys import PublicKeys, is_signed
from .merkle import Tree
from .months import month_of
from .outside import look_outside
from .reading import TABLE, copy_rows, leaves_of, seals_after
from .retired import Retired
from .signatures import Signatures

MOST_IDS, MOST_FINDINGS = 5, 200


def verify_log(
    published: Iterable[Seal] = (),
    keys: PublicKeys | None = None,
    *,
    roots: bool = False,
    archives: Path | None = None,
) -> Verdict:
    """Read the whole log once, compare it with its seals, and return what was found.

    `published` are seals that were kept outside the database, `keys` the public keys that may have signed. With
    `roots` the hash trees are computed too, on which letters rely: sealing made them of the rows, at the same time.
    `archives` is the folder with the files of the months that `retire_log` moved; without it they are not read.
    Others may write meanwhile: what is sealed after the last part was read counts as not sealed yet. Raises
    PublishedUnreadable.
    """
    keys = keys or {}
    kept = _Published(published, keys)
    chain = _Chain(kept, Signatures(keys))
    rows, archived = _Rows(), Retired(keys).months
    for span in spans(chain.checked(seals_after(0))):
        rows.take(compare(span, roots=roots, archived=archived))
    retired = Retired(keys)  # others may have been archived meanwhile
    signed, notes = chain.signatures.outcome()
    verdict = Verdict(
        since=chain.first.sealed_at if chain.first else None,
        head=chain.head,
        seals=chain.number,
        rows=rows.number,
        published=kept.number,
        findings=chain.findings
        + rows.findings(retired.months)
        + kept.findings(chain.head)
        + signed
        + retired.findings,
        notes=notes,
    )
    retired.verify(verdict, archives, roots=roots)
    look_outside(verdict, chain.ends)
    if not keys:
        verdict.notes.append("Signatures were not checked: no public key was given.")
    if not kept.number:
        verdict.notes.append(
            "Without published seals, a log that was rewritten or cut off as a whole looks sound."
        )
    return verdict


def record(verdict: Verdict) -> None:
    """Store the outcome for the page that shows the state of the log, which says by itself when rows wait too long."""
    if verdict.head is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO consultations_verification (last_seal, row_count, findings) VALUES (%s, %s, %s)",
            [verdict.head.number, verdict.rows + verdict.archived, len(verdict.changes)],
        )


class _Chain:
    """Whether each seal follows from the one before it; `ends` has where the seals of each epoch end."""

    def __init__(self, published: _Published, signatures: Signatures) -> None:
        self.first: Seal | None = None
        self.head: Seal | None = None
        self.number = 0
        self.ends: dict[int, int] = {}
        self.findings: list[Finding] = []
        self.signatures = signatures
        self._published = published

    def checked(self, seals: Iterable[tuple[Seal, bytes]]) -> Iterator[Seal]:
        """Pass seals on, and check each; beside it is the hash that the database has."""
        for seal, stored in seals:
            if wrong := self._wrong_in(seal, stored):
                self.findings.append(Finding(Fault.CHAIN, f"{seal.title}: {', '.join(wrong)}."))
            self._published.compare(seal)
            self.signatures.check(seal)
            self.first = self.first or seal
            self.head = seal
            self.number += 1
            self.ends[seal.epoch] = seal.until_xid
            yield seal

    def _wrong_in(self, seal: Seal, stored: bytes) -> list[str]:
        before = self.head
        return [
            words
            for is_wrong, words in (
                (seal.form != form.FORM, f"its form {seal.form} is not known"),
                (seal.hash != stored, "its hash is not that of its content"),
                (seal.number != (before.number if before else 0) + 1, "the seal before it is gone"),
                (
                    seal.previous != (before.hash if before else BEFORE_THE_FIRST),
                    "it does not follow from the seal before it",
                ),
                (seal.total != (before.total if before else 0) + seal.row_count, "its total is wrong"),
                (not _joins(seal, before), "its range does not join that of the seal before it"),
            )
            if is_wrong
        ]


def _joins(seal: Seal, before: Seal | None) -> bool:
    if before is None or seal.epoch > before.epoch:
        return seal.from_xid == 0
    if seal.range == before.range:
        return seal.month > before.month
    return seal.epoch == before.epoch and seal.from_xid == before.until_xid


class _Published:
    """Seals that were kept outside the database."""

    def __init__(self, published: Iterable[Seal], keys: PublicKeys) -> None:
        self._last: Seal | None = None
        self._hashes: dict[int, bytes] = {}
        self._first_other: Seal | None = None
        self._doubled: set[int] = set()
        for seal in published:
            if self._hashes.setdefault(seal.number, seal.hash) != seal.hash:
                self._doubled.add(seal.number)
            if self._last is None or seal.number >= self._last.number:
                self._last = seal
        self._keys = keys

    @property
    def number(self) -> int:
        return len(self._hashes)

    def compare(self, seal: Seal) -> None:
        """Note the first seal that differs: all that follow it differ too."""
        if self._first_other is None and self._hashes.get(seal.number, seal.hash) != seal.hash:
            self._first_other = seal

    def findings(self, head: Seal | None) -> list[Finding]:
        """What differs from the log that ends with `head`."""
        if self._last is None:
            return []
        findings = []
        if self._first_other:
            title = self._first_other.title
            words = f"{title} is not the one that was published: the log was rewritten there or before."
            findings.append(Finding(Fault.REWRITTEN, words))
        if self._doubled:
            numbers = ", ".join(map(str, sorted(self._doubled)[:MOST_IDS]))
            words = f"Different seals were published under one number: {numbers}."
            findings.append(Finding(Fault.REWRITTEN, words))
        if head is None or self._last.number > head.number:
            end = str(head) if head else "no seal"
            words = f"The log ends at {end}, but {self._last} was published: it was cut off or restored."
            findings.append(Finding(Fault.CUT_OFF, words))
        if self._keys and not is_signed(self._last, self._keys):
            words = f"The published {self._last} has no signature of a key that was given."
            findings.append(Finding(Fault.SIGNATURE, words))
        return findings


class _Rows:
    """Puts the outcomes of all spans together."""

    def __init__(self) -> None:
        self.number = 0
        self._findings: list[Finding] = []
        self._by_month: Counter[datetime.date] = Counter()
        self._empty: dict[datetime.date, list[Seal]] = defaultdict(list)

    def take(self, outcome: Outcome) -> None:
        """Count the rows of a span, and say how they differ."""
        self.number += outcome.number
        self._by_month.update(outcome.by_month)
        for seal, number in outcome.different:
            if number:
                self._compare(seal)
            else:
                self._empty[seal.month].append(seal)
        for (seal, month), number in outcome.added.items():
            self._add(Fault.ADDED, f"{count_rows(number)} of {month:%Y-%m} added near {seal}, in no seal.")
        for row, at, is_early in outcome.dated:
            when = "before its transaction began" if is_early else "after it was sealed"
            self._add(Fault.DATED, f"Row {row} is dated {at} UTC, {when}.")

    def findings(self, archived: Set[datetime.date]) -> list[Finding]:
        """All findings; a month of which every row is gone is one, unless it was archived."""
        for month, seals in self._empty.items():
            # Also one that was archived while this ran. Rows that are left in it were compared.
            if month in archived:
                continue
            if self._by_month[month]:
                for seal in seals:
                    self._add(Fault.GONE, f"{seal.title}: {count_rows(seal.row_count)} gone.")
                continue
            number = count_rows(sum(seal.row_count for seal in seals))
            words = f"All of {month:%Y-%m} is gone: {number} in {len(seals)} seals."
            if table := _detached(month):
                words += f" The table {table} is no longer part of the log."
            self._findings.append(Finding(Fault.MONTH_GONE, words))
        return self._findings

    def _compare(self, seal: Seal) -> None:
        """Find out which rows differ, by the hashes of the rows that were stored with the seal."""
        if len(self._findings) >= MOST_FINDINGS:
            return
        rows = _Leaves(seal)
        stored = leaves_of(seal.number)
        if Tree(stored).root != seal.root:
            self._add(Fault.CHANGED, f"{seal.title}: its rows and their stored hashes were changed.")
            return
        sealed, there = Counter(stored), Counter(list(rows.ids))
        missing, other = sealed - there, there - sealed
        if not missing and not other:
            self._add(Fault.CHANGED, f"{seal.title}: its digest and its root are not of the same rows.")
        changed = min(missing.total(), other.total())
        ids = [rows.ids[leaf] for leaf in other]
        which = f" ({', '.join(ids[:MOST_IDS])}{', …' if len(ids) > MOST_IDS else ''})"
        for number, fault, words in (
            (changed, Fault.CHANGED, which),
            (missing.total() - changed, Fault.GONE, ""),
            (other.total() - changed, Fault.ADDED, which),
        ):
            if number:
                self._add(fault, f"{seal.title}: {count_rows(number)} {fault}{words}.")

    def _add(self, fault: Fault, words: str) -> None:
        if len(self._findings) < MOST_FINDINGS:
            self._findings.append(Finding(fault, words))


class _Leaves:
    """The ids of the rows of a seal by their hashes."""

    def __init__(self, seal: Seal) -> None:
        self.ids: dict[bytes, str] = {}
        self._month = seal.month
        copy_rows(self, epoch=seal.epoch, from_xid=seal.from_xid, until_xid=seal.until_xid)

    def write(self, line: bytes) -> None:
        if month_of(form.place_of(line).at).first == self._month:
            self.ids[form.leaf_of(line)] = form.row_id(line)


def _detached(month: datetime.date) -> str:
    """The name of the table of a month if it was detached from the log."""
    name = f"{TABLE}_{month:%Y%m}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass(%s) IS NOT NULL"
            " AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(%s))",
            [name, name],
        )
        return name if cursor.fetchone() == (True,) else ""
