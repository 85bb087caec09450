from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from statistics.services.filereading import Refused
from statistics.services.importing import import_file

LONGEST = 20  # mistakes in a message


class Command(BaseCommand):
    help = (
        "Import monthly counts that another source states, from CSV or XLSX with the columns maand (YYYY-MM), "
        "instelling (name or KBO number), uitwisselingen; lines called Totaal must equal the sum of the others. The "
        "file is imported completely or not at all; the same file again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--source", required=True, help="where the numbers come from; shown beside them")
        parser.add_argument(
            "--replace", action="store_true", help="replace numbers that exist with those of the file"
        )

    def handle(self, *, file: Path, source: str, replace: bool, **options: Any) -> None:
        # The words of the reader are Dutch on a page.
        with override("en"):
            try:
                imported = import_file(file, source=source, replace=replace)
            except Refused as refused:
                lines = [f"{file}: {mistake}" for mistake in refused.mistakes[:LONGEST]]
                if len(refused.mistakes) > LONGEST:
                    lines.append(f"and {len(refused.mistakes) - LONGEST} more")
                raise CommandError("\n".join([*lines, "Nothing was imported."])) from None
        self.stdout.write(f"{file.name} is read as {imported.read_as}")
        self.stdout.write(
            f"{imported.added} counts added, {imported.replaced} replaced, {imported.unchanged} unchanged; "
            f"the file adds up to {imported.total}."
        )
