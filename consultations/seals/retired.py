"""Verify the months that `retire_log` moved to files."""

from __future__ import annotations

from pathlib import Path

from .archives import Archive, ArchiveDamaged, archived, read_archive
from .chain import count_rows
from .findings import Fault, Finding, Verdict
from .keys import PublicKeys, is_signed
from .reading import seals_of
from .retiring import kept_from


class Retired:
    """The archived months whose record is right, and the findings about the others, whose rows count as gone."""

    def __init__(self, keys: PublicKeys) -> None:
        first_kept = kept_from()
        self._archives: list[Archive] = []
        self.findings: list[Finding] = []
        for archive in archived():
            wrong = ""
            if archive.month >= first_kept:
                wrong = "is recorded as archived, and still has to be in the log"
            elif keys and not is_signed(archive, keys):
                wrong = "is recorded as archived without a good signature of a key that was given"
            if wrong:
                self.findings.append(Finding(Fault.ARCHIVE, f"The month {archive.month:%Y-%m} {wrong}."))
            else:
                self._archives.append(archive)
        self.months = frozenset(archive.month for archive in self._archives)

    def verify(self, verdict: Verdict, folder: Path | None, *, roots: bool) -> None:
        """Compare the files in `folder` with their seals and records; without a folder only say that they were not."""
        if not self._archives:
            return
        if folder is None:
            number = count_rows(sum(archive.row_count for archive in self._archives))
            first, last = self._archives[0].month, self._archives[-1].month
            verdict.notes.append(
                f"Archived, not read: {len(self._archives)} months from {first:%Y-%m} to {last:%Y-%m}, {number}."
            )
            return
        for archive in self._archives:
            try:
                if read_archive(archive.month, seals_of(archive.month), folder, roots=roots) != archive:
                    raise ArchiveDamaged(f"The archive of {archive} is not the one that was recorded.")
                verdict.archived += archive.row_count
            except ArchiveDamaged as error:
                verdict.findings.append(Finding(Fault.ARCHIVE, str(error)))
