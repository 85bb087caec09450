"""What the last looks cost: as many blocks for a log of tens of thousands of rows as for one of fifty."""

import datetime
import re

import pytest

from statistics.figures import CONSULTATION
from tests.scratch import Scratch

from .test_roll_up import institution, roll_up, write

pytestmark = pytest.mark.process

MANY = 20_000
FIGURE = [
    list(map(str, values)) for values in (CONSULTATION.channels, CONSULTATION.kinds, CONSULTATION.outcomes)
]
DAYS = [datetime.date(2024, month, 1) - datetime.timedelta(days=1) for month in range(2, 13)]
LATER = datetime.datetime(2024, 5, 6, 10, tzinfo=datetime.UTC)


@pytest.fixture
def scratch(scratch_on_idle_server: Scratch) -> Scratch:
    """The watermark waits for every open transaction of the server, so no other test may use it."""
    return scratch_on_idle_server


def blocks(scratch: Scratch) -> int:
    """How many blocks the statement reads, as the web role with the agency's scope."""
    statement = (
        "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) SELECT * FROM statistics_last_days_on(%s::date[], %s, %s, %s)"
    )
    with scratch.cursor("web") as cursor:
        cursor.execute("SET app.scope = 'agency'")
        for _warm in range(2):
            cursor.execute(statement, [DAYS, *FIGURE])
            plan = "\n".join(line for (line,) in cursor.fetchall())
    [counts] = re.findall(r"Function Scan.*\n\s+Buffers: shared (.*)", plan)
    return sum(int(number) for number in re.findall(r"(?:hit|read)=(\d+)", counts))


def test_the_last_looks_cost_the_same_whatever_the_log_has(scratch):
    gent = institution(scratch)
    write(scratch, gent, 50)
    roll_up(scratch)
    small = blocks(scratch)
    with scratch.cursor() as cursor:
        cursor.execute(
            "INSERT INTO consultations_consultation (id, at, kind, channel, outcome, user_name, role, institution_id,"
            " capacity, insz, target, blocks, shown) SELECT gen_random_uuid(), %s, 'file', 'portal', 'shown', '', '',"
            " %s, '', '', '', '{}', '{}' FROM generate_series(1, %s)",
            [LATER, gent, MANY],
        )
    assert roll_up(scratch) == MANY
    with scratch.cursor() as cursor:
        cursor.execute("ANALYZE")
    large = blocks(scratch)
    assert large <= 1.2 * small + 20, (small, large)


def test_the_last_looks_are_those_of_the_roll_up_and_of_the_rows_after_it(scratch):
    gent = institution(scratch)
    write(
        scratch, gent, at=datetime.datetime(2024, 3, 31, 22, 30, tzinfo=datetime.UTC)
    )  # 1 April in Brussels
    write(scratch, gent, at=datetime.datetime(2024, 2, 10, 12, tzinfo=datetime.UTC))
    expected = {1: None, 2: "2024-02-10", 3: "2024-02-10", 4: "2024-04-01", 10: "2024-04-01"}

    def found() -> dict[int, str | None]:
        with scratch.cursor("web") as cursor:
            cursor.execute("SET app.scope = 'agency'")
            cursor.execute(
                "SELECT day, last::text FROM statistics_last_days_on(%s::date[], %s, %s, %s)", [DAYS, *FIGURE]
            )
            return {day.month: last for day, last in cursor.fetchall() if day.month in expected}

    assert found() == expected
    roll_up(scratch)
    assert found() == expected
    write(scratch, gent, at=datetime.datetime(2024, 4, 20, 12, tzinfo=datetime.UTC))
    assert found() == expected | {4: "2024-04-20", 10: "2024-04-20"}
