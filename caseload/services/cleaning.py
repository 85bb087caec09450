"""What the portal no longer needs goes: sessions, counters, rows of former clients, old lists, changes, history.

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

from partners import inviting, slowing, tasks
from partners.periods import today
from partners.rights import suspend_unused
from persons.changes import KEPT as CHANGES_KEPT
from persons.models import CaseloadRow, Change, Inscription, Reminder, Standing

from ..models import Upload, UploadRow

# An invitation that was not accepted in time is not needed any longer.
INVITATIONS_KEPT = datetime.timedelta(days=30)
# Reminders that were done; the page of a reminder still says so to a colleague who is late.
DONE_KEPT = datetime.timedelta(days=7)
# Uploaded client lists with their reports, done or not.
UPLOADS_KEPT = datetime.timedelta(days=7)
# The history of the admin says who changed rights, for as long as the log says who looked.
HISTORY_KEPT = datetime.timedelta(days=3653)


@dataclass(frozen=True)
class Cleaned:
    """How many rows of each kind were deleted, and how many accounts were suspended."""

    caseload_rows: int
    reminders: int
    history: int
    suspended: int
    uploads: int
    tasks: int
    changes: int


def clean_up() -> Cleaned:
    """Delete rows that are past their term, suspend unused accounts, and return how many.

    Needs the owner's connection; can run again.
    """
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    now = timezone.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM kbi_portal_cache WHERE expires < %s", [now])
        caseload_rows, _ = _without_client(CaseloadRow.objects).delete()
        reminders, _ = _without_client(Reminder.objects).delete()
        done, _ = Reminder.objects.filter(done_at__lt=now - DONE_KEPT).delete()
        changes, _ = Change.objects.filter(at__lt=now - CHANGES_KEPT).delete()
        Standing.objects.filter(fell_at__lt=now - CHANGES_KEPT).update(fell_at=None)
        slowing.purge(now - slowing.REMEMBERED)
        inviting.purge(now - INVITATIONS_KEPT)
        history, _ = LogEntry.objects.filter(action_time__lt=now - HISTORY_KEPT).delete()
        suspended = suspend_unused()
        before = now - UPLOADS_KEPT
        # First the rows, in one statement: a list has 20,000 of them.
        UploadRow.objects.filter(upload__created_at__lt=before).delete()
        uploads, _ = Upload.objects.filter(created_at__lt=before).delete()
        return Cleaned(
            caseload_rows, reminders + done, history, suspended, uploads, tasks.delete_old(), changes
        )


def _without_client(rows):
    """The caseload rows or reminders of clients who are clients no more, and will not be by a later inscription.

    Those of a colleague who left stay, to be given.
    """
    clients = Inscription.objects.filter(
        institution=OuterRef("institution"),
        insz=OuterRef("insz"),
        voided_at__isnull=True,
        valid_until__gte=today(),
    )
    return rows.exclude(Exists(clients))
