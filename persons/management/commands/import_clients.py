"""`manage.py import_clients FILE.csv --institution KBO`"""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from partners.models import Institution
from partners.texts import visible
from persons.services.hashing import OtherKey
from persons.services.registering import ClientFileError, WrongRow, import_clients


class Command(BaseCommand):
    help = (
        "Register a client list for an institution: CSV or XLSX with insz, capacity, valid_from, valid_until, "
        "reason (and optionally proof). Wrong rows are reported by line, the rest is registered (exit code 3)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE")
        parser.add_argument("--institution", required=True, metavar="KBO", help="KBO number, ten digits")

    def handle(self, *args: object, **options) -> None:
        # What a command prints is English; the same words are Dutch on the page.
        with override("en"):
            self._import(options)

    def _import(self, options: dict) -> None:
        kbo = re.sub(r"[\s.]", "", visible(options["institution"]))
        institution = Institution.objects.active().filter(kbo_number=kbo).exclude(kbo_number="").first()
        if institution is None:
            raise CommandError(f"No active institution has KBO number {options['institution']}.")
        name = options["path"].name

        def say(wrong: WrongRow) -> None:
            self.stderr.write(f"{name}, line {wrong.line}, {wrong.field or 'row'}: {wrong.reason}")

        try:
            report = import_clients(
                path=options["path"],
                institution=institution,
                allow_test=settings.KBI_ALLOW_TEST_NUMBERS,
                on_wrong=say,
            )
        except (ClientFileError, OtherKey) as error:
            raise CommandError(str(error)) from error
        ended = f"{report.brought_forward} end earlier, " if report.brought_forward else ""
        self.stdout.write(
            f"{report.read} rows for {institution}: {report.registered} registered, {report.existing} were there, "
            f"{ended}{report.wrong} wrong (read as {report.read_as})"
        )
        if report.wrong:
            sys.exit(3)
