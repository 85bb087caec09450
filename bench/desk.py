"""Pages of the privacy officer's desk at one and at eleven million log rows, of the institution with most of them."""

from __future__ import annotations

from . import actions
from .figures import Findings, Ratio, median
from .house import Child
from .logs import logs_of
from .population import Say, World

SECTION = "Privacy officer's desk"
ROUNDS = 5
TIMES = 15
PAGES = {
    "desk": "the first page of the desk",
    "colleague": "what one colleague looked at",
    "person": "who looked at one person",
}


def measure(world: World, findings: Findings, say: Say) -> None:
    """Through the services, with binding, figures, log row and commit, as the web role; without template and HTTP."""
    logs, house = logs_of(world, say), world.house
    taken: dict[tuple[str, str], list[float]] = {}
    say(f"The desk of one institution, {ROUNDS} rounds …")
    with Child(house, "web", logs.few) as web_few, Child(house, "web", logs.many) as web_many:
        for _ in range(ROUNDS):
            for what in PAGES:
                for name, web in (("few", web_few), ("many", web_many)):
                    times = web.run(
                        actions.log_page,
                        institution=logs.largest,
                        what=what,
                        number=logs.client,
                        times=TIMES,
                    )
                    taken.setdefault((what, name), []).append(median(times))
    for what, words in PAGES.items():
        findings.ratios.append(
            Ratio(
                SECTION,
                f"{words}, at {logs.many_rows / 1e6:g} million rows against {logs.few_rows / 1e6:g} million",
                "ms",
                taken[what, "many"],
                taken[what, "few"],
                1.5,
                "at_most",
            )
        )
    [(size, indexes, rows)] = house.sql(
        "SELECT sum(pg_table_size(inhrelid))::bigint, sum(pg_indexes_size(inhrelid))::bigint, (SELECT count(*) FROM"
        " consultations_consultation) FROM pg_inherits WHERE inhparent = 'consultations_consultation'::regclass",
        database=logs.many,
    )
    million = rows / 1e6 * 2**20
    findings.remark(
        SECTION,
        f"a million rows of the log take {size / million:,.0f} MiB, and their indexes {indexes / million:,.0f} MiB",
    )
