"""The year of all institutions at one and at eleven million log rows, and counted from the log itself."""

from __future__ import annotations

from partners.periods import today

from . import actions
from .figures import Findings, Ratio, median
from .house import Child, House
from .population import Say, World

SECTION = "Statistics"
ROUNDS = 5
TIMES = 15
STEP = 1_000_000
FEW, MANY = 1_000_000, 11_000_000
INSTITUTIONS = 120

# Rows spread over the year and the institutions, unevenly: a few have most. One in ten is a list or a search.
ROWS = """
INSERT INTO consultations_consultation (id, at, kind, channel, outcome, institution_id, target, shown)
SELECT gen_random_uuid(), make_timestamptz({year}, 1, 1, 6, 0, 0, 'Europe/Brussels')
    + ((n * 7919::bigint) % 365) * interval '1 day' + (n % 36000) * interval '1 second',
  CASE WHEN n % 10 = 0 THEN 'list' ELSE 'file' END, 'portal', 'shown',
  (SELECT min(id) FROM partners_institution)
    + floor({institutions} * power(((n * 104729::bigint) % 1000003) / 1000003.0, 3))::int,
  '', '{{}}'
FROM generate_series({first}, {last}) AS n
"""


def measure(world: World, findings: Findings, say: Say) -> None:
    """Two databases of their own beside each other, alike but for the number of rows."""
    house = world.house
    few, many = round(FEW * world.scale), round(MANY * world.scale)
    year = today().year - 1
    house.sql("CREATE DATABASE bench_few OWNER kbi_owner")
    house.migrate("bench_few")
    with Child(house, "owner", "bench_few") as owner:
        owner.run(actions.institutions, names=[f"institution {number}" for number in range(INSTITUTIONS)])
    say(f"Writing {many:,} rows into the log …")
    house.sql(f"SELECT consultations_ensure_partitions('{year}-01-01', '{year}-12-31')", database="bench_few")
    _fill(house, "bench_few", year, 1, few)
    house.sql("CREATE DATABASE bench_many TEMPLATE bench_few OWNER kbi_owner")
    _fill(house, "bench_many", year, few + 1, many)
    taken: dict[str, list[float]] = {"few": [], "many": [], "counted": []}
    say(f"The year {year} of {INSTITUTIONS} institutions, {ROUNDS} rounds …")
    with (
        Child(house, "web", "bench_few") as web_few,
        Child(house, "web", "bench_many") as web_many,
        Child(house, "owner", "bench_many") as owner,
    ):
        for _ in range(ROUNDS):
            taken["few"].append(median(web_few.run(actions.year_page, year=year, times=TIMES)))
            taken["many"].append(median(web_many.run(actions.year_page, year=year, times=TIMES)))
            taken["counted"].append(owner.run(actions.group_by, year=year))
    findings.ratios.append(
        Ratio(
            SECTION,
            f"the year page at {many / 1e6:g} million rows against {few / 1e6:g} million",
            "ms",
            taken["many"],
            taken["few"],
            1.2,
            "at_most",
        )
    )
    findings.ratios.append(
        Ratio(
            SECTION,
            f"the year page at {many / 1e6:g} million rows, so many times faster than GROUP BY",
            "ms",
            taken["many"],
            taken["counted"],
            300.0,
            upside_down=True,
        )
    )


def _fill(house: House, database: str, year: int, first: int, last: int) -> None:
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
        house.sql(
            ROWS.format(year=year, institutions=INSTITUTIONS, first=begin, last=min(begin + STEP - 1, last)),
            database=database,
        )
    house.sql(
        "ALTER TABLE consultations_consultation ADD PRIMARY KEY (id, at)",
        # pg_indexes writes them for the partitioned table alone
        *(definition.replace(" ON ONLY ", " ON ") for _, definition in indexes),
        "VACUUM ANALYZE",
        database=database,
    )
    house.manage("roll_up", database=database)
