"""`manage.py import_requests FILE --institution KBO`"""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from partners.models import Institution
from partners.officefiles import HeadingError, OfficeFile, OfficeFileError, open_file
from partners.services import working_for
from partners.texts import visible
from persons.services.detours import import_requests


class Command(BaseCommand):
    help = (
        "Import past detours of an institution (questions to a third party): CSV or XLSX with insz, third_party, "
        "asked_on (and optionally answered_on, result). If one row is wrong, nothing is imported (exit code 3)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE")
        parser.add_argument("--institution", required=True, metavar="KBO", help="KBO number, ten digits")

    def handle(self, *args: object, **options) -> None:
        kbo = re.sub(r"[\s.]", "", visible(options["institution"]))
        institution = Institution.objects.filter(kbo_number=kbo).exclude(kbo_number="").first()
        if institution is None:
            raise CommandError(f"No institution has KBO number {options['institution']}.")
        name = options["path"].name
        try:
            with open_file(options["path"]) as raw, working_for(institution), override("en"):
                # The name keeps the file in use until `raw` is closed.
                file = OfficeFile(raw)
                result = import_requests(
                    file, allow_test=settings.KBI_ALLOW_TEST_NUMBERS, institution=institution
                )
                for wrong in result.wrong:
                    self.stderr.write(f"{name}, line {wrong.line}, {wrong.field or 'row'}: {wrong.reason}")
        except (OfficeFileError, HeadingError) as error:
            raise CommandError(f"{name}: {error}; nothing was imported.") from error
        if result.wrong:
            self.stdout.write(f"{len(result.wrong)} wrong rows for {institution}; nothing was imported")
            sys.exit(3)
        self.stdout.write(
            f"{result.noted} requests noted for {institution}, {result.existing} were there before"
        )
