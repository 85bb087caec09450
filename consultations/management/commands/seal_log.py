"""Seal the new rows of the log. Runs every minute."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from consultations.seals.chain import count_rows
from consultations.seals.keys import KeyUnreadable
from consultations.seals.publishing import NotPublished
from consultations.seals.sealing import HeadRefused, SealedElsewhere, seal_log


class Command(BaseCommand):
    help = (
        "Seal the rows of the log that can no longer be overtaken, sign the seals and publish them "
        "(docs/operations.md). Run it every minute; two at once, or one that is killed, do no harm."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--new-key",
            action="store_true",
            help="once, for a key that signed no seal yet: the last seal may be of an earlier key or have no signature",
        )

    def handle(self, *args: object, new_key: bool = False, **options: object) -> None:
        try:
            seals = seal_log(is_new_key=new_key)
        except SealedElsewhere:
            raise CommandError(
                "The log has no number for this database server yet: run `manage.py hand_over_log` first."
            ) from None
        except (KeyUnreadable, HeadRefused, NotPublished) as error:
            raise CommandError(str(error)) from None
        lacking = [name for name in ("KBI_SEAL_KEY_FILE", "KBI_SEAL_FOLDER") if not getattr(settings, name)]
        self.stdout.write(
            f"{count_rows(sum(seal.row_count for seal in seals))} sealed in {len(seals)} seals."
            + (f" Not set: {', '.join(lacking)}." if lacking else "")
        )
