"""The portal remembers the filters that were posted. Opening an address remembers nothing."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.models import Membership

from ..factories import inscribe, log_rows, member, person

pytestmark = pytest.mark.django_db

LIST = "/ocmw-proefstad/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(case_worker, sign_in) -> Client:
    return sign_in(case_worker)


def remembered(membership) -> dict[str, str]:
    return Membership.objects.values_list("list_filters", flat=True).get(pk=membership.pk)


@pytest.mark.parametrize("headers", [{}, HTMX, {"sec-fetch-site": "same-origin"}])
def test_no_get_changes_what_is_remembered(browser, case_worker, ocmw, headers):
    inscribe(ocmw, person())
    with CaptureQueriesContext(connection) as captured:
        for query in ("?standing=kept", "?show=own&part=MO", "?standing=&part=&show=all", "?sort=end"):
            assert browser.get(LIST + query, headers=headers).status_code == 200
    assert remembered(case_worker) == {}
    writes = [
        query["sql"] for query in captured if re.match("INSERT|UPDATE|DELETE|SELECT partners_r", query["sql"])
    ]
    assert len(writes) == 4
    assert all("consultations_consultation" in sql for sql in writes)


def test_posted_filters_are_remembered_and_shown_at_an_address_of_their_own(browser, case_worker, ocmw):
    inscribe(ocmw, person("Kamara"))
    inscribe(ocmw, person("Diallo", verdict="out_of_reach"))
    posted = {"standing": "kept", "part": "", "show": "all", "sort": "-client"}
    response = browser.post(LIST, posted)
    assert (response.status_code, response["Location"]) == (
        302,
        LIST + "?standing=kept&show=all&sort=-client",
    )
    assert log_rows() == []  # the POST shows no client
    for address in (response["Location"], LIST):
        html = browser.get(address).content.decode()
        assert "Kamara" in html
        assert "Diallo" not in html
    assert remembered(case_worker) == {"standing": "kept", "show": "all"}


def test_an_address_with_filters_shows_them_and_leaves_the_remembered_ones(browser, case_worker, ocmw):
    inscribe(ocmw, person("Kamara"))
    inscribe(ocmw, person("Diallo", verdict="out_of_reach"))
    browser.post(LIST, {"standing": "kept", "show": "all"})
    assert "Diallo" in browser.get(LIST + "?standing=out_of_reach").content.decode()
    assert "Diallo" not in browser.get(LIST).content.decode()


def test_the_form_and_the_tabs_post_what_is_remembered(browser, ocmw):
    """Without script a tab is a link that only shows, and the button "Filters" leads to the form that posts."""
    inscribe(ocmw, person())
    inscribe(ocmw, person(verdict="exempt"))
    html = browser.get(LIST + "?standing=kept&sort=end").content.decode()
    [form] = re.findall(r'<form[^>]*id="filters".*?</form>', html, re.DOTALL)
    # A form that gets would put the token in the address.
    assert 'method="get"' in form
    assert "csrfmiddlewaretoken" not in form
    assert re.search(r'name="standing"\s+value="kept"', form)
    assert re.search(r'name="sort"\s+value="end"', form)
    [page] = re.findall(
        r'<form class="card panel".*?</form>', browser.get(f"{LIST}filters/").content.decode(), re.DOTALL
    )
    assert f'action="{LIST}"' in page
    assert "csrfmiddlewaretoken" in page
    [tab] = re.findall(r'<a id="tab-exempt".*?>', html, re.DOTALL)
    assert 'href="?standing=exempt&amp;show=all&amp;sort=end"' in tab
    assert f'hx-post="{LIST}"' in tab
    assert """hx-vals='{"standing": "exempt"}'""" in tab


def test_a_post_from_another_site_remembers_nothing(case_worker, ocmw):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(case_worker.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.post(LIST, {"standing": "kept"}).status_code == 403
    assert remembered(case_worker) == {}


@pytest.mark.parametrize(
    "value", ["Abdulahi", "kept' OR true--", "x" * 200_000], ids=["name", "injection", "large"]
)
def test_only_codes_are_remembered_and_reach_the_address(browser, case_worker, value):
    response = browser.post(LIST, {"standing": value, "part": "NT2", "show": value, "sort": value})
    assert response["Location"] == LIST + "?part=NT2&show=all"
    assert remembered(case_worker) == {"part": "NT2", "show": "all"}


def test_each_institution_has_filters_of_its_own(browser, case_worker, other_ocmw):
    elsewhere = member(other_ocmw, user_=case_worker.user)
    browser.post(LIST, {"part": "NT2"})
    browser.post(reverse("client_list", args=[other_ocmw.slug]), {"part": "MO"})
    assert (remembered(case_worker)["part"], remembered(elsewhere)["part"]) == ("NT2", "MO")


def test_filters_that_show_nobody_can_be_forgotten(browser, case_worker, ocmw):
    inscribe(ocmw, person())
    browser.post(LIST, {"standing": "exempt", "show": "own"})
    html = browser.get(LIST).content.decode()
    [link] = re.findall(r"<a [^>]*>Toon alle cliënten van de instelling</a>", html)
    assert 'href="?show=all"' in link
    assert """hx-vals='{"standing": "", "part": "", "show": "all"}'""" in link
    browser.post(LIST, {"standing": "", "part": "", "show": "all"})
    assert remembered(case_worker) == {"show": "all"}
