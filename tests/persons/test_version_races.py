"""Two sessions at once: two administrators, two colleagues, and a registration beside a version that ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing

import psycopg2
import pytest

from ..waiting import until

pytestmark = [pytest.mark.django_db, pytest.mark.process]

BASICS = """
INSERT INTO auth_group (id, name) VALUES (901, 'g');
INSERT INTO partners_institution (id, name, kind, slug, kbo_number, nis_code, sender_uri, group_id, active)
  VALUES (901, 'OCMW Proefstad', 'ocmw', 'ocmw-proefstad', '', '', '', 901, true);
INSERT INTO partners_user (id, password, is_superuser, email, first_name, last_name, is_staff, is_active,
    date_joined)
  SELECT n, '', false, n || '@agentschap.example', 'Tom', n::text, true, true, now() FROM generate_series(901, 903) n;
INSERT INTO auth_group (id, name) VALUES (903, 'agentschap: beheerders') ON CONFLICT DO NOTHING;
INSERT INTO partners_user_groups (user_id, group_id)
  SELECT u.id, g.id FROM partners_user u, auth_group g WHERE g.name = 'agentschap: beheerders';
INSERT INTO partners_membership (user_id, institution_id, role, status, valid_from, valid_until, reason, list_filters,
    proposed_at, confirmed_at)
  SELECT id, 901, 'case_worker', 'confirmed', app_today() - 1, app_today() + 100, 'proef', '{}', now(), now()
  FROM partners_user;
INSERT INTO persons_person (id, insz, unique_number, last_name, first_name, sort_key, birth_date, gender, version,
    as_of, reference, digest, refreshed_at)
  VALUES (901, '91610100176', '', 'Abdulahi', 'Hodan', 'abdulahi hodan', '', '', '02.00', now(), '', '', now());
INSERT INTO partners_mandate (id, institution_kind, institution_id, capacity) VALUES (901, '', 901, 'leefloon');
"""
VERSION = """
INSERT INTO partners_mandateversion (id, mandate_id, status, legal_reference, legal_title, legal_url, blocks,
  max_months, may_register, valid_from, is_example, proposed_by_id, proposed_at, confirmed_at, end_reason)
VALUES (%s, 901, %s, 'nr. 1', 'Proef', '', '{Personalia}', 24, 'case_worker', app_today() + %s, false, 901, now(),
  CASE WHEN %s = 'confirmed' THEN now() END, '')
"""
REGISTER = """
SELECT outcome FROM persons_register_inscriptions(901, jsonb_build_array(jsonb_build_object('line', 1,
  'public_id', gen_random_uuid(), 'insz', '91610100176', 'capacity', 'leefloon', 'valid_from', app_today() - 10,
  'valid_until', app_today() + 100, 'reason', 'proef', 'proof', '', 'insz_hash', repeat('00', 32))))
"""
CONFIRM = "SELECT partners_confirm_version(902)"
END = "SELECT partners_end_version(901, app_today() - 1, 'proef')"


@pytest.fixture
def database(scratch):
    with scratch.cursor() as cursor:
        cursor.execute(BASICS)
        cursor.execute(VERSION, (901, "confirmed", -100, "confirmed"))
    return scratch


class Session:
    """A transaction of the web role, bound to the agency's administrator `user` or to a user of the institution.

    The users 901, 902 and 903 are administrators of the agency and case workers of the institution.
    """

    def __init__(self, database, user: int | None = None) -> None:
        self.link = psycopg2.connect(database.url("web"))
        self.cursor = self.link.cursor()
        scope, institution, role = ("agency", "", "") if user else ("", "901", "case_worker")
        self.cursor.execute(
            "SELECT set_config('app.scope', %s, false), set_config('app.user', %s, false),"
            " set_config('app.institution', %s, false), set_config('app.role', %s, false)",
            [scope, str(user or 901), institution, role],
        )
        self.link.commit()

    def ask(self, statement: str) -> str:
        self.cursor.execute(statement)
        [outcome] = self.cursor.fetchone()
        return outcome


def second_waits(first: Session, second: Session, statement: str, release: Callable[[], None]) -> str:
    """Run `statement` in the second session, see it wait for the first, let the first end, and return the outcome."""
    outcomes: list[str] = []
    thread = threading.Thread(target=lambda: outcomes.append(second.ask(statement)))
    thread.start()
    waiting = "SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted"

    def is_waiting() -> bool:
        first.cursor.execute(waiting, [second.link.get_backend_pid()])
        return first.cursor.fetchone() == (1,)

    until(is_waiting, lambda: "the second session did not wait")
    release()
    thread.join()
    second.link.commit()
    return outcomes[0]


def lines(database) -> list[tuple]:
    return database.rows(
        "SELECT version_id, counts_from - app_today(), counts_until - app_today() FROM persons_clientlistentry"
        " ORDER BY version_id"
    )


def test_of_two_administrators_at_once_one_confirms(database):
    with database.cursor() as cursor:
        cursor.execute(VERSION, (902, "proposed", 10, "proposed"))
    one, two = Session(database, 902), Session(database, 903)
    with closing(one.link), closing(two.link):
        assert one.ask(CONFIRM) == "confirmed"
        assert second_waits(one, two, CONFIRM, one.link.commit) == "not_open"
    rows = "SELECT id, status, confirmed_by_id, valid_until - app_today() FROM partners_mandateversion WHERE id > 900"
    assert database.rows(f"{rows} ORDER BY id") == [
        (901, "confirmed", None, 9),
        (902, "confirmed", 902, None),
    ]


def test_a_line_written_beside_an_end_does_not_outlive_it(database):
    """The registration has read the version with its former end; its line must not keep that end."""
    office, agency = Session(database), Session(database, 902)
    with closing(office.link), closing(agency.link):
        assert office.ask(REGISTER) == "registered"
        assert second_waits(office, agency, END, office.link.commit) == "ended"
    assert lines(database) == []


def test_a_registration_beside_a_confirmation_gets_both_lines(database):
    with database.cursor() as cursor:
        cursor.execute(VERSION, (902, "proposed", 10, "proposed"))
    agency, office = Session(database, 902), Session(database)
    with closing(office.link), closing(agency.link):
        assert agency.ask(CONFIRM) == "confirmed"
        assert second_waits(agency, office, REGISTER, agency.link.commit) == "registered"
    assert lines(database) == [(901, -10, 9), (902, 10, 100)]


@pytest.mark.parametrize(
    "call", ["persons_end_inscription(%s, 'proef')", "persons_withdraw_registration(%s, 'proef')"]
)
def test_of_two_colleagues_at_once_one_takes_the_step(database, call):
    office, one, two = Session(database), Session(database), Session(database)
    with closing(office.link), closing(one.link), closing(two.link):
        assert office.ask(REGISTER) == "registered"
        office.link.commit()
        [[public_id]] = database.rows("SELECT public_id::text FROM persons_inscription")
        for session, user in ((one, 902), (two, 903)):
            session.cursor.execute(
                "SELECT set_config('app.user', %s, false), set_config('app.role', 'case_worker', false)",
                [str(user)],
            )
            session.link.commit()
        statement = f"SELECT {call}" % f"'{public_id}'"
        assert one.ask(statement) in {"ended", "withdrawn"}
        assert second_waits(one, two, statement, one.link.commit) == "over"
    steps = "SELECT what, user_id FROM persons_inscriptionevent WHERE what <> 'registered'"
    assert [user for _what, user in database.rows(steps)] == [902]
