"""Paging goes on, whatever happened to the row it stopped at."""

from __future__ import annotations

import base64
import datetime

import pytest
from django.utils import timezone

from caseload.filters import ClientFilterSet
from caseload.paging import read_from
from caseload.services import lists
from caseload.services.lists import counts, show_page
from caseload.tables import ClientTable
from partners.periods import today
from partners.services import working_for
from persons.models import ClientListEntry, Inscription, Person
from persons.sorting import sort_key

from .. import factories

pytestmark = pytest.mark.django_db


class Rows:
    """Five clients in pages of two, and what happens between two pages."""

    def __init__(self, institution, acting) -> None:
        self.acting = acting
        self.inscriptions = [
            factories.inscribe(
                institution, factories.person(name), valid_until=today() + datetime.timedelta(days=10 + place)
            )
            for place, name in enumerate(["Aa", "Bb", "Cc", "Dd", "Ee"])
        ]

    def page(self, after: str = "", *, sort: str = "", **values: str) -> tuple[list[str], str]:
        """The last names on a page, and the cursor of the next."""
        with working_for(self.acting.institution, self.acting.user, self.acting.role):
            visible = ClientListEntry.objects.visible_to(self.acting)
            filterset = ClientFilterSet(values, queryset=visible, acting=self.acting)
            table = ClientTable(filterset.qs, sort=sort)
            page = show_page(table, acting=self.acting, after=after)
        return [entry.last_name for entry in page.entries], page.next_after

    def rename(self, name: str, new: str) -> None:
        with factories.owner():
            Person.objects.filter(last_name=name).update(last_name=new, sort_key=sort_key(new, "Hodan"))
            ClientListEntry.objects.filter(last_name=name).update(
                last_name=new, sort_key=sort_key(new, "Hodan")
            )

    def end(self, place: int) -> None:
        with factories.owner():
            Inscription.objects.filter(pk=self.inscriptions[place].pk).update(
                valid_until=today() - datetime.timedelta(days=1)
            )

    def delete_line(self, place: int) -> None:
        with factories.owner():
            ClientListEntry.objects.filter(inscription=self.inscriptions[place]).delete()


@pytest.fixture
def rows(ocmw, case_worker, monkeypatch) -> Rows:
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)
    return Rows(ocmw, case_worker)


@pytest.mark.parametrize("sort", ["", "client", "end"])
@pytest.mark.parametrize(
    "event",
    [
        lambda rows: rows.rename("Bb", "Aaa"),
        lambda rows: rows.end(1),
        lambda rows: rows.delete_line(1),
        lambda rows: [rows.end(place) for place in (0, 1)],
    ],
    ids=["renamed", "inscription ended", "line gone", "whole page ended"],
)
def test_paging_goes_on_where_it_stopped(rows, event, sort):
    first, after = rows.page(sort=sort)
    event(rows)
    second, after = rows.page(after, sort=sort)
    third, end = rows.page(after, sort=sort)
    assert (first, second, third, end) == (["Aa", "Bb"], ["Cc", "Dd"], ["Ee"], "")


def test_a_row_renamed_to_a_later_name_comes_again_there_and_hides_no_other(rows):
    _, after = rows.page()
    rows.rename("Bb", "Zz")
    second, after = rows.page(after)
    third, end = rows.page(after)
    assert (second, third, end) == (["Cc", "Dd"], ["Ee", "Zz"], "")


def test_paging_goes_on_under_another_filter(rows):
    _, after = rows.page()
    assert rows.page(after, standing="kept")[0] == ["Cc", "Dd"]


def test_a_cursor_shows_no_name(rows):
    rows.rename("Bb", "Bbwickramasinghe")
    shown, after = rows.page()
    assert shown[-1] == "Bbwickramasinghe"
    for text in (after, base64.urlsafe_b64decode(after).decode("latin-1")):
        assert "wickrama" not in text.lower()


def test_a_cursor_of_another_user_institution_or_order_starts_at_the_beginning(rows, ocmw, other_ocmw):
    _, after = rows.page()
    assert rows.page(after, sort="end")[0] == ["Aa", "Bb"]
    assert rows.page(after, sort="-client")[0] == ["Ee", "Dd"]
    rows.acting = factories.member(ocmw)
    assert rows.page(after)[0] == ["Aa", "Bb"]
    user = rows.acting.user
    factories.inscribe(other_ocmw, factories.person("Ab"))
    rows.acting = factories.member(other_ocmw, user_=user)
    assert rows.page(after)[0] == ["Ab"]


@pytest.mark.parametrize("after", ["x", "é", "\0", "gAAAA", "9" * 100_000])
def test_a_made_up_cursor_starts_at_the_beginning(rows, after):
    assert rows.page(after)[0] == ["Aa", "Bb"]


class Decisions:
    """Clients who may miss lessons, decided before and after today, and clients for whom nothing is decided."""

    def __init__(self, institution, acting) -> None:
        self.acting = acting
        for name, verdict, may_miss, days in [
            ("Later", "reachable", 1, 9),
            ("Soon", "reachable", 1, 3),
            ("Yesterday", "on_track", 7, -1),
            ("Roomy", "reachable", 4, 1),
            ("Steady", "on_track", 1, 1),
            ("Today", "reachable", 1, 0),
            ("Long ago", "reachable", 5, -40),
            ("Not begun", "no_lessons", 2, -3),
            ("Kept", "kept", None, None),
            ("Lost", "out_of_reach", None, None),
            ("", "reachable", 1, 3),
            ("", "on_track", 2, -3),
        ]:
            day = None if days is None else today() + datetime.timedelta(days=days)
            line = factories.part_line(
                verdict=verdict, may_miss=may_miss, decides_on=day.isoformat() if day else None
            )
            person = factories.person(
                name, "Hodan" if name else "", verdict=verdict, slack=(may_miss, day), parts=[line]
            )
            factories.inscribe(institution, person)

    def pages(self, *, sort: str = "", **values: str) -> list[list[str]]:
        found, after = [], ""
        with working_for(self.acting.institution, self.acting.user, self.acting.role):
            while not found or after:
                visible = ClientListEntry.objects.visible_to(self.acting)
                filterset = ClientFilterSet(values, queryset=visible, acting=self.acting)
                page = show_page(
                    ClientTable(filterset.qs, sort=sort),
                    acting=self.acting,
                    after=after,
                    has_outdated=counts(filterset.before_tabs).has_outdated,
                )
                found.append([entry.last_name for entry in page.entries])
                after = page.next_after
        return found


# The outdated ones by their day, then the others by urgency. Those without a name are last among equals.
BY_URGENCY = [
    *("Long ago", "Not begun", "", "Yesterday"),
    *("Today", "Soon", "", "Later", "Steady", "Roomy"),
    *("Lost", "Kept"),
]


@pytest.fixture
def decisions(ocmw, case_worker) -> Decisions:
    return Decisions(ocmw, case_worker)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 12, 50])
def test_outdated_lines_come_first_and_paging_goes_on_across_the_border(decisions, monkeypatch, size):
    monkeypatch.setattr(lists, "PAGE_SIZE", size)
    for sort, expected in (("", BY_URGENCY), ("-slack", BY_URGENCY[::-1])):
        pages = decisions.pages(sort=sort)
        assert [name for page in pages for name in page] == expected, sort
        assert {len(page) for page in pages[:-1]} <= {size}


@pytest.mark.parametrize("sort", ["", "-slack"])
def test_where_no_day_has_passed_no_outdated_lines_are_looked_for(
    decisions, case_worker, ocmw, sort, time_machine, django_assert_num_queries
):
    time_machine.move_to(timezone.now() - datetime.timedelta(days=41))
    with working_for(ocmw, case_worker.user, case_worker.role):
        lines = ClientListEntry.objects.filter(institution=ocmw)
        assert not counts(lines).has_outdated
        table = ClientTable(lines, sort=sort)
        orders = []
        for empty, statements in ((None, 2), (table.outdated_range, 1)):
            with django_assert_num_queries(statements):
                rows = read_from(lines, table.ranges, [], 50, empty=empty)
            orders.append([row.pk for row in rows])
    assert len(orders[0]) == len(BY_URGENCY)
    assert orders[0] == orders[1]


def test_a_filter_keeps_the_order(decisions, monkeypatch):
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)
    assert decisions.pages(standing="on_track") == [["", "Yesterday"], ["Steady"]]
    assert decisions.pages(standing="no_lessons") == [["Not begun"]]


def test_a_cursor_by_urgency_shows_no_name(decisions, monkeypatch, case_worker, ocmw):
    monkeypatch.setattr(lists, "PAGE_SIZE", 1)
    with working_for(ocmw, case_worker.user, case_worker.role):
        table = ClientTable(ClientListEntry.objects.visible_to(case_worker))
        after = show_page(table, acting=case_worker).next_after
    assert "long" not in base64.urlsafe_b64decode(after).decode("latin-1").lower()


def test_a_row_that_is_outdated_says_so(decisions, sign_in, case_worker, ocmw):
    html = sign_in(case_worker).get(f"/{ocmw.slug}/?show=all").content.decode()
    rows = html.split("<tr ")[2:]
    assert ["verouderd" in row for row in rows] == [True] * 4 + [False] * 8
