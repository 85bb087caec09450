"""Two sessions at once: a registration, and a command that carries inscriptions over."""

from __future__ import annotations

from contextlib import closing

import psycopg2
import pytest

from .test_version_races import REGISTER, Session, database, second_waits

__all__ = ["database"]

pytestmark = [pytest.mark.django_db, pytest.mark.process]

SUCCESSOR = """
INSERT INTO auth_group (id, name) VALUES (902, 'h');
INSERT INTO partners_institution (id, name, kind, slug, kbo_number, nis_code, sender_uri, group_id, active)
  VALUES (902, 'OCMW Groot', 'ocmw', 'ocmw-groot', '', '', '', 902, true);
"""
REPLACED = """
UPDATE persons_person SET unique_number = 'A0000001', warnings = '["30004.KSZ"]' WHERE id = 901;
INSERT INTO persons_person (id, insz, unique_number, last_name, first_name, sort_key, birth_date, gender, version,
    as_of, reference, digest, refreshed_at)
  SELECT 902, '00630299891', unique_number, last_name, first_name, sort_key, '', '', version, now(), '', 'x', now()
  FROM persons_person WHERE id = 901;
SELECT persons_refresh_doubts(ARRAY['91610100176', '00630299891']);
"""
EXTEND = "SELECT persons_extend_inscription((SELECT public_id FROM persons_inscription), app_today() + 200, 'proef')"


class Command(Session):
    """A transaction of the owner, who also sees whether another one waits."""

    def __init__(self, database) -> None:
        self.link = psycopg2.connect(database.url("owner"))
        self.cursor = self.link.cursor()
        self.cursor.execute("SET app.owner_work = 'on'")
        self.link.commit()


@pytest.fixture
def kept(database):
    """The inscriptions that count: institution, number, last day from today."""
    rows = "SELECT institution_id, insz, valid_until - app_today() FROM persons_inscription"
    return lambda: database.rows(f"{rows} WHERE valid_until >= app_today()")


def test_a_registration_that_is_being_made_is_carried_over_too(database, kept):
    database.execute(SUCCESSOR)
    office, command, watch = Session(database), Command(database), Command(database)
    with closing(office.link), closing(command.link), closing(watch.link):
        assert office.ask(REGISTER) == "registered"
        statement = "SELECT outcome FROM persons_succeed(901, 902, app_today())"
        assert second_waits(watch, command, statement, office.link.commit) == "carried_over"
    assert kept() == [(902, "91610100176", 100)]


def test_an_extension_that_is_being_made_goes_over_with_the_number(database, kept):
    database.execute(REPLACED)
    office, command, watch = Session(database), Command(database), Command(database)
    with closing(office.link), closing(command.link), closing(watch.link):
        assert office.ask(REGISTER) == "registered"
        office.link.commit()
        office.cursor.execute(
            "SELECT set_config('app.user', '902', false), set_config('app.role', 'case_worker', false)"
        )
        assert office.ask(EXTEND) == "extended"
        assert second_waits(watch, command, "SELECT persons_follow_numbers()", office.link.commit) == 1
    assert kept() == [(901, "00630299891", 200)]


def test_of_two_imports_at_once_one_carries_over(database, kept):
    database.execute(REPLACED)
    office, one, two = Session(database), Command(database), Command(database)
    with closing(office.link), closing(one.link), closing(two.link):
        assert office.ask(REGISTER) == "registered"
        office.link.commit()
        statement = "SELECT persons_follow_numbers()"
        assert one.ask(statement) == 1
        assert second_waits(one, two, statement, one.link.commit) == 0
    assert kept() == [(901, "00630299891", 100)]


def test_a_command_that_is_killed_leaves_nothing(database, kept):
    database.execute(SUCCESSOR)
    office, command = Session(database), Command(database)
    with closing(office.link), closing(command.link):
        assert office.ask(REGISTER) == "registered"
        office.link.commit()
        assert command.ask("SELECT outcome FROM persons_succeed(901, 902, app_today())") == "carried_over"
        database.execute(f"SELECT pg_terminate_backend({command.link.get_backend_pid()})")
    assert kept() == [(901, "91610100176", 100)]
    assert database.rows("SELECT count(*) FROM persons_inscriptionevent") == [(1,)]
