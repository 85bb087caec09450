"""The client list has one row for each client: the line that shows most, with the other capacities beside it."""

from __future__ import annotations

import datetime
import itertools

import pytest

from caseload.filters import ClientFilterSet
from caseload.services.lists import counts
from partners.enums import Capacity
from partners.periods import today
from partners.services import working_for
from persons.dayranges import contains
from persons.enums import VerdictLabel
from persons.models import ClientListEntry, Inscription

from ..factories import inscribe, mandate, owner, person

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def lines(acting, **values: str) -> list[ClientListEntry]:
    with working_for(acting.institution, acting.user, acting.role):
        visible = ClientListEntry.objects.visible_to(acting)
        return list(ClientFilterSet(values, queryset=visible, acting=acting).qs)


def capacities(acting, **values: str) -> list[str]:
    return [line.capacity for line in lines(acting, **values)]


@pytest.fixture
def client_(ocmw):
    """A client in three capacities: the first does not give attendance, the others do."""
    one = person("Ahmadi", verdict="reachable")
    for capacity in ("in_onderzoek", "leefloon", "andere_hulp"):
        blocks = ["Personalia", "Doelgroep", "Wooncode", "Trajecten"]
        if capacity != "in_onderzoek":
            blocks = ["Personalia", "VormingsActiviteiten"]
        mandate(ocmw, capacity, blocks)
    return one


def test_the_line_with_attendance_stays_and_of_equal_ones_the_lower(client_, ocmw, case_worker, other_ocmw):
    inscribe(other_ocmw, client_)
    hidden = inscribe(ocmw, client_, "in_onderzoek")
    assert capacities(case_worker) == ["in_onderzoek"]
    first = inscribe(ocmw, client_, "andere_hulp")
    inscribe(ocmw, client_, "leefloon")
    inscribe(ocmw, person("Benali"))
    assert sorted(capacities(case_worker)) == ["andere_hulp", "leefloon"]
    assert [line.inscription_id for line in lines(case_worker) if line.capacity == "andere_hulp"] == [
        first.pk
    ]
    assert hidden.pk < first.pk


def test_the_row_names_the_other_capacities(client_, ocmw, case_worker, sign_in):
    for capacity in ("in_onderzoek", "leefloon", "andere_hulp"):
        inscribe(ocmw, client_, capacity)
    html = sign_in(case_worker).get(f"/{ocmw.slug}/").content.decode()
    assert html.count("Ahmadi, Hodan</bdi>") == 1
    others = ", ".join(str(Capacity(code).label).lower() for code in ("andere_hulp", "in_onderzoek"))
    assert f'title="{others}">+2<' in html


def change(inscription, **values) -> None:
    with owner():
        Inscription.objects.filter(pk=inscription.pk).update(**values)


def test_the_next_line_comes_on_the_day_after_the_better_one_ended(client_, ocmw, case_worker):
    inscribe(ocmw, client_, "in_onderzoek")
    better = inscribe(ocmw, client_, "leefloon", valid_until=today() + 5 * DAY)
    assert capacities(case_worker) == ["leefloon"]
    change(better, valid_until=today() - DAY)
    assert capacities(case_worker) == ["in_onderzoek"]
    change(better, valid_until=today() + DAY)
    assert capacities(case_worker) == ["leefloon"]
    change(better, valid_from=today() + DAY)
    assert capacities(case_worker) == ["in_onderzoek"]


def test_tabs_count_clients_and_add_up_and_ending_counts_inscriptions(client_, ocmw, case_worker):
    for capacity in ("in_onderzoek", "leefloon", "andere_hulp"):
        inscribe(ocmw, client_, capacity, valid_until=today() + 9 * DAY)
    inscribe(ocmw, person("Benali", verdict="kept"))
    with working_for(ocmw, case_worker.user, case_worker.role):
        visible = ClientListEntry.objects.visible_to(case_worker)
        numbers = counts(ClientFilterSet({}, queryset=visible, acting=case_worker).before_tabs)
    assert numbers[""].number == sum(numbers[verdict].number for verdict in VerdictLabel.values) == 2
    assert numbers["ending"].number == len(lines(case_worker, standing="ending")) == 3


def test_the_days_on_which_a_line_is_hidden_are_those_of_the_rule(client_, ocmw, case_worker):
    """Whatever the order of writing, with a gap between the better lines: over all orders of four inscriptions."""
    mandate(ocmw, "schuldbemiddeling", ["Personalia"])
    spans = {
        "schuldbemiddeling": (-20, 30),
        "in_onderzoek": (-20, 20),
        "leefloon": (-10, 0),
        "andere_hulp": (3, 40),
    }
    for number, order in enumerate(itertools.permutations(spans)):
        one = person(f"Client {number}")
        for capacity in order:
            start, end = spans[capacity]
            inscribe(ocmw, one, capacity, valid_from=today() + start * DAY, valid_until=today() + end * DAY)
    with owner():
        stored = list(ClientListEntry.objects.all())
    for day in (today() + days * DAY for days in range(-21, 42)):
        with owner():
            hidden = set(ClientListEntry.objects.filter(contains("hidden_on", day)).values_list("pk"))
        counting = [line for line in stored if line.counts_from <= day <= line.counts_until]
        expected = {
            (line.pk,)
            for line in counting
            if any(
                other.insz == line.insz
                and (-other.shows, other.inscription_id) < (-line.shows, line.inscription_id)
                for other in counting
            )
        }
        assert hidden == expected, day


def test_a_search_finds_every_capacity(client_, ocmw, case_worker, sign_in):
    for capacity in ("in_onderzoek", "leefloon"):
        inscribe(ocmw, client_, capacity)
    browser = sign_in(case_worker)
    html = browser.get(browser.post(f"/{ocmw.slug}/zoeken/", {"q": "ahmadi"})["Location"]).content.decode()
    assert html.count("Ahmadi, Hodan</bdi>") == 2
