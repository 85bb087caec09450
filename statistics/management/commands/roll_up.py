from django.core.management.base import BaseCommand, CommandError

from consultations.services import ensure_partitions
from statistics.services.counting import CountedElsewhere
from statistics.services.rolling import roll_up


class Command(BaseCommand):
    help = (
        "Add to the roll-up of the figures what the log holds since last time, and make the log's next partitions. "
        "Meant to run every minute; the figures are exact whenever it runs. --rebuild counts the whole log again, "
        "which is needed once after a dump was restored on another server."
    )

    def add_arguments(self, parser):
        parser.add_argument("--rebuild", action="store_true", help="count the whole log again from scratch")

    def handle(self, *, rebuild, **options):
        try:
            number = roll_up(rebuild=rebuild)
        except CountedElsewhere:
            raise CommandError(
                "The roll-up was made on another database server: transaction numbers start anew after a dump and "
                "restore. Run `manage.py roll_up --rebuild` once."
            ) from None
        made = ensure_partitions()
        self.stdout.write(f"{number} rows of the log rolled up, {made} partitions made.")
