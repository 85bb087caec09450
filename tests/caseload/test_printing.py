"""The client list for paper."""

from __future__ import annotations

import pytest
from django.urls import reverse
from lxml import html

from caseload import printing

from ..factories import inscribe, log_rows, mandate, member, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def clients(ocmw):
    mandate(ocmw)
    return [
        inscribe(ocmw, person("Abdulahi", "Hodan", verdict="reachable")),
        inscribe(ocmw, person("Kamara", "Fatu", verdict="kept")),
    ]


def names(response) -> list[str]:
    return [
        link.text_content() for link in html.document_fromstring(response.content).xpath("//tbody//a/bdi")
    ]


def test_it_prints_the_lines_of_the_filter_and_logs_who_is_on_it(case_worker, sign_in, ocmw, clients):
    browser = sign_in(case_worker)
    response = browser.get(
        reverse("client_print", args=[ocmw.slug]), {"standing": "reachable", "show": "all"}
    )
    assert names(response) == ["Abdulahi, Hodan"]
    page = response.content.decode()
    assert "Bij te sturen · alle cliënten van de instelling" in page
    [row] = log_rows()
    assert (row["kind"], row["outcome"], row["parent_id"]) == ("print", "shown", None)
    assert row["shown"] == [clients[0].insz]


def test_a_list_that_is_too_long_says_so(case_worker, sign_in, ocmw, clients, monkeypatch):
    monkeypatch.setattr(printing, "MOST_PRINTED", 1)
    response = sign_in(case_worker).get(reverse("client_print", args=[ocmw.slug]))
    assert names(response) == ["Abdulahi, Hodan"]
    assert "Dit zijn de eerste 1 inschrijvingen." in response.content.decode()
    assert log_rows()[0]["shown"] == [clients[0].insz]


def test_another_institution_prints_its_own_clients_only(clients, ocmw, other_ocmw, sign_in):
    stranger = sign_in(member(other_ocmw, "case_worker"))
    assert names(stranger.get(reverse("client_print", args=[other_ocmw.slug]))) == []
    assert stranger.get(reverse("client_print", args=[ocmw.slug])).status_code == 404
    assert [(row["kind"], row["outcome"]) for row in log_rows()] == [("print", "empty"), ("print", "refused")]
