"""The numbers on the tabs of the client list: the same lines as the list behind each tab, capped."""

from __future__ import annotations

import datetime
import itertools

import pytest

from caseload.filters import ClientFilterSet
from caseload.services import lists
from caseload.services.following import follow
from caseload.services.lists import counts, show_page
from caseload.tables import ClientTable
from partners.periods import today
from partners.services import working_for
from persons.attendance import Part
from persons.enums import NOT_SHOWN, VerdictLabel
from persons.models import ClientListEntry
from tests import factories

pytestmark = pytest.mark.django_db

TABS = ["", *VerdictLabel.values, NOT_SHOWN, "unmet", "ending"]


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
                follow([made.public_id], acting=case_worker)
    # not in force: on no tab
    factories.inscribe(ocmw, factories.insz())
    factories.inscribe(ocmw, factories.person(), valid_from=today() + datetime.timedelta(days=1))


def filterset(acting, **values: str) -> ClientFilterSet:
    return ClientFilterSet(values, queryset=ClientListEntry.objects.visible_to(acting), acting=acting)


def test_each_tab_counts_the_lines_behind_it(many, ocmw, case_worker):
    with working_for(ocmw, case_worker.user, case_worker.role):
        for part, show in itertools.product(["", *Part], ["all", "own"]):
            numbers = counts(filterset(case_worker, part=part, show=show).before_tabs, part)
            assert list(numbers) == TABS
            behind = {}
            for tab in TABS:
                entries = filterset(case_worker, standing=tab, part=part, show=show).qs
                behind[tab] = entries.count()
                assert len(show_page(ClientTable(entries), acting=case_worker).entries) == behind[tab]
            assert {tab: count.number for tab, count in numbers.items()} == behind, (part, show)
            assert not any(count.capped for count in numbers.values()), (part, show)
            assert behind[""] > 0 or part == Part.PLO, (part, show)


def test_filters_narrow_the_queryset(many, ocmw, case_worker):
    with working_for(ocmw, case_worker.user, case_worker.role):
        everyone = filterset(case_worker).qs.count()
        for values in ({"standing": "kept"}, {"standing": "ending"}, {"part": "MO"}, {"show": "own"}):
            assert 0 < filterset(case_worker, **values).qs.count() < everyone, values
        assert filterset(case_worker, standing="made-up", part="XX", show="?").qs.count() == everyone


def test_counting_stops_at_the_cap(many, ocmw, case_worker, monkeypatch):
    monkeypatch.setattr(lists, "COUNT_CAP", 3)
    with working_for(ocmw, case_worker.user, case_worker.role):
        numbers = counts(filterset(case_worker).before_tabs)
    assert str(numbers[""]) == "3+"
    # three persons, one of them in a capacity that gives no attendance
    assert sorted(str(numbers[code]) for code in VerdictLabel.values)[0] == "2"


@pytest.mark.parametrize("sort", ["client", "-client", "end", "-end"])
def test_paging_in_every_order_shows_each_line_once(many, ocmw, case_worker, monkeypatch, sort):
    """Many inscriptions end on the same day, so the end alone does not order them."""
    monkeypatch.setattr(lists, "PAGE_SIZE", 4)
    with working_for(ocmw, case_worker.user, case_worker.role):
        visible = ClientListEntry.objects.visible_to(case_worker)
        key = {"end": "valid_until"}.get(sort.removeprefix("-"), "sort_key")
        pages, after = [], ""
        while not pages or after:
            table = ClientTable(visible, sort=sort)
            page = show_page(table, acting=case_worker, after=after)
            assert page.is_first == (not pages)
            pages.append(list(page.entries))
            after = page.next_after
        total = visible.count()
    entries = [entry for page in pages for entry in page]
    assert len(entries) == len({entry.pk for entry in entries}) == total
    values = [getattr(entry, key) for entry in entries]
    assert values == sorted(values, reverse=sort.startswith("-"))


def test_an_order_that_no_head_offers_is_the_usual_one(many, ocmw, case_worker):
    with working_for(ocmw, case_worker.user, case_worker.role):
        for sort in ["standing", "made-up", "-", "client,end", "--end", "as_of"]:
            table = ClientTable(ClientListEntry.objects.visible_to(case_worker), sort=sort, usual="client")
            entries = show_page(table, acting=case_worker).entries
            assert table.sort == "", sort
            assert [entry.sort_key for entry in entries] == sorted(entry.sort_key for entry in entries), sort
