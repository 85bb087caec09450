from typing import Any

from django.core.management.base import BaseCommand

from statistics.expected.services.clients import count_clients


class Command(BaseCommand):
    help = (
        "Count the clients of each institution in the running month, and in earlier months of the log that have no "
        "final count yet. Expectations per client use these counts. Runs every night."
    )

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{count_clients()} counts of clients written.")
