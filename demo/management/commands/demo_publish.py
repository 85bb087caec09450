"""`manage.py demo_publish`"""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.use.expected import AUTHOR
from partners.models import User
from statistics.models import PublishingSwitch
from statistics.published.services import is_published


class Command(BaseCommand):
    help = (
        "Publish the figures of the demo, as an administrator of the agency would in the admin; only where test "
        "numbers are allowed. Run demo_accounts first. Run again, it changes nothing."
    )

    def handle(self, *args: object, **options: object) -> None:
        if not settings.KBI_ALLOW_TEST_NUMBERS:
            raise CommandError("Invented figures are not published where KBI_ALLOW_TEST_NUMBERS is off.")
        if not PublishingSwitch.objects.exists():
            PublishingSwitch.objects.create(is_on=True, by=User.objects.get(email=AUTHOR))
        self.stdout.write("the figures are public" if is_published() else "an administrator switched it off")
