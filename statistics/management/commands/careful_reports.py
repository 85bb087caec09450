import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from statistics.careful.services import NotMade, make, make_missing
from statistics.management import arguments
from statistics.services.counting import CountedElsewhere


class Command(BaseCommand):
    help = (
        "Make the monthly reports about careful use that are missing, of the last twelve months. `work` does it every "
        "night. With --month, those of one month; --again makes a next version of reports that exist, which stay."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", type=arguments.month, metavar="YYYY-MM", help="only this month")
        parser.add_argument("--again", action="store_true", help="make a next version; needs --month")

    def handle(self, *, month: datetime.date | None, again: bool, **options: Any) -> None:
        if again and month is None:
            raise CommandError("--again needs --month.")
        try:
            number = make_missing() if month is None else make(month, again=again)
        except NotMade as error:
            raise CommandError(str(error)) from None
        except CountedElsewhere:
            raise CommandError(
                "The figures were counted on another server: run `manage.py roll_up --rebuild`."
            ) from None
        self.stdout.write(f"{number} monthly reports made.")
