"""`manage.py demo_expectations --persons N`"""

from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.use.expected import invent_expectations


class Command(BaseCommand):
    help = (
        "Invent what the agency expects of the invented use, and its notes; only where test numbers are allowed. Run "
        "demo_accounts first. Run again, it writes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--persons", type=int, required=True, metavar="N", help="of the population")

    def handle(self, *args: object, **options) -> None:
        if not settings.KBI_ALLOW_TEST_NUMBERS:
            raise CommandError("Invented expectations have no place where KBI_ALLOW_TEST_NUMBERS is off.")
        expectations, notes = invent_expectations(options["persons"])
        self.stdout.write(f"{expectations} expectations, {notes} notes")
