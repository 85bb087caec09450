"""The roll-up and the live tail: exact while many write, whoever rolls up when, and after a restore."""

import datetime
import threading
import time
import uuid
from contextlib import closing

import psycopg2
import pytest

from statistics.figures import CONSULTATION
from tests.scratch import Scratch

from .counting import INSERT

WRITERS = 8
READS = 400
EVER = (datetime.date(2024, 1, 1), datetime.date(2100, 1, 1))
FIGURE = [
    list(map(str, values)) for values in (CONSULTATION.channels, CONSULTATION.kinds, CONSULTATION.outcomes)
]
READ = "SELECT coalesce(sum(number), 0) FROM statistics_monthly(%s, %s, %s, %s, %s, %s)"
MOMENT = datetime.datetime(2024, 5, 6, 10, tzinfo=datetime.UTC)

pytestmark = pytest.mark.process


@pytest.fixture
def scratch(scratch_on_idle_server: Scratch) -> Scratch:
    """The watermark waits for every open transaction of the server, so no other test may use it."""
    return scratch_on_idle_server


def institution(scratch: Scratch) -> int:
    [(number,)] = scratch.rows(
        "WITH g AS (INSERT INTO auth_group (name) VALUES (%s) RETURNING id) INSERT INTO partners_institution"
        " (name, slug, kind, kbo_number, nis_code, sender_uri, group_id, active)"
        " SELECT 'OCMW Proefstad', 'ocmw-proefstad', 'ocmw', '', '', '', id, true FROM g RETURNING id",
        uuid.uuid4().hex,
    )
    return number


def write(scratch: Scratch, institution: int, times: int = 1, at: datetime.datetime = MOMENT) -> None:
    with scratch.cursor() as cursor:
        for _ in range(times):
            cursor.execute(INSERT, [uuid.uuid4(), at, "file", "portal", "shown", institution])


def read(scratch: Scratch, institution: int | None = None) -> int:
    """What a page would show, asked as the web role with the agency's scope."""
    with scratch.cursor("web") as cursor:
        cursor.execute("SET app.scope = 'agency'")
        cursor.execute(READ, [*EVER, institution, *FIGURE])
        [number] = cursor.fetchone()
        return int(number)


def rolled_up(scratch: Scratch) -> tuple[int, int]:
    """The sums of the two roll-ups."""
    [sums] = scratch.rows(
        "SELECT (SELECT coalesce(sum(number), 0) FROM statistics_monthlycount)::int,"
        " (SELECT coalesce(sum(number), 0) FROM statistics_dailycount)::int"
    )
    return sums


def roll_up(scratch: Scratch, function: str = "statistics_roll_up") -> int:
    [(number,)] = scratch.rows(f"SELECT {function}()")
    return number


def test_rolling_up_changes_no_figure_and_counts_each_row_once(scratch):
    gent = institution(scratch)
    write(scratch, gent, 5)
    assert (read(scratch), rolled_up(scratch)) == (5, (0, 0))
    assert roll_up(scratch) == 5
    assert (read(scratch), rolled_up(scratch)) == (5, (5, 5))
    write(scratch, gent, 2)
    assert (read(scratch), rolled_up(scratch)) == (7, (5, 5))
    assert (roll_up(scratch), roll_up(scratch)) == (2, 0)
    assert (read(scratch), rolled_up(scratch)) == (7, (7, 7))
    assert read(scratch, gent) == 7
    assert read(scratch, gent + 1) == 0


def test_a_row_that_commits_late_is_counted_once_it_is_there(scratch):
    gent = institution(scratch)
    with closing(psycopg2.connect(scratch.url("owner"))) as slow, slow.cursor() as cursor:
        cursor.execute("SET app.owner_work = 'on'")
        cursor.execute(INSERT, [uuid.uuid4(), MOMENT, "file", "portal", "shown", gent])
        write(scratch, gent, 3)
        # The open transaction holds the watermark back: the three stay in the tail, and in the figure.
        assert roll_up(scratch) == 0
        assert read(scratch) == 3
        slow.commit()
    assert read(scratch) == 4
    assert roll_up(scratch) == 4
    assert (read(scratch), rolled_up(scratch)) == (4, (4, 4))


def test_a_row_that_is_rolled_back_never_counts(scratch):
    gent = institution(scratch)
    with closing(psycopg2.connect(scratch.url("owner"))) as broken, broken.cursor() as cursor:
        cursor.execute("SET app.owner_work = 'on'")
        cursor.execute(INSERT, [uuid.uuid4(), MOMENT, "file", "portal", "shown", gent])
        broken.rollback()
    assert (roll_up(scratch), read(scratch)) == (0, 0)


def test_both_sides_of_a_month_are_rolled_up_as_they_are_read(scratch):
    gent = institution(scratch)
    for text in (
        "2024-03-31 21:59:59.999999+00",
        "2024-03-31 22:00+00",
        "2024-10-31 22:59+00",
        "2024-10-31 23:00+00",
    ):
        write(scratch, gent, at=datetime.datetime.fromisoformat(text))
    months = "SELECT month, number FROM statistics_monthly(%s, %s, NULL, %s, %s, %s) ORDER BY month"
    with scratch.cursor("web") as cursor:
        cursor.execute("SET app.scope = 'agency'")
        cursor.execute(months, [*EVER, *FIGURE])
        live = cursor.fetchall()
        roll_up(scratch)
        cursor.execute(months, [*EVER, *FIGURE])
        assert cursor.fetchall() == live
    assert [(month.month, number) for month, number in live] == [(3, 1), (4, 1), (10, 1), (11, 1)]
    assert scratch.rows("SELECT day::text FROM statistics_dailycount ORDER BY day") == [
        ("2024-03-31",),
        ("2024-04-01",),
        ("2024-10-31",),
        ("2024-11-01",),
    ]


def test_no_read_is_wrong_while_eight_write_and_two_roll_up(scratch):
    """A reader knows how many rows were committed before it asked and how many may be when it has the answer."""
    gent = institution(scratch)
    stop = threading.Event()
    started, committed = [0] * WRITERS, [0] * WRITERS
    trouble: list[BaseException] = []

    def guarded(work, *arguments):
        try:
            work(*arguments)
        except BaseException as error:
            trouble.append(error)
            stop.set()

    def writer(number: int) -> None:
        with closing(psycopg2.connect(scratch.url("owner"))) as link, link.cursor() as cursor:
            batch = 0
            while not stop.is_set():
                batch += 1
                rows = 1 + (number + batch) % 3
                started[number] += rows
                cursor.execute("SELECT clock_timestamp(), set_config('app.owner_work', 'on', true)")
                [(now, _)] = cursor.fetchall()
                for _ in range(rows):
                    cursor.execute(INSERT, [uuid.uuid4(), now, "file", "portal", "shown", gent])
                if batch % 11 == 0:
                    link.rollback()
                    started[number] -= rows
                    continue
                if batch % 5 == 0:
                    time.sleep(0.003)  # commits late, after transactions that began after it
                link.commit()
                committed[number] += rows
                time.sleep(0.002)  # without a pause, writers leave no processor for the reader

    def roller() -> None:
        with scratch.cursor() as cursor:
            while not stop.is_set():
                cursor.execute("SELECT statistics_roll_up()")
                time.sleep(0.02)

    threads = [threading.Thread(target=guarded, args=(writer, number)) for number in range(WRITERS)]
    threads += [threading.Thread(target=guarded, args=(roller,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    answers = []
    wrong = []
    try:
        with scratch.cursor("web") as cursor:
            cursor.execute("SET app.scope = 'agency'")
            while len(answers) < READS and not stop.is_set():
                at_least = sum(committed)
                cursor.execute(READ, [*EVER, None, *FIGURE])
                [answer] = cursor.fetchone()
                at_most = sum(started) + 3 * WRITERS
                answers.append(int(answer))
                if not at_least <= answer <= at_most:
                    wrong.append((at_least, answer, at_most))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert trouble == []
    assert wrong == []
    assert len(answers) == READS
    assert answers == sorted(answers)
    assert answers[0] < answers[-1]
    [(in_the_log,)] = scratch.rows("SELECT count(*) FROM consultations_consultation")
    assert in_the_log == sum(committed) == read(scratch)
    roll_up(scratch)
    assert rolled_up(scratch) == (in_the_log, in_the_log)
    assert read(scratch) == in_the_log


def test_rebuilding_comes_to_the_same(scratch):
    gent = institution(scratch)
    write(scratch, gent, 4)
    roll_up(scratch)
    write(scratch, gent, 3)
    with scratch.cursor() as cursor:
        cursor.execute("UPDATE statistics_monthlycount SET number = number + 1")
    assert read(scratch) == 8  # somebody meddled with the roll-up
    assert roll_up(scratch, "statistics_rebuild") == 7
    assert (read(scratch), rolled_up(scratch)) == (7, (7, 7))
    write(scratch, gent, 2)
    assert read(scratch) == 9
    assert roll_up(scratch) == 2
    assert read(scratch) == 9


def test_rebuilding_keeps_the_months_of_which_the_log_is_gone(scratch):
    gent = institution(scratch)
    write(scratch, gent, 4)
    write(scratch, gent, 2, at=MOMENT - datetime.timedelta(days=100))
    roll_up(scratch)
    with scratch.cursor("superuser") as cursor:
        cursor.execute("ALTER TABLE consultations_consultation DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE consultations_consultation_rest DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM consultations_consultation WHERE at < %s", [MOMENT])
    assert roll_up(scratch, "statistics_rebuild") == 4
    assert (read(scratch), rolled_up(scratch)) == (6, (6, 6))
    assert roll_up(scratch, "statistics_rebuild") == 4
    assert (read(scratch), rolled_up(scratch)) == (6, (6, 6))


def test_rebuilding_keeps_the_archived_months_between_others(scratch):
    """Rows of before, such as one that a superuser dated wrongly, do not make them count as months of the log."""
    gent = institution(scratch)
    with scratch.cursor() as cursor:
        cursor.execute("SELECT consultations_ensure_partitions('2014-05-01', '2014-05-31')")
    for year, month, times in ((2014, 5, 4), (2014, 3, 1), (2024, 5, 2)):
        write(scratch, gent, times, at=MOMENT.replace(year=year, month=month))
    roll_up(scratch)
    with scratch.cursor("superuser") as cursor:
        cursor.execute(
            "ALTER TABLE consultations_consultation DETACH PARTITION consultations_consultation_201405"
        )
        cursor.execute("INSERT INTO consultations_archive VALUES ('2014-05-01', 4, 1, sha256(''), '', '')")
    for _ in range(2):
        assert roll_up(scratch, "statistics_rebuild") == 3
        assert rolled_up(scratch) == (7, 7)
    write(scratch, gent, 2)
    assert (roll_up(scratch), rolled_up(scratch)) == (2, (9, 9))


def test_after_a_restore_on_another_server_nothing_is_counted_twice_or_lost(scratch):
    """Rows of the old server keep their numbers: some lower, some higher than any this server has given yet."""
    gent = institution(scratch)
    with scratch.cursor("superuser") as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        [now] = cursor.fetchone()
        insert = INSERT.replace("shown)\nVALUES", "shown, xid)\nVALUES").replace(
            "'{}', '{}')", "'{}', '{}', %s)"
        )
        ahead = [now + offset for offset in (1, 2, 3, 5, 8, 13, 1_000_000)]
        for offset, xid in enumerate([1, now - 1, *ahead]):
            at = MOMENT + datetime.timedelta(minutes=offset)
            cursor.execute(insert, [uuid.uuid4(), at, "file", "portal", "shown", gent, str(xid)])
        cursor.execute("UPDATE statistics_watermark SET server = 'old', xid = '900000'")
    for refused in (lambda: roll_up(scratch), lambda: read(scratch)):
        with pytest.raises(psycopg2.Error, match="another database server"):
            refused()
    ended = scratch.manage("roll_up")
    assert ended.returncode == 1
    assert "roll_up --rebuild" in ended.stderr
    ended = scratch.manage("roll_up", "--rebuild")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("9 rows of the log rolled up")
    assert read(scratch) == 9
    # New rows get the numbers the restored ones have had, while the watermark passes over them.
    later = MOMENT + datetime.timedelta(days=1)
    for written in range(1, 21):
        write(scratch, gent, at=later)
        assert read(scratch) == 9 + written
        if written % 3 == 0:
            roll_up(scratch)
            assert read(scratch) == 9 + written
    roll_up(scratch)
    assert rolled_up(scratch) == (29, 29)


def test_the_command_rolls_up_and_prepares_two_years_of_partitions(scratch):
    gent = institution(scratch)
    write(scratch, gent, 3)
    with scratch.cursor("superuser") as cursor:
        cursor.execute("SELECT to_char(app_today() + interval '20 months', 'YYYYMM')")
        [(month)] = cursor.fetchone()
        cursor.execute(f"DROP TABLE consultations_consultation_{month}")
    ended = scratch.manage("roll_up")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "3 rows of the log rolled up, 1 partitions made.\n"
    assert scratch.manage("roll_up").stdout == "0 rows of the log rolled up, 0 partitions made.\n"


def test_a_dump_at_the_turn_of_the_month_keeps_no_page_waiting(scratch):
    """While a long transaction reads the log, the missing partition waits for a later run."""
    gent = institution(scratch)
    write(scratch, gent, 1)
    with scratch.cursor("superuser") as cursor:
        cursor.execute("SELECT to_char(app_today() + interval '24 months', 'YYYYMM')")
        [(month,)] = cursor.fetchall()
        cursor.execute(f"DROP TABLE consultations_consultation_{month}")
    with scratch.cursor("superuser") as dump:
        dump.execute("BEGIN; LOCK TABLE consultations_consultation IN ACCESS SHARE MODE")
        ended = scratch.manage("roll_up")
        assert (ended.returncode, ended.stderr) == (0, "")
        assert "its partitions are made at a later run" in ended.stdout
        write(scratch, gent, 1)  # a look meanwhile
    assert scratch.manage("roll_up").stdout == "1 rows of the log rolled up, 1 partitions made.\n"


def test_two_commands_at_once_count_each_row_once(scratch):
    gent = institution(scratch)
    write(scratch, gent, 50)
    processes = [scratch.start("roll_up") for _ in range(3)]
    numbers = []
    for process in processes:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        numbers.append(int(out.split()[0]))
    assert sum(numbers) == 50
    assert rolled_up(scratch) == (50, 50)


def test_the_log_begins_with_its_earliest_row_rolled_up_or_not(scratch):
    gent = institution(scratch)

    def begins() -> str:
        with scratch.cursor("web") as cursor:
            cursor.execute("SELECT statistics_first_month()::text")
            return cursor.fetchone()[0]

    assert begins() is None
    write(scratch, gent)
    assert begins() == "2024-05-01"
    roll_up(scratch)
    assert begins() == "2024-05-01"
    write(scratch, gent, at=datetime.datetime(2023, 1, 31, 23, 30, tzinfo=datetime.UTC))
    assert begins() == "2023-02-01"  # by the clock of Brussels
    roll_up(scratch)
    roll_up(scratch, "statistics_rebuild")
    assert begins() == "2023-02-01"
