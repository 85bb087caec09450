"""Paging goes on, whatever happened to the row it stopped at."""

from __future__ import annotations

import base64
import datetime

import pytest

from caseload.filters import ClientFilterSet
from caseload.services import lists
from caseload.services.lists import show_page
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


@pytest.mark.parametrize("sort", ["", "end"])
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
