"""Which seals of the chain carry a signature of a key that was given."""

from __future__ import annotations

from dataclasses import dataclass

from .chain import Seal, moment
from .findings import Fault, Finding
from .keys import PublicKeys, is_signed

MOST = 50


@dataclass
class _Run:
    """A run of seals with the same key. `lack` says what is wrong with their signatures; it is empty if they are right.

    `is_false` says that a key that was given did not make the signature it is said to have made.
    """

    lack: str
    is_false: bool
    first: Seal
    last: Seal

    def __str__(self) -> str:
        if self.first is self.last:
            return f"{self.first.title}: {self.lack}"
        return f"Seals {self.first.number} to {self.last.number}, from {moment(self.first.sealed_at)} on: {self.lack}"


class Signatures:
    """Checks the signature of each seal, and tells the seals without a good one in runs."""

    def __init__(self, keys: PublicKeys) -> None:
        self._keys = keys
        self._runs: list[_Run] = []

    def check(self, seal: Seal) -> None:
        """Check the next seal of the chain. Ed25519 takes 0.1 to 0.2 ms."""
        if not self._keys:
            return
        is_false = False
        if is_signed(seal, self._keys):
            lack = ""
        elif not seal.signed_by:
            lack = "no signature"
        elif is_false := seal.signed_by in self._keys:
            lack = f"a wrong signature of {seal.signed_by}"
        else:
            lack = f"signed by {seal.signed_by}, a key that was not given"
        if self._runs and self._runs[-1].lack == lack:
            self._runs[-1].last = seal
        else:
            self._runs.append(_Run(lack, is_false, seal, seal))

    def outcome(self) -> tuple[list[Finding], list[str]]:
        """Findings and notes. A good signature confirms all seals before it, by the chain.

        So seals before the first good one are a note: the log was sealed without a key then, or with an earlier one.
        `seal_log` lets none without follow one with a signature: such a seal is a finding.
        """
        begin = next((place for place, run in enumerate(self._runs) if not run.lack), len(self._runs))
        findings, notes = [], []
        for place, run in enumerate(self._runs):
            if not run.lack:
                continue
            if place < begin < len(self._runs) and not run.is_false:
                good = self._runs[begin].first
                notes.append(f"{run}. The signature of {good} confirms them as they were then.")
            else:
                findings.append(Finding(Fault.SIGNATURE, f"{run}."))
        return findings[:MOST], notes[:MOST]
