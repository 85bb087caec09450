"""`manage.py demo_answer`"""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.use.answers import give_answer


class Command(BaseCommand):
    help = (
        "Give the answer to the parliamentary question of 2015; only where test numbers are allowed. Run demo_accounts "
        "and import_counts first. Run again, it writes nothing."
    )

    def handle(self, *args: object, **options) -> None:
        if not settings.KBI_ALLOW_TEST_NUMBERS:
            raise CommandError("An invented answer has no place where KBI_ALLOW_TEST_NUMBERS is off.")
        self.stdout.write("1 answer" if give_answer() else "the answer was there")
