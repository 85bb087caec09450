"""`manage.py grant_access EMAIL --agency` or `--institution SLUG`"""

from __future__ import annotations

import getpass
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.dateparse import parse_date

from partners.enums import Role
from partners.groups import ADMINISTRATORS, sync_groups
from partners.models import Institution, User
from partners.periods import today
from partners.rights import NotTaken, grant_on_server, longest_until, record_on_account
from partners.texts import email_address

WHY = {
    "overlaps": "This account has that role there already, or a proposal waits, on some of these days.",
    "reversed": "The last day is before today.",
}


class Command(BaseCommand):
    help = (
        "Make an administrator: of the agency (--agency), or of an institution (--institution). It takes effect at "
        "once and is recorded, with the user of this computer. An account that does not exist is made, without a "
        "password; one that was suspended is opened again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="e-mail address of the account")
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--agency", action="store_true", help="administrator of the agency")
        where.add_argument("--institution", metavar="SLUG", help="address (as in /ocmw-gent/) or KBO number")
        parser.add_argument(
            "--role", choices=Role.values, default=Role.LOCAL_ADMINISTRATOR.value, help="at the institution"
        )
        parser.add_argument(
            "--until", metavar="YYYY-MM-DD", help="last day; at most, and by default, in twelve months"
        )
        parser.add_argument("--reason", required=True, help="why, for the record")
        parser.add_argument("--first-name", default="", help="of a new account")
        parser.add_argument("--last-name", default="", help="of a new account")

    @transaction.atomic
    def handle(self, *, email: str, agency: bool, reason: str, **options: Any) -> None:
        reason = reason.strip()
        if not reason or len(reason) > 150:
            raise CommandError("--reason: give a reason of at most 150 characters.")
        by = f"{reason} (manage.py grant_access, {getpass.getuser()})"[:250]
        user = self._account(email_address(email), options)
        if agency:
            sync_groups()
            user.groups.add(Group.objects.get(name=ADMINISTRATORS))
            user.is_staff = True
            user.save(update_fields=["is_staff"])
            record_on_account(user, f"Beheerder van het agentschap: {by}")
            self.stdout.write(f"{user.email} is an administrator of the agency.")
        else:
            institution = self._institution(options["institution"])
            until = self._until(options["until"])
            try:
                grant_on_server(
                    user=user, institution=institution, role=options["role"], until=until, reason=by
                )
            except NotTaken as refusal:
                raise CommandError(WHY[refusal.code]) from None
            record_on_account(
                user, f"{Role(options['role']).label} bij {institution}, tot en met {until}: {by}"
            )
            self.stdout.write(f"{user.email} is {options['role']} at {institution} until {until}.")
        if not user.has_usable_password():
            self.stderr.write(f"The account has no password yet. Run: manage.py reset_link {user.email}")

    def _account(self, email: str, options: dict[str, Any]) -> User:
        """Return the account, opened if it was suspended, or a new one. Raises CommandError."""
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError("EMAIL: this is no e-mail address.") from None
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(
                email, first_name=options["first_name"], last_name=options["last_name"]
            )
            self.stdout.write(f"Made the account {email}.")
        elif not user.is_active:
            if user.suspended_at is None:
                raise CommandError("This account was closed by the agency. Open it first, in the admin.")
            user.is_active = True
            user.save(update_fields=["is_active"])
            user.refresh_from_db()
            self.stdout.write(f"Opened the suspended account {email} again.")
        return user

    def _institution(self, text: str) -> Institution:
        digits = "".join(filter(str.isdigit, text))
        institution = Institution.objects.filter(
            Q(slug=text.strip("/")) | Q(kbo_number=digits or None)
        ).first()
        if institution is None:
            near = Institution.objects.active().matching(text.strip("/").replace("-", " "))[:5]
            hint = "".join(f"\n  {each.slug}  ({each.name})" for each in near)
            raise CommandError(
                f"No institution has the address or KBO number {text}.{hint and f' Did you mean:{hint}'}"
            )
        if not institution.is_open(today()):
            raise CommandError(f"{institution} has ended, so access there is not in force.")
        return institution

    def _until(self, text: str | None) -> Any:
        try:
            until = parse_date(text) if text else longest_until()
        except ValueError:
            until = None
        if until is None:
            raise CommandError("--until: write the day as YYYY-MM-DD.")
        if not today() <= until <= longest_until():
            raise CommandError(f"--until: from today to {longest_until()}, twelve months ahead.")
        return until
