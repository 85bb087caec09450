"""What the portal no longer needs goes: ended sessions, counters, marks on former clients, old lists, old history."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from partners import slowing, tasks
from partners.models import Membership
from partners.periods import today
from partners.querysets import covering
from persons.models import Inscription, PersonUserObjectPermission

from ..models import Upload, UploadRow

# An inscription that is extended some days late keeps its place in the caseload of those who follow the client.
MARKS_KEPT = datetime.timedelta(days=30)
# Uploaded client lists with their reports, done or not.
UPLOADS_KEPT = datetime.timedelta(days=7)
# The history of the admin says who changed rights, for as long as the log says who looked.
HISTORY_KEPT = datetime.timedelta(days=3653)


@dataclass(frozen=True)
class Cleaned:
    """How many rows of each kind were deleted."""

    marks: int
    history: int
    uploads: int
    tasks: int


def clean_up() -> Cleaned:
    """Delete rows that are past their term, and return how many. Needs the owner's connection; can run again."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    now = timezone.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM kbi_portal_cache WHERE expires < %s", [now])
        marks, _ = _marks_on_former_clients().delete()
        slowing.purge(now - slowing.REMEMBERED)
        history, _ = LogEntry.objects.filter(action_time__lt=now - HISTORY_KEPT).delete()
        before = now - UPLOADS_KEPT
        # First the rows, in one statement: a list has 20,000 of them.
        UploadRow.objects.filter(upload__created_at__lt=before).delete()
        uploads, _ = Upload.objects.filter(created_at__lt=before).delete()
        return Cleaned(marks, history, uploads, tasks.delete_old())


def _marks_on_former_clients():
    """The marks of users who have no client there any more, at any institution they work for, for a month."""
    works_at = Membership.objects.filter(covering(today()), user=OuterRef(OuterRef("user_id")))
    clients = Inscription.objects.filter(
        person=OuterRef("content_object_id"),
        valid_until__gte=today() - MARKS_KEPT,
        voided_at__isnull=True,
        institution__in=works_at.values("institution"),
    )
    return PersonUserObjectPermission.objects.exclude(Exists(clients))
