"""The numbers on the tabs of the client list: the same lines as the list behind each tab, capped."""

from __future__ import annotations

import datetime
import itertools

import pytest

from caseload.services import lists
from caseload.services.following import follow
from caseload.services.lists import ListFilters, client_page, counts
from partners.models import today
from partners.services import working_for
from persons.attendance import Part
from persons.enums import VerdictLabel
from persons.models import ClientListEntry
from tests import factories

pytestmark = pytest.mark.django_db

TABS = ["", *VerdictLabel.values, "ending"]


@pytest.fixture
def many(ocmw, case_worker):
    """Persons in every verdict, in one part and in two, some ending soon, some followed, some without attendance."""
    verdicts = VerdictLabel.values
    for place, (verdict, parts) in enumerate(itertools.product(verdicts, [("NT2",), ("MO", "NT2"), ("MO",)])):
        second = verdicts[(place + 1) % len(verdicts)]
        person = factories.person(
            f"Naam {place}",
            verdict=verdict,
            parts=[
                factories.part_line(part, code) for part, code in zip(parts, (verdict, second), strict=False)
            ],
        )
        capacity = "in_onderzoek" if place % 7 == 3 else "leefloon"
        until = today() + datetime.timedelta(days=10 if place % 4 == 0 else 90)
        made = factories.inscribe(ocmw, person, capacity, valid_until=until)
        if place % 5 < 2:
            with working_for(ocmw, case_worker.user, case_worker.role):
                follow(inscription_id=made.public_id, acting=case_worker)
    # not in force: on no tab
    factories.inscribe(ocmw, factories.insz())
    factories.inscribe(ocmw, factories.person(), valid_from=today() + datetime.timedelta(days=1))


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("part", ["", *Part])
def test_each_tab_counts_the_lines_behind_it(many, ocmw, case_worker, part, own):
    with working_for(ocmw, case_worker.user, case_worker.role):
        found = counts(acting=case_worker, filters=ListFilters(part=part, own=own))
        assert list(found) == TABS
        behind = {}
        for tab in TABS:
            filters = ListFilters(standing=tab, part=part, own=own)
            narrowed = lists._narrowed(ClientListEntry.objects.visible_to(case_worker), filters, case_worker)
            behind[tab] = narrowed.count()
            assert len(client_page(acting=case_worker, filters=filters).entries) == behind[tab]
    assert {tab: count.number for tab, count in found.items()} == behind
    assert not any(count.capped for count in found.values())
    assert behind[""] > 0 or part == Part.PLO


def test_counting_stops_at_the_cap(many, ocmw, case_worker, monkeypatch):
    monkeypatch.setattr(lists, "COUNT_CAP", 3)
    with working_for(ocmw, case_worker.user, case_worker.role):
        found = counts(acting=case_worker, filters=ListFilters())
    assert str(found[""]) == "3+"
    # three persons, one of them in a capacity that gives no attendance
    assert sorted(str(found[code]) for code in VerdictLabel.values)[0] == "2"


def test_nobody_counts_nothing(ocmw):
    assert counts(acting=None, filters=ListFilters()) == {}
