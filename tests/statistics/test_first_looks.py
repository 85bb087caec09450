"""First looks from the roll-up and the rows that are not in it: exact while many write, and after a rebuild."""

from __future__ import annotations

import random
import threading
import time
from contextlib import closing

import psycopg2
import pytest

from tests.persons.test_version_races import BASICS, VERSION
from tests.scratch import Scratch

WRITERS = 8
INSCRIPTIONS = 400
CLIENTS = """
INSERT INTO persons_inscription (id, public_id, institution_id, insz, person_id, mandate_id, valid_from, valid_until,
  reason, proof, registered_by_id, registered_at)
SELECT n, gen_random_uuid(), 901, lpad(n::text, 11, '0'), 901, 901, app_today() - 10, app_today() + 100, 'proef', '',
  901, now()
FROM generate_series(1, %s) n
"""
LOOK = """
INSERT INTO consultations_consultation (id, at, kind, channel, outcome, user_name, role, institution_id, inscription_id,
  mandate_id, version_id, capacity, legal_basis, insz, target, blocks, shown)
SELECT gen_random_uuid(), clock_timestamp(), %s, 'portal', 'shown', '', '', 901, id, 901, 901, 'leefloon',
  'nr. 1: Proef', insz, '', '{}', '{}'
FROM persons_inscription WHERE id = %s
"""
READ = """
SELECT number FROM statistics_lead_times(date_trunc('month', app_today() - 1)::date, app_today() + 1, NULL,
  '{first_look}', 'flemish_government')
WHERE part = 'together' AND NOT is_open
"""

pytestmark = pytest.mark.process


@pytest.fixture
def scratch(scratch_on_idle_server: Scratch) -> Scratch:
    """The watermark waits for every open transaction of the server, so no other test may use it."""
    with scratch_on_idle_server.cursor() as cursor:
        cursor.execute(BASICS)
        cursor.execute(VERSION, (901, "confirmed", -100, "confirmed"))
        cursor.execute(CLIENTS, [INSCRIPTIONS])
    return scratch_on_idle_server


def look(scratch: Scratch, *inscriptions: int, kind: str = "file") -> None:
    with scratch.cursor() as cursor:
        for inscription in inscriptions:
            cursor.execute(LOOK, [kind, inscription])


def read(scratch: Scratch) -> int | None:
    """What a page would show, asked as the web role with the agency's scope."""
    with scratch.cursor("web") as cursor:
        cursor.execute("SET app.scope = 'agency'")
        cursor.execute(READ)
        row = cursor.fetchone()
        return row and row[0]


def roll_up(scratch: Scratch, function: str = "statistics_roll_up") -> None:
    scratch.rows(f"SELECT {function}()")


def kept(scratch: Scratch) -> list[tuple]:
    return scratch.rows(
        "SELECT subject_id, ended_on FROM statistics_wait WHERE way = 'first_look' ORDER BY subject_id"
    )


def test_an_inscription_has_one_first_look_rolled_up_or_not(scratch):
    look(scratch, 1, 2, 3, 4, 4)
    look(scratch, 5, 6, kind="follow")
    # Fewer than five.
    assert read(scratch) is None
    look(scratch, 5, 1)
    assert (read(scratch), len(kept(scratch))) == (5, 0)
    roll_up(scratch)
    assert (read(scratch), len(kept(scratch))) == (5, 5)
    look(scratch, 1, 5, 6)
    assert (read(scratch), len(kept(scratch))) == (6, 5)
    roll_up(scratch)
    assert (read(scratch), len(kept(scratch))) == (6, 6)
    before = kept(scratch)
    roll_up(scratch, "statistics_rebuild")
    assert (read(scratch), kept(scratch)) == (6, before)


def test_a_rebuild_finds_the_first_looks_of_the_whole_log(scratch):
    look(scratch, *range(1, 8))
    roll_up(scratch)
    before = kept(scratch)
    look(scratch, 8)
    with scratch.cursor() as cursor:
        cursor.execute("DELETE FROM statistics_wait WHERE subject_id > 3")
    roll_up(scratch, "statistics_rebuild")
    assert kept(scratch)[:7] == before
    assert read(scratch) == 8


def test_only_own_registrations_since_the_log_begins_have_a_first_look(scratch):
    look(scratch, 20)
    roll_up(scratch)
    with scratch.cursor() as cursor:
        cursor.execute("UPDATE persons_inscription SET carried_from_id = 1 WHERE id = 7")
        cursor.execute("UPDATE persons_inscription SET registered_by_id = NULL WHERE id = 8")
        cursor.execute(
            "UPDATE persons_inscription SET registered_at = now() - interval '2 days' WHERE id = 9"
        )
    look(scratch, *range(3, 10))
    assert read(scratch) == 5
    # Withdrawn before the roll-up.
    with scratch.cursor() as cursor:
        cursor.execute("UPDATE persons_inscription SET voided_at = now() WHERE id = 3")
    look(scratch, 10)
    assert read(scratch) == 5
    roll_up(scratch)
    assert (read(scratch), [subject for subject, _day in kept(scratch)]) == (5, [4, 5, 6, 10, 20])


def test_no_read_is_wrong_while_eight_write_and_two_roll_up(scratch):
    """A reader knows how many were looked at before it asked, and how many may be when it has the answer."""
    stop = threading.Event()
    started: set[int] = set()
    committed: set[int] = set()
    trouble: list[BaseException] = []

    def guarded(work, *arguments):
        try:
            work(*arguments)
        except BaseException as error:
            trouble.append(error)
            stop.set()

    def writer(number: int) -> None:
        dice = random.Random(number)
        with closing(psycopg2.connect(scratch.url("owner"))) as link, link.cursor() as cursor:
            while not stop.is_set() and len(committed) < INSCRIPTIONS:
                cursor.execute("SELECT set_config('app.owner_work', 'on', true)")
                chosen = [dice.randint(1, INSCRIPTIONS) for _ in range(dice.randint(1, 3))]
                started.update(chosen)
                for inscription in chosen:
                    cursor.execute(LOOK, ["file", inscription])
                if dice.random() < 0.2:
                    time.sleep(0.003)  # commits late, after transactions that began after it
                link.commit()
                committed.update(chosen)

    def roller() -> None:
        with scratch.cursor() as cursor:
            while not stop.is_set():
                cursor.execute("SELECT statistics_roll_up()")
                time.sleep(0.02)

    look(scratch, 1, 2, 3, 4, 5)
    started.update(range(1, 6))
    committed.update(range(1, 6))
    threads = [threading.Thread(target=guarded, args=(writer, number)) for number in range(WRITERS)]
    threads += [threading.Thread(target=guarded, args=(roller,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    wrong, answers = [], []
    try:
        while not stop.is_set() and len(committed) < INSCRIPTIONS:
            at_least = len(committed)
            answer = read(scratch)
            at_most = len(started)
            answers.append(answer)
            if not at_least <= answer <= at_most:
                wrong.append((at_least, answer, at_most))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert trouble == []
    assert wrong == []
    assert answers == sorted(answers)
    assert read(scratch) == len(committed) == INSCRIPTIONS
    roll_up(scratch)
    assert read(scratch) == len(kept(scratch)) == INSCRIPTIONS
