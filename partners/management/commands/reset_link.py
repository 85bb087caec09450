"""`manage.py reset_link EMAIL`"""

from __future__ import annotations

import getpass

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from partners.models import User
from partners.resets import minutes, reset_link
from partners.texts import email_address


class Command(BaseCommand):
    help = (
        "Print a link with which the owner of an account sets a new password. It works once, for an hour. The "
        "history of the account in the admin records it, with the user of this computer who ran the command."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="e-mail address of the account")

    @transaction.atomic
    def handle(self, *, email: str, **options: object) -> None:
        if not settings.HAS_SECRET_KEY:
            raise CommandError(
                "KBI_SECRET_KEY (or KBI_SECRET_KEY_FILE) is missing: the link is signed with it."
            )
        if not settings.KBI_BASE_URL:
            raise CommandError("KBI_BASE_URL is missing: the link needs the portal's address.")
        user = User.objects.filter(email=email_address(email)).first()
        if user is None:
            raise CommandError("No account has this e-mail address.")
        if not user.is_active:
            raise CommandError(
                "This account is closed, so no one can sign in with it. Open it first, in the admin."
            )
        # The command has no account of its own. The history is that of the account, which is why it is also the user.
        LogEntry.objects.create(
            user=user,
            content_type=ContentType.objects.get_for_model(User),
            object_id=str(user.pk),
            object_repr=str(user)[:200],
            action_flag=CHANGE,
            change_message=f"manage.py reset_link: herstellink gemaakt op de server door {getpass.getuser()}.",
        )
        self.stdout.write(reset_link(user))
        self.stderr.write(
            f"The link works once, within {minutes()} minutes. Give it to the owner of the account only."
        )
