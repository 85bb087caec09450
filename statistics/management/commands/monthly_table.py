from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from partners.periods import today
from statistics.exports import as_csv, grid
from statistics.figures import FIGURES
from statistics.filters import Choice
from statistics.pages import year_page
from statistics.services.counting import CountedElsewhere, first_month, for_the_agency
from statistics.services.years import EVERY, figure_of_year
from statistics.tables import no_data


class Command(BaseCommand):
    help = (
        "Print the monthly figures of every institution in a year: the same numbers as the page in the admin. "
        "Without --figure: consultations, or imported exchanges for years before the log."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, default=None, help="default: this year")
        parser.add_argument("--figure", choices=sorted(FIGURES))
        parser.add_argument("--format", choices=["text", "csv"], default="text")

    def handle(self, *, year: int | None, figure: str | None, format: str, **options: Any) -> None:  # noqa: A002
        year = today().year if year is None else year
        if not 1900 <= year <= today().year:
            raise CommandError(f"--year {year}: a year from 1900 to {today().year} is needed.")
        try:
            with for_the_agency():
                counted = FIGURES[figure] if figure else figure_of_year(year, first_month())
                page = year_page(Choice(year=year, figure=counted, show=EVERY))
        except CountedElsewhere:
            raise CommandError(
                "Run `manage.py roll_up --rebuild` first: the database was restored."
            ) from None
        if format == "csv":
            self.stdout.write(as_csv(page.table).decode("utf-8-sig"), ending="")
            return
        if page.year.is_empty:
            self.stdout.write(f"{page.table.title}: {no_data()}.")
            return
        rows = [[str(value) for value in row] for row in grid(page.table)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        self.stdout.write(page.table.title)
        for heading, *cells in rows:
            padded = [cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)]
            self.stdout.write("  ".join([heading.ljust(widths[0]), *padded]).rstrip())
        for text in (page.table.definition, *page.table.notes):
            self.stdout.write(text)
