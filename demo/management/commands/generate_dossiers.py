"""`manage.py generate_dossiers --persons N --seed S --as-of DATE --out DIR`"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo.generator import population


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise ArgumentTypeError(f"{text!r} is not a date of the form YYYY-MM-DD")
    return day


class Command(BaseCommand):
    help = (
        "Invent a population and write its dossiers as MAGDA messages into a folder: version 02.00 one answer of "
        "GeefDossierKBI a person, version 01.00 bundles of PubliceerDossierKBI and some mutations. All numbers are "
        "MAGDA test numbers. The same seed gives the same bytes. The folder must be new, empty, or a population "
        "made before, which is replaced; it appears when it is complete."
    )
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: object) -> CommandParser:
        # --version is Django's own option, and here the version of the messages.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--persons", type=int, required=True, metavar="N", help="how many")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="a number from 0 on, default 1")
        parser.add_argument(
            "--as-of", type=_day, required=True, metavar="DATE", help="day of the messages, YYYY-MM-DD"
        )
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to make")
        parser.add_argument("--version", choices=population.VERSIONS, default="02.00", help="default 02.00")

    def handle(self, *args: object, **options) -> None:
        out, version = options["out"], options["version"]
        try:
            summary = population.write(
                options["persons"], options["seed"], options["as_of"], out, version=version
            )
        except population.PopulationError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or out}: {error.strerror}.") from error
        line = (
            f"{summary.persons} persons in {summary.files} files ({summary.bytes / 1e6:.1f} MB) in {out}, "
            f"version {version}, seed {options['seed']}, as of {options['as_of']}"
        )
        if version == "02.00":
            counts = ", ".join(
                f"{summary.standings[standing]} {standing}" for standing, _ in population.SHARES
            )
            line += f": {counts}"
        self.stdout.write(line)
