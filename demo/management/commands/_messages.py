"""The base of commands that write further messages of a generated population."""

from __future__ import annotations

import datetime
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from .generate_dossiers import _day


class MessagesCommand(BaseCommand):
    """Write what `messages` yields into a folder."""

    requires_system_checks: list[str] = []

    def messages(self, persons: int, seed: int, as_of: datetime.date) -> Iterable[tuple[str, bytes]]:
        """Return file names and contents, for the population of these three values."""
        raise NotImplementedError

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
            for name, content in self.messages(options["persons"], options["seed"], options["as_of"]):
                (out / name).write_bytes(content)
                files += 1
        except OSError as error:
            raise CommandError(f"{error.filename or out}: {error.strerror}.") from error
        self.stdout.write(f"{files} messages in {out}")
