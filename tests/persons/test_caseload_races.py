"""Two sessions at once: colleagues who give, follow or set a reminder, also while the inscription ends."""

from __future__ import annotations

from contextlib import closing

import pytest

from .test_version_races import BASICS, REGISTER, VERSION, Session, second_waits

pytestmark = [pytest.mark.django_db, pytest.mark.process]

ADMINISTRATOR = """
UPDATE partners_user SET is_staff = false;
INSERT INTO partners_membership (user_id, institution_id, role, status, valid_from, valid_until, reason, list_filters,
  proposed_at, confirmed_at)
VALUES (903, 901, 'local_administrator', 'confirmed', app_today() - 1, app_today() + 100, 'proef', '{}', now(), now())
"""
CLIENT = "(SELECT public_id FROM persons_inscription)"
FOLLOW = f"SELECT changed FROM persons_put_in_caseload(ARRAY[{CLIENT}], true)"
GIVE_902 = "SELECT count(*) FROM persons_give_clients(901, 902, NULL, 'proef')"
GIVE_903 = "SELECT count(*) FROM persons_give_clients(901, 903, NULL, 'proef')"
END = f"SELECT persons_end_inscription({CLIENT}, 'proef')"


@pytest.fixture
def database(scratch):
    scratch.execute(BASICS)
    with scratch.cursor() as cursor:
        cursor.execute(VERSION, (901, "confirmed", -100, "confirmed"))
    scratch.execute(ADMINISTRATOR)
    office = Session(scratch)
    with closing(office.link):
        assert office.ask(REGISTER) == "registered"
        office.link.commit()
    return scratch


def colleague(database, user: int, role: str = "case_worker") -> Session:
    """A transaction of the web role, bound to the institution and this user."""
    session = Session(database)
    session.cursor.execute(
        "SELECT set_config('app.user', %s, false), set_config('app.role', %s, false)", [str(user), role]
    )
    session.link.commit()
    return session


def caseloads(database) -> list[tuple]:
    return database.rows("SELECT user_id FROM persons_caseloadrow ORDER BY 1")


def test_of_two_who_give_the_same_clients_one_does(database):
    """The case worker gives them to one colleague while the local administrator gives them to another."""
    giver, administrator = colleague(database, 901), colleague(database, 903, "local_administrator")
    with closing(giver.link), closing(administrator.link):
        assert giver.ask(FOLLOW) is True
        giver.link.commit()
        assert giver.ask(GIVE_902) == 1
        assert second_waits(giver, administrator, GIVE_903, giver.link.commit) == 0
    assert caseloads(database) == [(902,)]
    assert database.rows("SELECT receiver_id, clients FROM persons_handover") == [(902, 1)]


def test_a_client_followed_while_the_inscription_ends_is_in_no_caseload(database):
    one, two = colleague(database, 901), colleague(database, 902)
    with closing(one.link), closing(two.link):
        assert one.ask(END) == "ended"
        # Nothing comes back: the inscription does not count any more.
        statement = f"SELECT count(*) FROM ({FOLLOW}) f"
        assert second_waits(one, two, statement, one.link.commit) == 0
    assert caseloads(database) == []


def test_an_end_takes_a_mark_with_it_that_was_being_made(database):
    one, two = colleague(database, 901), colleague(database, 902)
    with closing(one.link), closing(two.link):
        assert one.ask(FOLLOW) is True
        assert second_waits(one, two, END, one.link.commit) == "ended"
    assert caseloads(database) == []


def test_one_client_followed_twice_at_once_is_one_row(database):
    one, two = colleague(database, 901), colleague(database, 901)
    with closing(one.link), closing(two.link):
        assert one.ask(FOLLOW) is True
        assert second_waits(one, two, FOLLOW, one.link.commit) is False
    assert caseloads(database) == [(901,)]


REMIND = f"SELECT outcome FROM persons_set_reminders(ARRAY[{CLIENT}], app_today() + 1, 'talk')"
DONE = "SELECT persons_close_reminder((SELECT public_id FROM persons_reminder))"


def test_one_reminder_set_twice_at_once_is_one_and_is_done_once(database):
    one, two = colleague(database, 901), colleague(database, 902)
    with closing(one.link), closing(two.link):
        for each in (one, two):
            assert each.ask(FOLLOW) is True
            each.link.commit()
        assert one.ask(REMIND) == "set"
        assert second_waits(one, two, REMIND, one.link.commit) == "exists"
        two.link.commit()
        assert one.ask(DONE) == "done"
        assert second_waits(one, two, DONE, one.link.commit) == "done_before"
    assert database.rows("SELECT count(*), count(done_at) FROM persons_reminder") == [(1, 1)]


def test_a_reminder_set_while_the_inscription_ends_is_not_there(database):
    one, two = colleague(database, 901), colleague(database, 902)
    with closing(one.link), closing(two.link):
        assert two.ask(FOLLOW) is True
        two.link.commit()
        assert one.ask(END) == "ended"
        assert second_waits(one, two, REMIND, one.link.commit) == "not_found"
    assert database.rows("SELECT count(*) FROM persons_reminder") == [(0,)]
