"""What a verification of the log or of a letter reports."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from enum import StrEnum

from .chain import Seal


class Fault(StrEnum):
    """What is wrong."""

    CHANGED = "changed"  # a row differs from its seal
    GONE = "gone"
    ADDED = "added"  # a row that was not there when its range was sealed
    MONTH_GONE = "month gone"
    DATED = "dated"  # a row with a moment at which it cannot have been written
    CHAIN = "chain"  # seals that do not follow each other
    SIGNATURE = "signature"
    REWRITTEN = "rewritten"  # another seal was published under this number
    CUT_OFF = "cut off"  # a later seal was published than the log has
    ARCHIVE = "archive"  # the file of an archived month is gone or damaged
    LATE = "late"  # rows are not sealed in time; nothing shows a change


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with the log or its seals. The words name ids of rows and no person."""

    fault: Fault
    words: str


@dataclass
class Verdict:
    """The result of a verification: the period that is sealed, how many rows it has, and the findings.

    `rows` are those in the log, `archived` those that were read in archives.
    """

    since: datetime.datetime | None = None
    head: Seal | None = None
    seals: int = 0
    rows: int = 0
    published: int = 0
    archived: int = 0
    unsealed: int = 0
    oldest_unsealed: datetime.datetime | None = None
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_proven(self) -> bool:
        """Return True if there are seals, and the log, its archives and the published seals agree with them."""
        return self.head is not None and not self.changes

    @property
    def changes(self) -> list[Finding]:
        """The findings that show a change: all but rows that wait too long."""
        return [finding for finding in self.findings if finding.fault != Fault.LATE]
