"""What the portal no longer needs goes: ended sessions, expired counters, marks on former clients, old history.

Accounts that no one uses are suspended in the same run.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from partners import slowing
from partners.models import Membership
from partners.periods import today
from partners.querysets import covering
from partners.rights import suspend_unused
from persons.models import Inscription, PersonUserObjectPermission

# An inscription that is extended some days late keeps its place in the caseload of those who follow the client.
MARKS_KEPT = datetime.timedelta(days=30)
# The history of the admin says who changed rights, for as long as the log says who looked.
HISTORY_KEPT = datetime.timedelta(days=3653)


@dataclass(frozen=True)
class Cleaned:
    """How many rows of each kind were deleted, and how many accounts were suspended."""

    marks: int
    history: int
    suspended: int


def clean_up() -> Cleaned:
    """Delete rows that are past their term, suspend unused accounts, and return how many.

    Needs the owner's connection; can run again.
    """
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    now = timezone.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM kbi_portal_cache WHERE expires < %s", [now])
        marks, _ = _marks_on_former_clients().delete()
        slowing.purge(now - slowing.REMEMBERED)
        history, _ = LogEntry.objects.filter(action_time__lt=now - HISTORY_KEPT).delete()
        suspended = suspend_unused()
    return Cleaned(marks, history, suspended)


def _marks_on_former_clients():
    """The marks of users who have no client there any more, at any institution they work for, for a month."""
    works_at = Membership.objects.confirmed().filter(covering(today()), user=OuterRef(OuterRef("user_id")))
    clients = Inscription.objects.filter(
        person=OuterRef("content_object_id"),
        valid_until__gte=today() - MARKS_KEPT,
        voided_at__isnull=True,
        institution__in=works_at.values("institution"),
    )
    return PersonUserObjectPermission.objects.exclude(Exists(clients))
