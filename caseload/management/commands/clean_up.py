from typing import Any

from django.core.management.base import BaseCommand

from caseload.services.cleaning import clean_up


class Command(BaseCommand):
    help = (
        "Delete ended sessions, expired counters, old counts of wrong passwords, caseload rows and reminders of "
        "clients whose inscription is over, reminders that were done, uploaded client lists and tasks of more than a "
        "week ago, what changed for persons more than 90 days ago, and the admin's history of more than ten years; "
        "suspend accounts that no one used for 180 days. Runs every night, as the owner."
    )

    def handle(self, **options: Any) -> None:
        cleaned = clean_up()
        self.stdout.write(
            f"{cleaned.caseload_rows} caseload rows of former clients, {cleaned.reminders} reminders,"
            f" {cleaned.changes} changes,"
            f" {cleaned.uploads} uploaded lists, {cleaned.tasks} tasks and {cleaned.history} lines of history"
            f" deleted; ended sessions and expired counters too. {cleaned.suspended} unused accounts suspended."
        )
