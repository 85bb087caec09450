"""The sealed log: verified against COPY of the same rows, and the write path with and without sealing."""

from __future__ import annotations

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from partners.periods import today

from . import actions
from .figures import Findings, Ratio, median
from .house import Child, House
from .population import Say, World

SECTION = "Sealed log"
DATABASE = "bench_seals"
ROWS, STEP = 1_000_000, 100_000
ROUNDS = 5
# Rows of a seal, in a very busy minute.
RANGE = 1_000
WRITERS, SECONDS = 2, 10
# An installation seals every minute.
SEALED_EVERY = 5

# Of ten rows seven are files, one is a part of a file, one a page of the list and one a search. They are rows from
# before the seals, because those of this server need a transaction each.
FILL = """
INSERT INTO consultations_consultation (id, at, kind, channel, outcome, user_id, user_name, role, institution_id,
  mandate_id, version_id, capacity, legal_basis, inscription_id, insz, term, blocks, shown, request_id, xid, epoch)
SELECT gen_random_uuid(), make_timestamptz({year}, 1, 1, 6, 0, 0, 'Europe/Brussels') + n * interval '365 days' / {rows},
  (ARRAY['list', 'search', 'section', 'file'])[least(kind, 3) + 1], 'portal', 'shown', n % 5000, 'An Peeters',
  'case_worker', n % 100, 7, 9, CASE WHEN is_file THEN 'leefloon' ELSE '' END,
  CASE WHEN is_file THEN 'Beraadslaging 12/2025: toegang van de OCMW''s tot de Kruispuntbank' ELSE '' END,
  CASE WHEN is_file THEN n END, CASE WHEN is_file THEN (61610000000 + n)::text ELSE '' END,
  CASE WHEN kind = 1 THEN 'janssens' ELSE '' END,
  CASE WHEN is_file THEN '{{Persoon,Inburgeringscontract,VormingsActiviteiten,Doelgroep}}' ELSE '{{}}' END::varchar[],
  (SELECT array_agg((61610000000 + n + k)::text)
   FROM generate_series(1, CASE kind WHEN 0 THEN 50 WHEN 1 THEN 8 ELSE 1 END) AS k),
  gen_random_uuid(), (1000 + n / 2)::text::xid8, 0
FROM (SELECT n, n % 10 AS kind, n % 10 > 1 AS is_file FROM generate_series({first}, {last}) AS n) AS numbered
"""


def measure(world: World, findings: Findings, say: Say) -> None:
    house = world.house
    rows = round(ROWS * world.scale)
    house.sql(f"CREATE DATABASE {DATABASE} OWNER kbi_owner")
    house.migrate(DATABASE)
    with Child(house, "owner", DATABASE) as owner:
        [institution] = owner.run(actions.institutions, names=["seals"])
        say(f"Writing {rows:,} rows into the log, and sealing them …")
        _fill(house, rows)
        seals, seconds = owner.run(actions.seal, most=RANGE)
        _sizes(house, rows, seals, rows / seconds, findings)
        say(f"Verifying them, {ROUNDS} rounds …")
        verified, copied = [], []
        for _ in range(ROUNDS):
            verified.append(rows / owner.run(actions.verify, rows=rows))
            copied.append(rows / owner.run(actions.copy_log))
        what = f"{rows / 1e6:g} million rows verified, against COPY of the same rows"
        findings.ratios.append(Ratio(SECTION, what, "/s", verified, copied, 0.5))
        say(f"Writing looks with and without sealing, {ROUNDS} rounds …")
        _write(house, owner, institution, max(2, round(SECONDS * min(world.scale * 10, 1))), findings)


def _fill(house: House, rows: int) -> None:
    year = today().year - 1
    house.sql(f"SELECT consultations_ensure_partitions('{year}-01-01', '{year}-12-31')", database=DATABASE)
    for first in range(1, rows + 1, STEP):
        statement = FILL.format(year=year, rows=rows, first=first, last=min(first + STEP - 1, rows))
        # The triggers compare a row with accounts and inscriptions of now.
        house.sql("SET session_replication_role = replica", statement, database=DATABASE)
    house.sql("VACUUM ANALYZE", database=DATABASE)


def _sizes(house: House, rows: int, seals: int, speed: float, findings: Findings) -> None:
    [(log, sealed)] = house.sql(
        "SELECT sum(pg_total_relation_size(inhrelid))::float, pg_total_relation_size('consultations_seal')::float"
        " FROM pg_inherits WHERE inhparent = 'consultations_consultation'::regclass",
        database=DATABASE,
    )
    mebibytes = 1e6 / rows / 2**20
    findings.remark(
        SECTION,
        f"a million rows of the log take {log * mebibytes:,.0f} MiB with their indexes, and their seals "
        f"{sealed * mebibytes:,.0f} MiB ({rows / seals:,.0f} rows in each)",
    )
    findings.remark(SECTION, f"rows from before the seals are sealed at {speed:,.0f} rows/s")


def _write(house: House, owner: Child, institution: int, seconds: int, findings: Findings) -> None:
    """Rounds of writing alone and of writing beside a process that seals, one after the other in turn."""
    speeds: dict[bool, list[float]] = {True: [], False: []}
    writers = [Child(house, "web", DATABASE) for _ in range(WRITERS)]
    try:
        with ThreadPoolExecutor(WRITERS) as pool:

            def looks(is_sealing: bool) -> float:
                over = threading.Event()
                sealer = threading.Thread(target=_seal_until, args=[owner, over])
                if is_sealing:
                    sealer.start()
                runs = [
                    pool.submit(writer.run, actions.log_looks, institution=institution, seconds=seconds)
                    for writer in writers
                ]
                number = sum(run.result() for run in runs)
                over.set()
                if is_sealing:
                    sealer.join()
                return number / seconds

            looks(is_sealing=True)  # not counted
            for number in range(ROUNDS):
                for is_sealing in itertools.islice(
                    itertools.cycle([True, False]), number % 2, number % 2 + 2
                ):
                    speeds[is_sealing].append(looks(is_sealing))
    finally:
        for writer in writers:
            writer.__exit__()
    what = f"looks written by {WRITERS} processes with sealing every {SEALED_EVERY} s, against without"
    findings.ratios.append(Ratio(SECTION, what, "/s", speeds[True], speeds[False], 0.97))
    findings.remark(
        SECTION, f"a round of writing takes {seconds} s and leaves {median(speeds[True]) * seconds:,.0f} rows"
    )


def _seal_until(owner: Child, over: threading.Event) -> None:
    while not over.is_set():
        begun = time.monotonic()
        owner.run(actions.seal)
        over.wait(max(0.0, SEALED_EVERY - (time.monotonic() - begun)))
