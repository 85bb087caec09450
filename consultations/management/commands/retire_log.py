"""Move the months of the log that are no longer kept to signed files."""

from __future__ import annotations

import datetime
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from consultations.seals.keys import KeyUnreadable
from consultations.seals.retiring import NotRetired, retire_months
from consultations.services import LogInUse


class Command(BaseCommand):
    help = (
        "Move whole months of the log that are kept no longer (ten years) to signed, compressed files, and detach them "
        "(docs/operations.md). Refuses a month that is kept, not sealed or not verified; one that is killed goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--before", type=_month, required=True, metavar="YYYY-MM", help="the first month that stays"
        )
        parser.add_argument("--folder", type=Path, help="where the files go; default KBI_ARCHIVE_FOLDER")

    def handle(self, *, before: datetime.date, folder: Path | None, **options: Any) -> None:
        if folder is None and not settings.KBI_ARCHIVE_FOLDER:
            raise CommandError("Name a folder with --folder or KBI_ARCHIVE_FOLDER.")
        try:
            retired = retire_months(before, folder or Path(settings.KBI_ARCHIVE_FOLDER))
        except (NotRetired, KeyUnreadable) as error:
            raise CommandError(str(error)) from None
        except LogInUse:
            raise CommandError(
                "Others read the log all the time: run this again later. Its files are made."
            ) from None
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error.strerror}.") from None
        self.stdout.write(
            f"{len(retired)} months left the log{': ' if retired else ''}{', '.join(map(str, retired))}."
        )


def _month(text: str) -> datetime.date:
    try:
        return datetime.datetime.strptime(text, "%Y-%m").replace(tzinfo=datetime.UTC).date()
    except ValueError:
        raise ArgumentTypeError(f"{text} is no month: write YYYY-MM.") from None
