"""What the portal no longer needs goes: sessions, counters, rows of former clients, old lists, changes, history.

Nothing expires by it: on every page the dates decide, and a row that is past its term has no effect before it goes.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from consultations.seals.retiring import kept_from
from partners import inviting, slowing, tasks
from partners.periods import begin_of, today
from partners.rights import suspend_unused
from persons.changes import KEPT as CHANGES_KEPT
from persons.models import CaseloadRow, Change, Escape, EscapeReview, Inscription, Reminder, Standing

from ..models import Upload, UploadRow

# An invitation that was not accepted in time is not needed any longer.
INVITATIONS_KEPT = datetime.timedelta(days=30)
# Reminders that were done; the page of a reminder still says so to a colleague who is late.
DONE_KEPT = datetime.timedelta(days=7)
# Uploaded client lists with their reports, done or not. The policy of caseload_upload.sql shows none that is older.
UPLOADS_KEPT = datetime.timedelta(days=7)
# The history of the admin says who changed rights, for as long as the log says who looked.
HISTORY_KEPT = datetime.timedelta(days=3653)
# Rows of one transaction: pages that want one of them wait for so long.
BATCH = 1000


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
    escapes: int

    @property
    def words(self) -> str:
        """The counts, for a report."""
        return (
            f"{self.caseload_rows} caseload rows of former clients, {self.reminders} reminders,"
            f" {self.changes} changes, {self.uploads} uploaded lists, {self.escapes} escapes, {self.tasks} tasks and"
            f" {self.history} lines of history deleted, {self.suspended} unused accounts suspended"
        )


def clean_up() -> Cleaned:
    """Delete rows that are past their term, suspend unused accounts, and return how many.

    Each kind and each batch is a transaction of its own, so that no page waits for all of it; a run that is killed is
    finished by the next. Needs the owner's connection.
    """
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kbi_portal_cache WHERE expires < %s", [now])
    slowing.purge(now - slowing.REMEMBERED)
    inviting.purge(now - INVITATIONS_KEPT)
    _forget_falls(now - CHANGES_KEPT)
    before = now - UPLOADS_KEPT
    # First the rows: a list has 20,000 of them.
    _delete(UploadRow.objects.filter(upload__created_at__lt=before))
    return Cleaned(
        caseload_rows=_delete(_without_client(CaseloadRow.objects.all())),
        reminders=_delete(_without_client(Reminder.objects.all()))
        + _delete(Reminder.objects.filter(done_at__lt=now - DONE_KEPT)),
        history=_delete(LogEntry.objects.filter(action_time__lt=now - HISTORY_KEPT)),
        suspended=suspend_unused(),
        uploads=_delete(Upload.objects.filter(created_at__lt=before)),
        tasks=tasks.delete_old(),
        changes=_delete(Change.objects.filter(at__lt=now - CHANGES_KEPT)),
        escapes=_delete_escapes(begin_of(kept_from())),
    )


def _delete_escapes(before: datetime.datetime) -> int:
    """Delete escapes of before this moment with their reviews; one that was reviewed later waits for that."""
    _delete(EscapeReview.objects.filter(at__lt=before))
    return _delete(Escape.objects.filter(at__lt=before, reviews=None))


def _delete(rows: QuerySet) -> int:
    """Delete `rows`, a batch at a time, and return how many went. A row that is no longer among them stays."""
    number = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:BATCH]):
        number += rows.filter(pk__in=keys).delete()[0]
        if len(keys) < BATCH:
            break
    return number


def _forget_falls(before: datetime.datetime) -> None:
    """Forget who fell below the norm before this moment, a batch at a time: list lines are written again for it."""
    fallen = Standing.objects.filter(fell_at__lt=before)
    while keys := list(fallen.values_list("pk", flat=True)[:BATCH]):
        fallen.filter(pk__in=keys).update(fell_at=None)


def _without_client(rows: QuerySet) -> QuerySet:
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
