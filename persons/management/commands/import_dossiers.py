"""`manage.py import_dossiers PATH…`"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from persons.services.importing import BATCH, import_dossiers


class Command(BaseCommand):
    help = (
        "Bring dossiers in: files and folders with GeefDossierKBI answers (02.00) and PubliceerDossierKBI or "
        "RegistreerMutatieDossierKBI messages (Inburgering-01.00). The newest message of a person wins; a wrong "
        "message is set aside with its reason and the others go on (exit code 3)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--batch", type=int, default=BATCH, help="messages for one transaction")

    def handle(self, *args: object, **options) -> None:
        missing = [str(path) for path in options["paths"] if not path.exists()]
        if missing:
            raise CommandError(f"Not found, nothing was read: {', '.join(missing)}.")
        if options["batch"] < 1:
            raise CommandError("--batch must be at least 1.")
        report = import_dossiers(
            options["paths"], allow_test=settings.KBI_ALLOW_TEST_NUMBERS, batch=options["batch"]
        )
        for wrong in report.set_aside:
            place = ", ".join(
                part
                for part in (
                    str(wrong.file),
                    f"line {wrong.line}" if wrong.line else "",
                    f"at {wrong.field}" if wrong.field else "",
                )
                if part
            )
            self.stderr.write(f"set aside: {place}: {wrong.reason} {wrong.detail}".rstrip())
        self.stdout.write(
            f"{report.read} read: {report.new} new, {report.changed} changed, {report.unchanged} unchanged, "
            f"{report.older} older than what was known, {len(report.set_aside)} set aside"
        )
        if report.set_aside:
            sys.exit(3)
