"""Two databases that differ in the length of the log only; made once, for the sections that measure it."""

from __future__ import annotations

from typing import NamedTuple

from partners.periods import today

from . import actions
from .house import Child, House
from .population import Say, World

STEP = 1_000_000
FEW, MANY = 1_000_000, 11_000_000
INSTITUTIONS = 120
CLIENTS = 5_000  # of each institution

# Rows spread over the last year and the institutions, unevenly: a few have most. One in ten is a list or a search. The
# number of a client is that of the institution and one below CLIENTS. Triggers would look up a mandate for each row.
ROWS = """
INSERT INTO consultations_consultation (id, at, kind, channel, outcome, rule, user_id, user_name,
  institution_id, insz, shown)
SELECT gen_random_uuid(), at, CASE WHEN is_list THEN 'list' ELSE 'file' END, 'portal',
  CASE WHEN n % 200 = 3 THEN 'refused' ELSE 'shown' END, CASE WHEN n % 200 = 3 THEN 'not_visible' ELSE '' END,
  CASE WHEN n % 20 = 7 THEN m.user_id ELSE 1000000 + n % 20 END, 'Peeters ' || n % 20, institution,
  CASE WHEN is_list THEN '' ELSE pg_temp.number(institution, n * 7907) END,
  CASE WHEN is_list
    THEN ARRAY(SELECT pg_temp.number(institution, n * 7907 + place) FROM generate_series(1, 20) AS place)
    ELSE '{{}}' END
FROM (
  SELECT n, n % 10 = 0 AS is_list,
    '{last}'::date::timestamp AT TIME ZONE 'Europe/Brussels' + interval '6 hours'
      - ((n * 7919::bigint) % 365) * interval '1 day' + (n % 36000) * interval '1 second' AS at,
    (SELECT min(id) FROM partners_institution)
      + floor({institutions} * power(((n * 104729::bigint) % 1000003) / 1000003.0, 3))::int AS institution
  FROM generate_series({first}::bigint, {until}::bigint) AS n
) drawn JOIN partners_membership m ON m.institution_id = institution AND m.role = 'case_worker'
"""
NUMBER = f"""
CREATE FUNCTION pg_temp.number(p_institution bigint, p_client bigint) RETURNS varchar LANGUAGE sql IMMUTABLE AS
  $$ SELECT lpad((p_institution * 1000000 + p_client % {CLIENTS})::text, 11, '0') $$
"""


class Logs(NamedTuple):
    """The names of both databases, the number of rows in each, and the key of the institution with most of them.

    `sessions` are those of `actions.readers`.
    """

    few: str
    many: str
    few_rows: int
    many_rows: int
    largest: int
    sessions: dict[str, str]

    @property
    def client(self) -> str:
        """The number of a client of the largest institution."""
        return f"{self.largest * 1_000_000 + 7:011d}"


def logs_of(world: World, say: Say) -> Logs:
    """Return both databases; the first call makes them, with a privacy officer at the largest institution."""
    if world.logs is None:
        world.logs = _make(world, say)
    return world.logs


def _make(world: World, say: Say) -> Logs:
    house = world.house
    few, many = round(FEW * world.scale), round(MANY * world.scale)
    house.sql("CREATE DATABASE bench_few OWNER kbi_owner")
    house.migrate("bench_few")
    with Child(house, "owner", "bench_few") as owner:
        names = [f"institution {number}" for number in range(INSTITUTIONS)]
        largest = min(owner.run(actions.institutions, names=names))
        owner.run(actions.privacy_officer, institution=largest)
        sessions = owner.run(actions.readers, institution=largest)
        owner.run(actions.expect)
    say(f"Writing {many:,} rows into the log …")
    first = today().replace(year=today().year - 1, day=1)
    house.sql(f"SELECT consultations_ensure_partitions('{first}', '{today()}')", database="bench_few")
    _fill(house, "bench_few", 1, few)
    house.sql("CREATE DATABASE bench_many TEMPLATE bench_few OWNER kbi_owner")
    _fill(house, "bench_many", few + 1, many)
    return Logs("bench_few", "bench_many", few, many, largest, sessions)


def _fill(house: House, database: str, first: int, last: int) -> None:
    """Write rows as a restore does: without indexes, which are made again afterwards."""
    indexes = [
        name_and_definition
        for name_and_definition in house.sql(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'consultations_consultation'",
            database=database,
        )
        if not name_and_definition[0].endswith("_pkey")
    ]
    house.sql(
        "ALTER TABLE consultations_consultation DROP CONSTRAINT consultations_consultation_pkey",
        *(f"DROP INDEX {name}" for name, _ in indexes),
        database=database,
    )
    for begin in range(first, last + 1, STEP):
        rows = ROWS.format(
            last=today(), institutions=INSTITUTIONS, first=begin, until=min(begin + STEP - 1, last)
        )
        house.sql("SET session_replication_role = replica", NUMBER, rows, database=database)
    house.sql(
        "ALTER TABLE consultations_consultation ADD PRIMARY KEY (id, at)",
        # pg_indexes writes them for the partitioned table alone
        *(definition.replace(" ON ONLY ", " ON ") for _, definition in indexes),
        "VACUUM ANALYZE",
        database=database,
    )
    house.manage("roll_up", database=database)
