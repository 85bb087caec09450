"""`manage.py sync_groups`"""

from __future__ import annotations

from django.core.management.base import BaseCommand

from partners.groups import sync_groups


class Command(BaseCommand):
    help = "Give the staff groups exactly the permissions in partners/groups.py."

    def handle(self, *args: object, **options) -> None:
        self.stdout.write(f"{sync_groups()} groups in line")
