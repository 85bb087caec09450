"""Clients with one name can be told apart in the list and in the results of a search."""

from __future__ import annotations

import datetime
import re

import pytest
from django.test import Client

from caseload.services import lists
from partners.periods import today
from persons.insz import format_insz
from persons.models import Inscription

from ..factories import inscribe, insz, person

pytestmark = pytest.mark.django_db

LIST = "/ocmw-proefstad/"
SEARCH = LIST + "zoeken/"


@pytest.fixture
def browser(case_worker, sign_in) -> Client:
    return sign_in(case_worker)


def links(browser: Client, address: str) -> list[str]:
    """The words of the links to the files on a page, as a screen reader lists them."""
    response = browser.get(address)
    assert response.status_code == 200
    html = response.content.decode()
    return [
        " ".join(re.sub(r"<[^>]*>", " ", link).split())
        for link in re.findall(r'<a class="client"[^>]*>(.*?)</a>', html, re.DOTALL)
    ]


def test_namesakes_have_their_number_in_the_link(browser, ocmw):
    numbers = {insz(), insz()}
    for number in numbers:
        inscribe(ocmw, person("Ahmed", "Ali", number=number))
    inscribe(ocmw, person("Ahmad", "Ali"))
    expected = {f"Ahmed, Ali {format_insz(number)}" for number in numbers} | {"Ahmad, Ali"}
    results = browser.post(SEARCH, {"q": "ali ahm"})["Location"]
    for address in (LIST, LIST + "?sort=end", results):
        assert set(links(browser, address)) == expected


def test_a_namesake_that_a_filter_or_another_page_hides_counts_too(browser, ocmw, monkeypatch):
    hidden = inscribe(ocmw, person("Âhmed", "Ali", verdict="out_of_reach"))
    shown = inscribe(ocmw, person("Ahmed", "Ali", verdict="kept"))
    assert links(browser, LIST + "?standing=kept") == [f"Ahmed, Ali {format_insz(shown.insz)}"]
    monkeypatch.setattr(lists, "PAGE_SIZE", 1)
    assert links(browser, LIST + "?show=all") == [f"Âhmed, Ali {format_insz(hidden.insz)}"]


def test_two_lines_of_one_client_and_a_client_of_another_institution_are_no_namesakes(
    browser, ocmw, other_ocmw
):
    ali = person("Ahmed", "Ali")
    inscribe(ocmw, ali, "leefloon")
    inscribe(ocmw, ali, "in_onderzoek")
    inscribe(other_ocmw, person("Ahmed", "Ali"))
    assert links(browser, LIST) == ["Ahmed, Ali"]
    assert links(browser, browser.post(SEARCH, {"q": "ahmed"})["Location"]) == ["Ahmed, Ali", "Ahmed, Ali"]


def test_a_client_whose_inscription_ended_is_no_namesake(browser, ocmw, as_owner):
    inscribe(ocmw, person("Ahmed", "Ali"))
    ended = inscribe(ocmw, person("Ahmed", "Ali"))
    with as_owner():
        Inscription.objects.filter(pk=ended.pk).update(valid_until=today() - datetime.timedelta(days=1))
    assert links(browser, LIST) == ["Ahmed, Ali"]


def test_clients_without_a_name_have_their_number_once(browser, ocmw):
    made = [inscribe(ocmw, person("", "")) for _ in range(2)]
    assert links(browser, LIST) == [f"naam onbekend, {format_insz(client.insz)}" for client in made]
