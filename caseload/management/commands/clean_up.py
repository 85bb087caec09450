from typing import Any

from django.core.management.base import BaseCommand

from caseload.services.cleaning import clean_up


class Command(BaseCommand):
    help = (
        "Delete ended sessions, expired counters, old counts of wrong passwords, marks on clients whose inscription "
        "ended a month ago, uploaded client lists and tasks of more than a week ago, and the admin's history of more "
        "than ten years. Runs every night, as the owner."
    )

    def handle(self, **options: Any) -> None:
        cleaned = clean_up()
        self.stdout.write(
            f"{cleaned.marks} marks on former clients, {cleaned.uploads} uploaded lists, {cleaned.tasks} tasks and"
            f" {cleaned.history} lines of history deleted; ended sessions and expired counters too."
        )
