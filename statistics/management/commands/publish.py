import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from statistics.management import arguments
from statistics.published.services import NotPublished, publish, publish_missing
from statistics.services.counting import CountedElsewhere


class Command(BaseCommand):
    help = (
        "Publish the figures of the months that are over and not published yet, while the agency publishes them. "
        "`work` does it every hour. With --month, those of one month; --again makes a next version, and the "
        "earlier one stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", type=arguments.month, metavar="YYYY-MM", help="only this month")
        parser.add_argument("--again", action="store_true", help="make a next version; needs --month")

    def handle(self, *, month: datetime.date | None, again: bool, **options: Any) -> None:
        if again and month is None:
            raise CommandError("--again needs --month.")
        try:
            number = publish_missing() if month is None else int(publish(month, again=again))
        except NotPublished as error:
            raise CommandError(str(error)) from None
        except CountedElsewhere:
            raise CommandError(
                "The figures were counted on another server: run `manage.py roll_up --rebuild`."
            ) from None
        self.stdout.write(f"{number} months published.")
