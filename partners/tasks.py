"""Background work: tasks that `manage.py db_worker` runs, whose failures are stored without any value.

django-tasks stores the traceback of a failed task, and PostgreSQL puts the number of a person into the message of its
error. So every task is made by `background`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from django.utils import timezone
from django_tasks import task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from .faults import fault

KEPT = datetime.timedelta(days=7)
P = ParamSpec("P")


class AtRow(Exception):
    """Work on a batch failed; the cause says why. `row` is the number of the first row of the batch."""

    def __init__(self, row: int) -> None:
        super().__init__(f"row {row}")
        self.row = row


class TaskFailed(Exception):
    """A task failed. The message is the kind of fault, its SQLSTATE, its place in our code and the row: no value."""


def background(work: Callable[P, None]) -> Task[P, None]:
    """Return a task that runs `work`. Its arguments are ids, never a number or name of a person: they are stored.

    Whatever `work` raises is stored as `TaskFailed`.
    """

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            work(*args, **kwargs)
        except AtRow as error:
            words = f"{fault(error.__cause__ or error)}, row {error.row}"
        except Exception as error:
            words = fault(error)
        else:
            return
        # After the handlers, so that the error itself is no context of this one.
        raise TaskFailed(words)

    return task()(run)


def take_over(worker_id: str) -> int:
    """Have the tasks run again that a worker with this id was running when it was killed; return how many.

    Call it when a worker of this id starts. A task that another worker runs after all runs twice, so tasks must bear
    that.
    """
    return DBTaskResult.objects.running().filter(worker_ids__contains=[worker_id]).update(status="READY")


def delete_old() -> int:
    """Delete the tasks of more than `KEPT` ago, and return how many. Needs the owner's connection."""
    deleted, _by_model = DBTaskResult.objects.filter(enqueued_at__lt=timezone.now() - KEPT).delete()
    return deleted
