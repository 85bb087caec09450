"""Pages of the client list and searches: a large institution against a small one, and against guardian's lists."""

from __future__ import annotations

from functools import partial

from . import actions
from .figures import Findings, Ratio, median
from .house import Child
from .population import Say, World

SECTION = "Client list"
ROUNDS = 7
TIMES = 15
DEEP = 0.9  # of the way down the list
PREFIX = "al"


def measure(world: World, findings: Findings, say: Say) -> None:
    """All through the services (transaction, binding, log row and commit included), as the web role."""
    world.ensure_registered(say)
    large, small = world.institutions["large"], world.institutions["small"]
    # By name: the page of the portal, and the same persons by guardian. Both take institution and times.
    pages = {
        "the first page": (
            partial(actions.list_page, depth=0),
            partial(actions.guardian_page, depth=0, prefix=""),
        ),
        "a deep page": (
            partial(actions.list_page, depth=DEEP),
            partial(actions.guardian_page, depth=DEEP, prefix=""),
        ),
        "a search by name": (
            partial(actions.name_search, prefix=PREFIX),
            partial(actions.guardian_page, depth=0, prefix=PREFIX),
        ),
    }
    taken: dict[tuple[str, str], list[float]] = {}
    with Child(world.house) as web:
        sizes = {
            name: web.run(actions.lines, institution=world.institutions[name]) for name in ("large", "small")
        }
        say(f"Client lists of {sizes['large']:,} and {sizes['small']:,} lines, {ROUNDS} rounds …")
        for _ in range(ROUNDS):
            for what, (page, guardian_page) in pages.items():
                for name, institution in (("large", large), ("small", small)):
                    times = web.run(page, institution=institution, times=TIMES)
                    taken.setdefault((what, name), []).append(median(times))
                times = web.run(guardian_page, institution=large, times=2)
                taken.setdefault((what, "guardian"), []).append(median(times))
    for what in pages:
        findings.ratios.append(
            Ratio(
                SECTION,
                f"{what}, large institution against small",
                "ms",
                taken[what, "large"],
                taken[what, "small"],
                2.0,
                "at_most",
            )
        )
    for what in pages:
        findings.ratios.append(
            Ratio(
                SECTION,
                f"{what}, large institution, so many times faster than guardian's",
                "ms",
                taken[what, "large"],
                taken[what, "guardian"],
                20.0,
                upside_down=True,
            )
        )
    findings.remark(
        SECTION,
        f"{sizes['large']:,} and {sizes['small']:,} lines in force; a page is measured through its service, with "
        "binding, counts of the tabs, log row and commit, without template and HTTP",
    )
    done = world.registered
    findings.remark(
        SECTION,
        f"{done['registered']:,.0f} inscriptions of {len(world.institutions)} institutions, registered through "
        f"`import_clients` at {done['registered'] / done['seconds']:,.0f} /s",
    )
