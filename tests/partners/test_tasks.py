"""Tasks of the background: what a failed one stores, and which ones a worker takes over."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from partners import tasks
from partners.tasks import AtRow, background, take_over

pytestmark = pytest.mark.django_db

SECRET = "85670892126"


@background
def fails(how: str) -> None:
    """Fail in one of the ways in which a message can have a value."""
    if how == "value":
        raise ValueError(SECRET)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT %s::date", [SECRET])
    except Exception as error:
        raise AtRow(12) from error


@pytest.mark.parametrize(
    ("how", "words"), [("value", "ValueError at tests/partners/test_tasks.py"), ("row", "DataError 22008")]
)
def test_a_failure_is_kind_and_place_without_any_value(how, words):
    with pytest.raises(tasks.TaskFailed) as failed:
        fails.func(how)
    assert words in str(failed.value)
    assert str(failed.value).endswith(", row 12") is (how == "row")
    assert SECRET not in str(failed.value)
    assert (failed.value.__cause__, failed.value.__context__) == (None, None)


def task(status: str, *workers: str) -> DBTaskResult:
    return DBTaskResult.objects.create(
        status=status,
        args_kwargs={"args": [], "kwargs": {}},
        task_path="tests.partners.test_tasks.fails",
        worker_ids=list(workers),
        backend_name="default",
        run_after=timezone.now(),
    )


def test_a_worker_takes_over_what_the_one_with_its_id_was_doing():
    mine, other, done = task("RUNNING", "a"), task("RUNNING", "b"), task("SUCCESSFUL", "a")
    assert take_over("a") == 1
    statuses = {each.pk: each.status for each in DBTaskResult.objects.all()}
    assert statuses == {mine.pk: "READY", other.pk: "RUNNING", done.pk: "SUCCESSFUL"}


def test_the_web_role_deletes_no_task():
    task("SUCCESSFUL", "a")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        DBTaskResult.objects.all().delete()
