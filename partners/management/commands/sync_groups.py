"""`manage.py sync_groups`"""

from __future__ import annotations

from django.core.management.base import BaseCommand

from partners.groups import sync_groups


class Command(BaseCommand):
    help = "Bring the staff groups and their permissions in line with partners/groups.py; removes what it has not."

    def handle(self, *args: object, **options) -> None:
        self.stdout.write(f"{sync_groups()} groups in line")
