"""`manage.py generate_doubts --persons N --seed S --as-of DATE --out DIR`"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from demo.generator import doubts

from .generate_dossiers import _day


class Command(BaseCommand):
    help = (
        "Write messages that put some persons of a generated population in doubt: newer messages that the import sets "
        "aside, and replaced numbers. Import the population first."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--persons", type=int, required=True, metavar="N", help="of the population")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the population, default 1")
        parser.add_argument("--as-of", type=_day, required=True, metavar="DATE", help="of the population")
        parser.add_argument(
            "--out", type=Path, required=True, metavar="DIR", help="folder, made when missing"
        )

    def handle(self, *args: object, **options) -> None:
        out: Path = options["out"]
        files = 0
        try:
            out.mkdir(parents=True, exist_ok=True)
            for name, content in doubts.messages(options["persons"], options["seed"], options["as_of"]):
                (out / name).write_bytes(content)
                files += 1
        except OSError as error:
            raise CommandError(f"{error.filename or out}: {error.strerror}.") from error
        self.stdout.write(f"{files} messages in {out}")
