from typing import Any

from django.core.management.base import BaseCommand

from caseload.services.cleaning import clean_up


class Command(BaseCommand):
    help = (
        "Delete ended sessions, expired counters, old counts of wrong passwords, caseload rows and reminders of "
        "clients whose inscription is over, reminders that were done, uploaded client lists and tasks of more than a "
        "week ago, what changed for persons more than 90 days ago, and the admin's history of more than ten years; "
        "suspend accounts that no one used for 180 days. `manage.py work` does it every night."
    )

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{clean_up().words}.")
