"""Make the letter to a person about who looked on the server, about all institutions or one."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from oversight.letterfiles import CSV, ODT, PROOF, letter_as_csv, letter_as_odt, proof_as_json
from oversight.letters import Request, make_letter_on_server, make_proof_on_server
from oversight.letterwords import DUTCH, LANGUAGES
from partners.models import Institution
from partners.periods import today
from persons import insz
from persons.insz import InvalidInsz

_MOST_READ = 100  # characters of standard input


class Command(BaseCommand):
    help = (
        "Make the letter about who looked at a person. The INSZ is read from standard input, never from the command "
        "line. Without --folder the looks go to standard output as CSV; with it, letter (ODT), table (CSV) and proofs "
        "(JSON) are written there. Each is a row of the log. Looks that are confidential today are left out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, metavar="PATH", help="where the three files are written")
        parser.add_argument(
            "--institution", metavar="SLUG", help="looks of this institution and of those it succeeded"
        )
        parser.add_argument("--language", choices=sorted(LANGUAGES), default=DUTCH, help="of the letter")

    def handle(self, *, folder: Path | None, institution: str | None, language: str, **options: Any) -> None:
        if settings.ROLE != "owner":
            raise CommandError("Only the owner does this: leave KBI_DB_ROLE out, or set it to owner.")
        if folder and not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        wanted = Request(_number(), timezone.now())
        of = _institution(institution) if institution else None
        name = f"brief-inzages-{today()}"
        # The row of the log is committed before anything is handed over.
        with transaction.atomic():
            letter = make_letter_on_server(wanted, of)
            proof = make_proof_on_server(wanted, of) if folder else None
        table = letter_as_csv(letter, name, language)
        if folder is None or proof is None:
            self.stdout.write(table.decode(), ending="")
            return
        files = {
            f"{name}.{ODT}": letter_as_odt(letter, language),
            f"{name}.{CSV}": table,
            f"bewijs-inzages-{today()}.{PROOF}": proof_as_json(proof),
        }
        for file, content in files.items():
            _write(folder / file, content)
        self.stdout.write(f"{len(letter.lines)} looks in {', '.join(files)}")


def _number() -> str:
    """Return the INSZ on standard input. Raises CommandError, without repeating what was typed."""
    try:
        return insz.normalise(sys.stdin.read(_MOST_READ), allow_test=settings.KBI_ALLOW_TEST_NUMBERS)
    except InvalidInsz as error:
        raise CommandError(f"Standard input has no INSZ: {error}.") from None


def _institution(slug: str) -> Institution:
    found = Institution.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError("No institution has this slug.")
    return found


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads. Raises CommandError when it exists, or cannot be written."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
