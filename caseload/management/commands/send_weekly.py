"""`manage.py send_weekly`"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from caseload.services.weekly import enqueue_on_the_day


class Command(BaseCommand):
    help = (
        "Have the worker send the weekly mails that case workers asked for: numbers of their caseload, no person. "
        "`manage.py work` does it every morning. It does nothing on other days than KBI_WEEKLY_DAY, and sends each "
        "mail once a week."
    )

    def handle(self, **options: Any) -> None:
        if not settings.KBI_SENDS_MAIL:
            raise CommandError("The portal sends no mail: KBI_EMAIL_HOST is not set.")
        number = enqueue_on_the_day()
        if number is None:
            self.stdout.write("Not the day of the weekly mails.")
        else:
            self.stdout.write(f"{number} weekly mails wait for the worker.")
