"""The pages of each question at one and at eleven million log rows: from the request to the last byte."""

from __future__ import annotations

import datetime

from partners.periods import today

from . import actions
from .figures import Findings, Ratio, median
from .house import Child, House
from .logs import INSTITUTIONS, Logs, logs_of
from .population import Say, World

SECTION = "Pages of figures"
ROUNDS = 5
TIMES = 5
WAITS = 20_000

# As many in both databases. A trigger would look for the inscription of each.
MAKE_WAITS = f"""
INSERT INTO statistics_wait (way, subject_id, institution_id, began_on, ended_on)
SELECT (ARRAY['question', 'first_look', 'first_dossier'])[1 + n % 3], n,
  (SELECT min(id) FROM partners_institution) + n % {INSTITUTIONS}, day - 1 - (n * 7919) % 40, day
FROM (SELECT n, '{{today}}'::date - (n * 104729) % 365 AS day FROM generate_series(1, {WAITS}) AS n) drawn
"""
# Of each institution the same number. One in ten is open.
MAKE_DETOURS = f"""
INSERT INTO persons_accessrequest (public_id, institution_id, insz, third_party, asked_on, answered_on, has_result)
SELECT gen_random_uuid(), (SELECT min(id) FROM partners_institution) + n % {INSTITUTIONS},
  lpad((99610000000 + n)::text, 11, '0'), (ARRAY['vdab', 'school', 'agency'])[1 + n % 3], day - 1 - (n * 7919) % 40,
  CASE WHEN n % 10 > 0 THEN day END, CASE WHEN n % 10 > 0 THEN true END
FROM (SELECT n, '{{today}}'::date - (n * 104729) % 365 AS day FROM generate_series(1, {WAITS}) AS n) drawn
"""
AGENCY = {
    "the first page of the admin": "/beheer/",
    "how much was looked up": "/beheer/statistics/monthlycount/",
    "who does not use it": "/beheer/statistics/adoptionmail/",
    "how long a detour takes": "/beheer/statistics/wait/",
    "use against what was expected": "/beheer/statistics/expectation/cijfers/",
    "how careful": "/beheer/statistics/carefulreport/",
}
OFFICER = {
    "how much, of one institution": "cijfers/",
    "how long a detour takes, of one institution": "cijfers/omwegen/",
    "use against what was expected, of one institution": "cijfers/verwachting/",
    "how careful, of one institution": "cijfers/zorgvuldig/",
}
PUBLIC = {
    "the public page of a month": "/cijfers-openbaar/",
    "all published months as JSON": "/cijfers-openbaar/cijfers.json",
}


def measure(world: World, findings: Findings, say: Say) -> None:
    """The same pages in two databases, alike but for the number of rows in the log; as the web role."""
    logs, house = logs_of(world, say), world.house
    house.manage("collectstatic", "--no-input", "-v0")
    taken: dict[tuple[str, str], list[float]] = {}
    say(f"Pages of figures, {ROUNDS} rounds …")
    with Child(house, "web", logs.few) as web_few, Child(house, "web", logs.many) as web_many:
        webs = {logs.few: web_few, logs.many: web_many}
        pages = {name: _pages(house, logs, name, web) for name, web in webs.items()}
        for turn in range(ROUNDS):
            for name in sorted(webs, reverse=bool(turn % 2)):
                for words, (address, session) in pages[name].items():
                    times = webs[name].run(actions.page, address=address, session=session, times=TIMES)
                    taken.setdefault((words, name), []).append(median(times))
    findings.ratios += [
        Ratio(
            SECTION,
            f"{words}, at {logs.many_rows / 1e6:g} million rows against {logs.few_rows / 1e6:g} million",
            "ms",
            taken[words, logs.many],
            taken[words, logs.few],
            1.2,
            "at_most",
        )
        for words in pages[logs.few]
    ]


def _pages(house: House, logs: Logs, database: str, web: Child) -> dict[str, tuple[str, str]]:
    """Create the data of the pages; return each with its address and the session that reads it."""
    house.sql(
        "SET session_replication_role = replica",
        MAKE_WAITS.format(today=today()),
        MAKE_DETOURS.format(today=today()),
        "VACUUM ANALYZE statistics_wait",
        "VACUUM ANALYZE persons_accessrequest",
        database=database,
    )
    house.manage("careful_reports", database=database)
    with Child(house, "owner", database) as owner:
        owner.run(actions.publish)
        slug = owner.run(actions.slug, institution=logs.largest)
    agency, officer = logs.sessions["agency"], logs.sessions["officer"]
    last = today().replace(day=1) - datetime.timedelta(days=1)
    answer = web.run(
        actions.give_answer, session=agency, first=last.replace(year=last.year - 1, day=1), last=last
    )
    return {
        **{words: (address, agency) for words, address in AGENCY.items()},
        "an answer, counted again": (answer, agency),
        **{words: (f"/{slug}/{address}", officer) for words, address in OFFICER.items()},
        **{words: (address, "") for words, address in PUBLIC.items()},
    }
