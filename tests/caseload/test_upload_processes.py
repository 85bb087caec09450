"""Uploaded lists with workers and requests in processes of their own: killed, doubled, side by side."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ..factories import insz
from ..waiting import PATIENCE, until

pytestmark = [pytest.mark.django_db, pytest.mark.process]

ROWS = 6000
UPLOAD = uuid.UUID(int=901)
BASICS = """
INSERT INTO auth_group (id, name) VALUES (901, 'g');
INSERT INTO partners_institution (id, name, kind, slug, kbo_number, nis_code, sender_uri, group_id, active)
  VALUES (901, 'OCMW Proefstad', 'ocmw', 'ocmw-proefstad', '', '', '', 901, true);
INSERT INTO partners_user (id, password, is_superuser, email, first_name, last_name, is_staff, is_active,
    date_joined)
  VALUES (901, '', false, 'an@proefstad.example', 'An', 'Peeters', false, true, now());
INSERT INTO partners_membership (id, user_id, institution_id, role, status, valid_from, valid_until, reason,
    list_filters, proposed_at, confirmed_at)
  VALUES (901, 901, 901, 'case_worker', 'confirmed', app_today() - 9, app_today() + 90, '', '{}', now(), now());
INSERT INTO caseload_upload (id, public_id, institution_id, user_id, role, file_name, read_as, is_complete, state,
    end_reason, created_at)
  VALUES (901, %s, 901, 901, 'case_worker', 'lijst.csv', 'UTF-8', false, 'checked', '', now());
INSERT INTO caseload_uploadrow (upload_id, line, insz, capacity, valid_from, valid_until, reason, proof, verdict, field,
    mistake, chosen, outcome)
  SELECT 901, line, insz, 'leefloon', app_today(), app_today() + 99, 'proef', '', 'registered', '', '', true, ''
  FROM unnest(%s::text[]) WITH ORDINALITY AS x(insz, line);
"""
# What the page does when its button is pressed, with the transaction open for a while.
START = f"""
import time
from django.db import transaction
from caseload.models import Upload
from caseload.services import uploads
from partners.models import Membership
from partners.services import bind
acting = Membership.objects.select_related("institution", "user").get(pk=901)
with transaction.atomic():
    bind(institution_id=901, user_id=901, role="case_worker")
    print(bool(uploads.start(Upload.objects.get(public_id="{UPLOAD}"), acting)))
    time.sleep(0.5)
"""
OUTCOMES = "SELECT outcome, count(*) FROM caseload_uploadrow GROUP BY 1"


@pytest.fixture
def database(scratch):
    numbers = list(dict.fromkeys(insz(number) for number in range(2 * ROWS)))[:ROWS]
    with scratch.cursor() as cursor:
        cursor.execute(BASICS, [str(UPLOAD), numbers])
    return scratch


@contextmanager
def worker(database, name: str = "worker") -> Iterator:
    process = database.start("db_worker", "--no-startup-delay", "--interval", "0.1", "--worker-id", name)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(database, statement: str) -> None:
    """Wait until `statement` returns a row."""
    until(lambda: database.rows(statement), lambda: database.rows(OUTCOMES))


DONE = "SELECT 1 FROM caseload_upload WHERE state = 'done'"


def start(database) -> None:
    ended = database.manage("shell", "-v0", "-c", START)
    assert (ended.returncode, ended.stdout.strip()) == (0, "True"), ended.stderr


def test_a_killed_worker_goes_on_when_it_starts_again(database):
    start(database)
    with worker(database):
        wait_for(database, "SELECT 1 FROM caseload_uploadrow WHERE outcome <> '' LIMIT 1")
    left = dict(database.rows(OUTCOMES)).get("", 0)
    assert left > 0
    assert database.rows("SELECT status FROM django_tasks_database_dbtaskresult") == [("RUNNING",)]
    with worker(database):
        wait_for(database, DONE)
    assert database.rows(OUTCOMES) == [("registered", ROWS)]
    assert database.rows("SELECT count(*), count(DISTINCT insz) FROM persons_inscription") == [(ROWS, ROWS)]
    assert database.rows("SELECT count(*) FROM persons_inscriptionevent") == [(ROWS,)]


def test_a_doubled_submit_and_two_workers_register_once(database):
    both = [database.start("shell", "-v0", "-c", START) for _ in range(2)]
    assert sorted(process.communicate(timeout=PATIENCE)[0].strip() for process in both) == ["False", "True"]
    assert database.rows("SELECT count(*) FROM django_tasks_database_dbtaskresult") == [(1,)]
    # The same task a second time, as after a takeover that was not needed.
    with database.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_tasks_database_dbtaskresult (id, status, enqueued_at, args_kwargs, priority,"
            " task_path, worker_ids, queue_name, backend_name, run_after, exception_class_path, traceback)"
            " SELECT %s, status, enqueued_at, args_kwargs, priority, task_path, %s::jsonb, queue_name,"
            " backend_name, run_after, '', '' FROM django_tasks_database_dbtaskresult",
            [str(uuid.uuid4()), json.dumps([])],
        )
    with worker(database, "a"), worker(database, "b"):
        wait_for(database, DONE)
    assert database.rows(OUTCOMES) == [("registered", ROWS)]
    assert database.rows("SELECT count(*) FROM persons_inscription") == [(ROWS,)]
    kinds = "SELECT sum(cardinality(numbers)) FROM consultations_consultation WHERE kind = 'registration'"
    assert database.rows(kinds) == [(ROWS,)]
