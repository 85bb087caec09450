from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consultations.services import LogInUse, ensure_partitions
from statistics.services.counting import CountedElsewhere
from statistics.services.rolling import roll_up


class Command(BaseCommand):
    help = (
        "Add the new rows of the log to the roll-up of the figures, and make the log's next partitions. Runs every "
        "minute; the figures are exact however often it runs. --rebuild counts the whole log again, which is needed "
        "once after a dump was restored on another server."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="count the whole log again from scratch")

    def handle(self, *, rebuild: bool, **options: Any) -> None:
        try:
            number = roll_up(rebuild=rebuild)
        except CountedElsewhere:
            raise CommandError(
                "The roll-up was made on another database server: transaction numbers start anew after a dump and "
                "restore. Run `manage.py roll_up --rebuild` once."
            ) from None
        try:
            made = f"{ensure_partitions()} partitions made"
        except LogInUse:
            made = "another transaction reads the log, so its partitions are made at a later run"
        self.stdout.write(f"{number} rows of the log rolled up, {made}.")
