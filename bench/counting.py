"""The year of all institutions at one and at eleven million log rows, and from the log itself; monthly reports."""

from __future__ import annotations

from partners.periods import today

from . import actions
from .figures import Findings, Ratio, median
from .house import Child
from .logs import INSTITUTIONS, logs_of
from .population import Say, World

SECTION = "Statistics"
ROUNDS = 5
TIMES = 15


def measure(world: World, findings: Findings, say: Say) -> None:
    """The same year in two databases, alike but for the number of rows: that of which the log has most months."""
    logs, house = logs_of(world, say), world.house
    year = today().year if today().month > 6 else today().year - 1
    taken: dict[str, list[float]] = {name: [] for name in ("few", "many", "counted", "made_few", "made_many")}
    say(f"The year {year} of {INSTITUTIONS} institutions, {ROUNDS} rounds …")
    with (
        Child(house, "web", logs.few) as web_few,
        Child(house, "web", logs.many) as web_many,
        Child(house, "owner", logs.few) as owner_few,
        Child(house, "owner", logs.many) as owner,
    ):
        for _ in range(ROUNDS):
            taken["few"].append(median(web_few.run(actions.year_page, year=year, times=TIMES)))
            taken["many"].append(median(web_many.run(actions.year_page, year=year, times=TIMES)))
            taken["counted"].append(owner.run(actions.group_by, year=year))
            taken["made_few"].append(owner_few.run(actions.make_reports))
            taken["made_many"].append(owner.run(actions.make_reports))
    findings.ratios.append(
        Ratio(
            SECTION,
            f"the year page at {logs.many_rows / 1e6:g} million rows against {logs.few_rows / 1e6:g} million",
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
            f"the year page at {logs.many_rows / 1e6:g} million rows, so many times faster than GROUP BY",
            "ms",
            taken["many"],
            taken["counted"],
            300.0,
            upside_down=True,
        )
    )
    findings.ratios.append(
        Ratio(
            SECTION,
            f"making the reports of a month, by the clock: {logs.many_rows / logs.few_rows:g} times as many rows in it",
            "ms",
            taken["made_many"],
            taken["made_few"],
        )
    )
