"""`manage.py demo_use --persons N --seed S --as-of DATE`"""

from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.generator.population import EARLIEST, LATEST, MOST_PERSONS
from demo.use.clients import Population
from demo.use.year import invent

from .generate_dossiers import _day


class Command(BaseCommand):
    help = (
        "Invent a year of use until yesterday: clients, what case workers noted about them, and the log of who looked; "
        "only where test numbers are allowed. Import the population that generate_dossiers makes of the same number, "
        "seed and day first. Run again, it registers clients of new persons; the log stays as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--persons", type=int, required=True, metavar="N", help="of the population")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the population, default 1")
        parser.add_argument("--as-of", type=_day, required=True, metavar="DATE", help="of the population")

    def handle(self, *args: object, **options) -> None:
        persons, seed, as_of = (options[name] for name in ("persons", "seed", "as_of"))
        if not settings.KBI_ALLOW_TEST_NUMBERS:
            raise CommandError("Invented use has no place where KBI_ALLOW_TEST_NUMBERS is off.")
        if not 1 <= persons <= MOST_PERSONS:
            raise CommandError(f"--persons must lie between 1 and {MOST_PERSONS}.")
        if not 0 <= seed < 2**63:
            raise CommandError("--seed must be a number from 0 on, below 2 to the power of 63.")
        if not EARLIEST <= as_of <= LATEST:
            raise CommandError(f"--as-of must lie between {EARLIEST} and {LATEST}.")
        made = invent(Population(persons, seed, as_of))
        if made.looks is None:
            self.stdout.write(
                f"{made.inscriptions} inscriptions; the log has earlier rows, and stays as it is"
            )
        else:
            self.stdout.write(
                f"{made.inscriptions} inscriptions, {made.looks} rows of the log, {made.detours} detours, "
                f"{made.questions} questions, {made.reminders} reminders, {made.escapes} escapes"
            )
