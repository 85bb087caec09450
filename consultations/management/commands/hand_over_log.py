"""Give the log to its own role, `kbi_log`, and load the rules of the log. Run it after each `migrate`."""

from __future__ import annotations

import os
from contextlib import closing

import psycopg2
from django.core.management.base import BaseCommand, CommandError

from consultations.handing_over import hand_over


class Command(BaseCommand):
    help = (
        "Make kbi_log the owner of the log and load its rules. Needs the address of a superuser of the same "
        "database in KBI_DB_SUPERUSER_URL: no role that logs in may own or change the log."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        url = os.environ.get("KBI_DB_SUPERUSER_URL")
        if not url:
            raise CommandError("KBI_DB_SUPERUSER_URL is missing: docs/operations.md says when it is needed.")
        try:
            link = psycopg2.connect(url)
        except psycopg2.OperationalError as error:
            raise CommandError(f"The database does not answer: {str(error).strip()}") from None
        with closing(link), link, link.cursor() as cursor:
            hand_over(cursor)
        self.stdout.write("The log belongs to kbi_log.")
