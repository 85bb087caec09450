"""Reminders of clients of the bound institution: set, done, moved. The database functions are the only write path."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence

from django.db import connection


def set_reminders(
    inscription_ids: Sequence[uuid.UUID], *, day: datetime.date, subject: str
) -> dict[uuid.UUID, str]:
    """Set a reminder for the clients of inscriptions, all of them or none, as the bound case worker.

    `inscription_ids` are public ids, `day` is a Brussels day, `subject` a `persons.enums.ReminderSubject`. Returns the
    outcome of each: see `persons_set_reminders.sql`. Raises DatabaseError when no case worker is bound.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT public_id, outcome FROM persons_set_reminders(%s::uuid[], %s, %s)",
            [[str(each) for each in inscription_ids], day, subject],
        )
        return dict(cursor.fetchall())


def close_reminder(public_id: uuid.UUID) -> str:
    """Mark a reminder as done; return `done`, `done_before` or `not_found`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT persons_close_reminder(%s)", [public_id])
        return cursor.fetchone()[0]


def move_reminder(public_id: uuid.UUID, day: datetime.date) -> str:
    """Move a reminder to another Brussels day; return `moved`, `done_before`, `not_found`, or `day` for a wrong one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT persons_move_reminder(%s, %s)", [public_id, day])
        return cursor.fetchone()[0]
