"""Two requests of one user at once: one signal, and one stop."""

from __future__ import annotations

from contextlib import closing

import pytest

from ..persons.test_version_races import BASICS, Session, second_waits

pytestmark = [pytest.mark.django_db, pytest.mark.process]

# The limits but one are out of reach: one request is enough.
LIMITS = """
CREATE OR REPLACE FUNCTION partners_look_limits(
  OUT persons_in_minute integer, OUT persons_in_hour integer, OUT requests_in_minute integer,
  OUT requests_in_hour integer, OUT refusals_in_minute integer, OUT refusals_in_hour integer)
LANGUAGE sql IMMUTABLE AS $$ SELECT 1000, 1000, 1, 1000, 1000, 1000 $$
"""
LOOK = """
INSERT INTO consultations_consultation (id, at, kind, channel, outcome, user_id, role, institution_id, request_id)
VALUES (gen_random_uuid(), now(), 'list', 'portal', 'empty', 901, 'case_worker', 901, gen_random_uuid())
"""
RAISE = "SELECT partners_raise_signal('refusals', NULL)"
STOP = "SELECT is_new FROM partners_stop_looks()"


@pytest.fixture
def database(scratch):
    with scratch.cursor() as cursor:
        cursor.execute(BASICS)
    return scratch


def test_of_two_signals_at_once_one_is_new(database):
    first, second = Session(database), Session(database)
    with closing(first.link), closing(second.link):
        assert first.ask(RAISE) is True
        assert second_waits(first, second, RAISE, first.link.commit) is False
    assert database.rows("SELECT kind, times, user_id FROM partners_signal") == [("refusals", 2, 901)]


def test_of_two_stops_at_once_one_is_new(database):
    with database.cursor() as cursor:
        cursor.execute(LIMITS)
        cursor.execute(LOOK)
    first, second = Session(database), Session(database)
    with closing(first.link), closing(second.link):
        assert first.ask(STOP) is True
        assert second_waits(first, second, STOP, first.link.commit) is False
        assert first.ask("SELECT partners_looks_over()") == "stopped"
    assert database.rows("SELECT kind, times, user_id FROM partners_signal") == [("limit", 1, 901)]
    assert database.rows("SELECT reason, until - since = interval '30 minutes' FROM partners_lookstop") == [
        ("limit", True)
    ]
