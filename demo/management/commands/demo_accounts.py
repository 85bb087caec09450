"""`manage.py demo_accounts --out FILE.csv`"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.accounts import make_demo


class Command(BaseCommand):
    help = "Make the institutions and accounts of the demonstration; only where test numbers are allowed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.csv")

    def handle(self, *args: object, **options) -> None:
        if not settings.KBI_ALLOW_TEST_NUMBERS:
            raise CommandError("Demonstration accounts have no place where KBI_ALLOW_TEST_NUMBERS is off.")
        try:
            rows = make_demo(options["out"])
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}.") from error
        self.stdout.write(f"{len(rows)} accounts")
