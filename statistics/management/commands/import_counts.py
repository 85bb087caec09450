from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from statistics.services.importing import Refused, import_file

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import monthly counts that another source states, from a CSV file with the columns maand (YYYY-MM), "
        "instelling, uitwisselingen; lines called Totaal must equal the sum of the others. The file is taken in "
        "whole or not at all; the same file again changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--source", required=True, help="where the numbers come from; shown beside them")
        parser.add_argument(
            "--replace", action="store_true", help="take the file's number where another one stands already"
        )

    def handle(self, *, file, source, replace, **options):
        try:
            done = import_file(file, source=source, replace=replace)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        except Refused as refused:
            lines = [f"{file}: {mistake}" for mistake in refused.mistakes[:SHOWN]]
            if len(refused.mistakes) > SHOWN:
                lines.append(f"and {len(refused.mistakes) - SHOWN} more")
            raise CommandError("\n".join([*lines, "Nothing was imported."])) from None
        self.stdout.write(
            f"{done.added} counts added, {done.replaced} replaced, {done.unchanged} unchanged; "
            f"the file adds up to {done.total}."
        )
