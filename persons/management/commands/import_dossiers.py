"""`manage.py import_dossiers PATH…`"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from persons.services.hashing import OtherKey
from persons.services.importing import BATCH, ImportReport, import_dossiers
from persons.services.reading import ReadingBroken, SetAside

AGAIN = "What was counted is in; the same command again brings in the rest."


class Command(BaseCommand):
    help = (
        "Bring dossiers in: files and folders with GeefDossierKBI answers (02.00) and PubliceerDossierKBI or "
        "RegistreerMutatieDossierKBI messages (Inburgering-01.00). The newest message of a person wins. A wrong "
        "message is set aside with its place and reason and the others go on: exit code 3 instead of 0."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
        parser.add_argument(
            "--batch", type=int, default=BATCH, metavar="N", help=f"messages a transaction, default {BATCH}"
        )
        parser.add_argument(
            "--processes", type=int, metavar="N", help="that read beside this one; default after the input"
        )

    def handle(self, *args: object, **options) -> None:
        missing = [str(path) for path in options["paths"] if not path.exists()]
        if missing:
            raise CommandError(f"Not found, nothing was read: {', '.join(missing)}.")
        if options["batch"] < 1:
            raise CommandError("--batch must be at least 1.")
        if options["processes"] is not None and not 0 <= options["processes"] <= 64:
            raise CommandError("--processes must lie between 0 and 64.")
        if settings.ROLE != "owner":
            raise CommandError(
                "Only the owner brings dossiers in: leave KBI_DB_ROLE out, or set it to owner."
            )
        report = ImportReport()
        try:
            import_dossiers(
                options["paths"],
                allow_test=settings.KBI_ALLOW_TEST_NUMBERS,
                batch=options["batch"],
                processes=options["processes"],
                on_set_aside=self._say,
                report=report,
            )
        except (KeyboardInterrupt, SystemExit) as ended:
            # `kill` comes as an exit: manage.py has it so
            code = ended.code if isinstance(ended, SystemExit) and isinstance(ended.code, int) else 130
            raise CommandError(f"{_counts(report)}. Interrupted. {AGAIN}", returncode=code) from None
        except OtherKey as error:
            raise CommandError(str(error)) from error
        except (DatabaseError, ReadingBroken) as error:
            # Only the first line: the others could quote a value.
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise CommandError(f"{_counts(report)}. Broken off: {reason} {AGAIN}") from error
        self.stdout.write(_counts(report))
        if report.set_aside:
            sys.exit(3)

    def _say(self, wrong: SetAside) -> None:
        self.stderr.write(f"set aside: {wrong}")


def _counts(report: ImportReport) -> str:
    followed = (
        f", {report.carried_over} inscriptions carried over to a newer number" if report.carried_over else ""
    )
    return (
        f"{report.read} read: {report.new} new, {report.changed} changed, {report.unchanged} unchanged, "
        f"{report.older} older than what was known, {report.set_aside} set aside{followed}"
    )
