from typing import Any

from django.core.management.base import BaseCommand

from caseload.services.cleaning import clean_up


class Command(BaseCommand):
    help = (
        "Delete ended sessions, expired counters, old counts of wrong passwords, marks on clients whose inscription "
        "ended a month ago, and the admin's history of more than ten years; suspend accounts that no one used for 180 "
        "days. Runs every night, as the owner."
    )

    def handle(self, **options: Any) -> None:
        cleaned = clean_up()
        self.stdout.write(
            f"{cleaned.marks} marks on former clients and {cleaned.history} lines of history deleted; ended sessions"
            f" and expired counters too. {cleaned.suspended} unused accounts suspended."
        )
