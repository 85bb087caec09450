"""Two administrators at once: one step, one event, and a friendly refusal for the second."""

from __future__ import annotations

from contextlib import closing

import pytest

from partners.rights import NOT_TAKEN

from ..persons.test_version_races import BASICS, Session, second_waits

pytestmark = [pytest.mark.django_db, pytest.mark.process]

COLLEAGUE = """
INSERT INTO partners_user (id, password, is_superuser, email, first_name, last_name, is_staff, is_active, date_joined)
  VALUES (904, '', false, 'an@ocmw.example', 'An', 'Peeters', false, true, now());
INSERT INTO partners_membership (id, user_id, institution_id, role, valid_from, valid_until, list_filters, status,
    reason, proposed_by_id, proposed_at)
  VALUES (901, 904, 901, 'case_worker', app_today(), app_today() + 30, '{}', 'proposed', 'proef', 901, now());
"""
LOCAL_ADMINISTRATORS = """
INSERT INTO partners_membership (id, user_id, institution_id, role, valid_from, valid_until, list_filters, status,
    reason, proposed_at, confirmed_at)
  SELECT n, n, 901, 'local_administrator', app_today() - 9, app_today() + 30, '{}', 'confirmed', 'proef', now(), now()
  FROM generate_series(902, 903) n;
"""
EVENTS = """
SELECT e.what FROM partners_membershipevent e JOIN partners_membership m ON m.id = e.membership_id
WHERE m.user_id = 904 ORDER BY e.id
"""
CONFIRM = "SELECT partners_confirm_access(901)"
END = "SELECT partners_end_access(901, NULL, 'proef')"
PROPOSE = (
    "SELECT partners_propose_access(904, 901, 'privacy_officer', app_today(), app_today() + 30, 'proef')"
)


@pytest.fixture
def database(scratch):
    with scratch.cursor() as cursor:
        cursor.execute(BASICS)
        cursor.execute(COLLEAGUE)
    return scratch


@pytest.mark.parametrize(
    ("first_step", "second_step", "outcomes", "steps"),
    [
        (CONFIRM, CONFIRM, ("confirmed", "not_open"), ["proposed", "confirmed"]),
        (END, CONFIRM, ("withdrawn", "not_open"), ["proposed", "withdrawn"]),
        (CONFIRM, END, ("confirmed", "withdrawn"), ["proposed", "confirmed", "withdrawn"]),
        (END, END, ("withdrawn", "over"), ["proposed", "withdrawn"]),
        (PROPOSE, PROPOSE, ("proposed", "overlaps"), ["proposed", "proposed"]),
    ],
)
def test_of_two_at_once_one_takes_the_step(database, first_step, second_step, outcomes, steps):
    first, second = Session(database, 902), Session(database, 903)
    with closing(first.link), closing(second.link):
        assert first.ask(first_step) == outcomes[0]
        assert second_waits(first, second, second_step, first.link.commit) == outcomes[1]
    assert outcomes[1] in {*NOT_TAKEN, "withdrawn"}
    assert [what for [what] in database.rows(EVENTS)] == steps


def local(database, user: int) -> Session:
    """A transaction of the web role, bound to a local administrator of the institution."""
    session = Session(database)
    session.cursor.execute(
        "SELECT set_config('app.user', %s, false), set_config('app.role', 'local_administrator', false)",
        [str(user)],
    )
    session.link.commit()
    return session


@pytest.mark.parametrize("by_agency", [False, True])
def test_of_two_local_administrators_who_end_each_other_one_remains(database, by_agency):
    """Also when it is the agency that ends the second one while that one ends the first."""
    with database.cursor() as cursor:
        cursor.execute(LOCAL_ADMINISTRATORS)
    first, second = Session(database, 901) if by_agency else local(database, 902), local(database, 903)
    with closing(first.link), closing(second.link):
        assert first.ask("SELECT partners_end_access(903, NULL, 'proef')") == "ended"
        ends_first = "SELECT partners_end_access(902, NULL, 'proef')"
        assert second_waits(first, second, ends_first, first.link.commit) == "left"
    assert "left" in NOT_TAKEN
    with_access = "SELECT user_id FROM partners_membership WHERE role = %s AND valid_until >= app_today()"
    assert database.rows(with_access % "'local_administrator'") == [(902,)]
