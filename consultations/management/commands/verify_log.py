"""Verify the log against its seals and against what was published, or a letter against the seals."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from consultations.seals import verifying
from consultations.seals.chain import Seal, count_rows, moment
from consultations.seals.findings import Finding, Verdict
from consultations.seals.keys import KeyUnreadable, PublicKeys, own_public_keys, public_keys
from consultations.seals.letters import LetterUnreadable, check_letter
from consultations.seals.publishing import PublishedUnreadable, read_published


class Command(BaseCommand):
    help = (
        "Read the whole log, compare it with its seals, and say since when it is proven and what is not sealed yet. "
        "Ends with code 1 when something was changed. With --letter, checks the proofs of a letter instead."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--published",
            type=Path,
            nargs="+",
            metavar="PATH",
            help="files or folders of published seals; default KBI_SEAL_FOLDER",
        )
        parser.add_argument(
            "--key",
            type=Path,
            nargs="+",
            metavar="FILE",
            help="public keys that may have signed; default KBI_SEAL_KEY_FILE and KBI_SEAL_EARLIER_KEYS",
        )
        parser.add_argument(
            "--roots",
            action="store_true",
            help="compute the trees of letters too; takes several times as long",
        )
        parser.add_argument(
            "--archive",
            type=Path,
            metavar="FOLDER",
            help="read the files of the months that retire_log moved there too",
        )
        parser.add_argument("--letter", type=Path, metavar="FILE", help="the data of a letter, as JSON")

    def handle(
        self,
        *,
        published: Sequence[Path] | None,
        key: Sequence[Path] | None,
        letter: Path | None,
        roots: bool,
        archive: Path | None,
        **options: Any,
    ) -> None:
        if published is None and settings.KBI_SEAL_FOLDER:
            published = [Path(settings.KBI_SEAL_FOLDER)]
        try:
            keys = public_keys(key) if key else own_public_keys()
            seals = read_published(published or [])
            if letter:
                findings = self._letter(letter, seals, keys)
            else:
                findings = self._log(verifying.verify_log(seals, keys, roots=roots, archives=archive))
        except (KeyUnreadable, PublishedUnreadable, LetterUnreadable) as error:
            raise CommandError(str(error)) from None
        if findings:
            raise CommandError("\n".join(finding.words for finding in findings))

    def _log(self, verdict: Verdict) -> list[Finding]:
        verifying.record(verdict)
        self.stdout.write("\n".join(_report(verdict)))
        return verdict.findings

    def _letter(self, path: Path, published: Iterable[Seal], keys: PublicKeys) -> list[Finding]:
        try:
            letter = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise LetterUnreadable(f"{path} cannot be read: {error}.") from None
        verdict = check_letter(letter, published, keys)
        self.stdout.write(
            f"{count_rows(verdict.rows)} proven by {verdict.seals} seals: {verdict.signed} with a signature, "
            f"{verdict.published} published, {verdict.in_log} in this log. "
            f"{count_rows(verdict.without_proof)} without proof."
        )
        return verdict.findings


def _report(verdict: Verdict) -> list[str]:
    lines = []
    if verdict.head is None or verdict.since is None:
        lines.append("Nothing is sealed yet.")
    else:
        lines.append(
            f"{'Proven' if verdict.is_proven else 'NOT PROVEN'}: {count_rows(verdict.rows)} in {verdict.seals} seals, "
            f"from {moment(verdict.since)} to {moment(verdict.head.sealed_at)}."
        )
    if verdict.archived:
        lines.append(f"In archives: {count_rows(verdict.archived)}.")
    waiting = f", the oldest of {moment(verdict.oldest_unsealed)}" if verdict.oldest_unsealed else ""
    lines.append(f"Not sealed yet: {count_rows(verdict.unsealed)}{waiting}.")
    lines.append(f"Compared with {verdict.published} published seals.")
    return lines + verdict.notes
