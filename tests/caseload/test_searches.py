"""A search has an address to go back to: the session stores its term, encrypted, and each visit searches again."""

from __future__ import annotations

import copy
import datetime
import json
import re
import uuid

import pytest
import time_machine
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from caseload.services import lists, searches, sessionvalues
from caseload.services.lists import SearchTerm
from caseload.services.searches import store_search, stored_search
from partners.models import Membership
from partners.services import bind
from persons.models import Inscription

from ..factories import PASSWORD, inscribe, log_rows, member, person

pytestmark = pytest.mark.django_db

LIST, ELSEWHERE = "/ocmw-proefstad/", "/ocmw-elders/"
SEARCH = LIST + "zoeken/"
GONE = "Deze zoekopdracht is er niet meer."


@pytest.fixture
def browser(case_worker, sign_in) -> Client:
    return sign_in(case_worker)


@pytest.fixture
def hodan(ocmw) -> Inscription:
    return inscribe(ocmw, person("Abdulahi", "Hodan"))


def search(browser: Client, typed: str = "abd", at: str = SEARCH) -> str:
    """Post a search, and return the address of its results."""
    response = browser.post(at, {"q": typed})
    assert response.status_code == 302
    return response["Location"]


def search_rows() -> list[tuple]:
    return [
        (row["outcome"], row["term"], row["numbers"], row["shown"])
        for row in log_rows()
        if row["kind"] == "search"
    ]


def contents(browser: Client, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


# -- an address of its own


def test_a_search_leads_to_an_address_that_says_nothing_about_it(browser, hodan):
    addresses = [search(browser, typed) for typed in ("Abd", "Abd", hodan.insz)]
    assert len(set(addresses)) == 3
    for address in addresses:
        assert re.fullmatch(r"/ocmw-proefstad/zoeken/[0-9a-f]{8}-[0-9a-f-]{27}/", address)
        assert uuid.UUID(address.split("/")[3]).version == 4
    assert search_rows() == []  # nothing is looked up yet
    assert "Abdulahi" in contents(browser, addresses[0])


def test_each_visit_searches_again_and_writes_its_row(browser, ocmw, hodan):
    address = search(browser, "ABDÛ")
    assert "Abdulahi, Hodan" in contents(browser, address)
    zahra = inscribe(ocmw, person("Abdullah", "Zahra"))
    assert "Abdullah, Zahra" in contents(browser, address)
    assert search_rows() == [
        ("shown", "abdu", [], [hodan.insz]),
        ("shown", "abdu", [], [hodan.insz, zahra.insz]),
    ]


def test_a_visit_after_the_inscription_ended_shows_nobody(browser, hodan, as_owner):
    address = search(browser)
    assert "Hodan" in contents(browser, address)
    with as_owner():
        Inscription.objects.filter(pk=hodan.pk).update(
            valid_until=timezone.localdate() - datetime.timedelta(days=1)
        )
    assert "Hodan" not in contents(browser, address)
    assert search_rows()[-1] == ("empty", "abd", [], [])


def test_the_field_shows_the_search_in_its_normal_form(browser, hodan):
    assert 'value="el idrissi"' in contents(browser, search(browser, "  El-Idrissi "))
    number = hodan.insz
    shown = f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"
    assert f'value="{shown}"' in contents(browser, search(browser, f"INSZ: {number}"))


def test_the_results_are_reached_again_after_a_file(browser, hodan):
    address = search(browser)
    [file] = re.findall(r'href="(/ocmw-proefstad/dossier/[^"]*)"', contents(browser, address))
    assert browser.get(file).status_code == 200
    assert file in contents(browser, address)
    assert [row["kind"] for row in log_rows()] == ["search", "file", "search"]


def test_switching_the_language_keeps_the_results(browser, hodan):
    address = search(browser)
    [following] = re.findall(r'name="next" value="([^"]*)"', contents(browser, address))
    response = browser.post(reverse("set_language"), {"language": "en", "next": following}, follow=True)
    assert response.request["PATH_INFO"] == address
    html = response.content.decode()
    assert '<html lang="en"' in html
    assert "Abdulahi, Hodan" in html


def test_the_results_stay_out_of_caches_and_of_head_and_prefetch(browser, hodan):
    address = search(browser)
    assert browser.get(address)["Cache-Control"] == "no-store"
    before = len(log_rows())
    assert browser.head(address).status_code == 405
    assert browser.get(address, headers={"sec-purpose": "prefetch"}).status_code == 204
    assert len(log_rows()) == before


def test_htmx_reaches_the_results_too(browser, hodan):
    response = browser.post(SEARCH, {"q": "abd"}, headers={"HX-Request": "true"}, follow=True)
    assert "Abdulahi, Hodan" in response.content.decode()
    assert "<html" in response.content.decode()


@pytest.mark.parametrize("typed", ["", "9161010", "91.61.01-001.75", "x" * 101, "zoek " * 200_000])
def test_a_search_that_cannot_be_is_not_stored(browser, typed):
    response = browser.post(SEARCH, {"q": typed})
    assert response.status_code == 422
    assert "searches" not in browser.session
    assert log_rows() == []


# -- what the session stores


def test_the_session_stores_the_term_encrypted_and_no_result(browser, hodan):
    for typed in ("Abdulahi Hod", hodan.insz):
        contents(browser, search(browser, typed))
    stored = json.dumps(dict(browser.session)).lower()
    for secret in ("abdu", "hod", hodan.insz, hodan.insz[:6], str(hodan.public_id)):
        assert secret not in stored
    assert len(browser.session["searches"]) == 2


def test_the_session_stores_at_most_ten_searches_and_the_newest(browser, hodan):
    addresses = [search(browser, "abd") for _ in range(12)]
    assert list(browser.session["searches"]) == [address.split("/")[3] for address in addresses[2:]]
    assert [GONE in contents(browser, address) for address in addresses] == [True] * 2 + [False] * 10


def test_a_search_is_gone_after_half_an_hour_and_leaves_the_session_with_the_next(browser, hodan):
    now = timezone.now()  # the log takes no rows of another moment, and storing a search writes none
    with time_machine.travel(now - datetime.timedelta(minutes=31), tick=False):
        old = search(browser)
    with time_machine.travel(now - datetime.timedelta(minutes=29), tick=False):
        newer = search(browser)
    html = contents(browser, old)
    assert GONE in html
    assert "Abdulahi" not in html
    assert 'value="abd"' not in html
    assert "Abdulahi" in contents(browser, newer)
    newest = search(browser)
    assert list(browser.session["searches"]) == [address.split("/")[3] for address in (newer, newest)]
    assert [row[0] for row in search_rows()] == ["shown"]


def test_visiting_results_does_not_prolong_them_or_save_the_session(browser, hodan):
    address = search(browser)
    before = Session.objects.get(session_key=browser.session.session_key).session_data
    contents(browser, address)
    contents(browser, address + "?after=x")
    assert Session.objects.get(session_key=browser.session.session_key).session_data == before


# -- sign-out and sign-in


def test_signing_out_deletes_the_searches_and_a_new_sign_in_opens_the_page_empty(
    browser, hodan, case_worker, client
):
    address = search(browser)
    key = browser.session.session_key
    browser.post(reverse("account_logout"))
    assert not Session.objects.filter(session_key=key).exists()
    sign_in = browser.get(address)
    assert sign_in["Location"] == f"{reverse('account_login')}?next={address}"
    credentials = {"login": case_worker.user.email, "password": PASSWORD, "next": address}
    response = browser.post(reverse("account_login"), credentials, follow=True)
    assert (response.request["PATH_INFO"], response.status_code) == (address, 200)
    html = response.content.decode()
    assert GONE in html
    assert "Abdulahi" not in html
    assert 'value="abd"' not in html
    assert search_rows() == []


def test_a_search_while_the_user_signs_out_stores_nothing(browser, case_worker):
    session = browser.session
    assert session.get("searches") is None  # it is read now
    Session.objects.all().delete()
    with pytest.raises(SessionInterrupted):
        store_search(session, SearchTerm(name="abd"), case_worker)
    assert not Session.objects.exists()


# -- whose search it is


def test_a_search_of_another_session_opens_empty(browser, hodan, ocmw, case_worker):
    address = search(browser)
    for account in (case_worker.user, member(ocmw).user):
        other = Client()
        other.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert GONE in contents(other, address)
        # The stored entry does not open elsewhere either.
        session = other.session
        session["searches"] = browser.session["searches"]
        session.save()
        assert GONE in contents(other, address)
    assert search_rows() == []


def test_a_search_is_not_found_under_another_institution_and_that_is_logged(
    browser, hodan, case_worker, other_ocmw
):
    member(other_ocmw, user_=case_worker.user)
    inscribe(other_ocmw, person("Abdi", "Elders"))
    address = search(browser)
    there = address.replace(LIST, ELSEWHERE)
    response = browser.get(there)
    assert response.status_code == 404
    assert response.content == browser.get(f"{ELSEWHERE}dossier/{uuid.uuid4()}/").content
    row = log_rows()[0]
    refusal = {name: row[name] for name in ("kind", "outcome", "rule", "institution_id", "target", "numbers")}
    assert refusal == {
        "kind": "search",
        "outcome": "refused",
        "rule": "not_visible",
        "institution_id": other_ocmw.pk,
        "target": address.split("/")[3],
        "numbers": [],
    }
    assert row["term"] == ""
    # It still works where it belongs, and each institution has its own.
    assert "Abdulahi" in contents(browser, address)
    assert "Abdi, Elders" in contents(browser, search(browser, "abd", ELSEWHERE + "zoeken/"))


def test_a_stored_search_does_not_open_under_another_id_or_institution(
    browser, hodan, case_worker, other_ocmw
):
    """Even if its place in the session were changed: the encryption is bound to all three."""
    elsewhere = member(other_ocmw, user_=case_worker.user)
    session = browser.session
    search_id = store_search(session, SearchTerm(name="abd"), case_worker)
    [[institution_id, sealed]] = session["searches"].values()
    other_id = uuid.uuid4()
    session["searches"] = {
        str(other_id): [institution_id, sealed],
        str(search_id): [other_ocmw.pk, sealed],
    }
    bind(institution_id=other_ocmw.pk, user_id=case_worker.user_id, role=case_worker.role)
    assert stored_search(session, other_id, case_worker) is None
    assert stored_search(session, search_id, elsewhere) is None


@pytest.mark.parametrize("visitor", ["outsider", "former_case_worker", "privacy_officer"])
def test_results_are_refused_and_logged_where_the_visitor_opens_no_files(
    request, ocmw, hodan, sign_in, visitor
):
    browser = sign_in(request.getfixturevalue(visitor))
    response = browser.get(f"{SEARCH}{uuid.uuid4()}/")
    assert response.status_code == 404
    [row] = log_rows()
    assert (row["kind"], row["outcome"]) == ("search", "refused")


def test_access_that_ended_ends_at_the_next_visit_of_the_results(browser, hodan, case_worker, as_owner):
    address = search(browser)
    with as_owner():
        Membership.objects.filter(pk=case_worker.pk).update(valid_from="2019-01-01", valid_until="2020-01-01")
    assert browser.get(address).status_code == 404
    assert search_rows() == [("refused", "", [], [])]


@pytest.mark.parametrize("word", ["x", "%00", "..", "1" * 5000, "00000000-0000-0000-0000-00000000000"])
def test_what_is_no_id_is_no_address(browser, word):
    assert browser.get(f"{SEARCH}{word}/").status_code == 404
    assert log_rows() == []


# -- at the same moment


def test_two_tabs_that_search_at_the_same_moment_both_keep_their_search(browser, hodan, case_worker):
    """Each request reads the session when it begins, before the other has stored its search."""
    first, second = browser.session, browser.session
    assert [session.get("searches") for session in (first, second)] == [None, None]  # both are read now
    ids = [store_search(session, SearchTerm(name="abd"), case_worker) for session in (first, second)]
    assert list(browser.session["searches"]) == [str(search_id) for search_id in ids]
    # The middleware saves a session that was modified, by then without the lock.
    assert not first.modified
    assert not second.modified


def test_a_search_posted_twice_gives_two_addresses_that_both_work(browser, hodan):
    for address in (search(browser), search(browser)):
        assert "Abdulahi" in contents(browser, address)


def test_an_entry_that_the_portal_did_not_write_is_no_search(browser, hodan, case_worker):
    session = browser.session
    search_id = store_search(session, SearchTerm(name="abd"), case_worker)
    good = copy.deepcopy(session["searches"])
    for sealed in ("", "x", "é", good[str(search_id)][1][:-4], good[str(search_id)][1].swapcase()):
        session["searches"] = {str(search_id): [case_worker.institution_id, sealed]}
        assert stored_search(session, search_id, case_worker) is None


def test_at_most_ten_and_half_an_hour_are_the_terms_of_the_page(browser):
    words = contents(browser, f"{SEARCH}{uuid.uuid4()}/")
    assert (10, datetime.timedelta(minutes=30)) == (searches.MOST, sessionvalues.LIFETIME)
    assert "laatste tien zoekopdrachten, elk een half uur" in words


def test_the_heads_of_the_results_sort_them_and_paging_keeps_the_order(browser, ocmw, monkeypatch):
    monkeypatch.setattr(lists, "PAGE_SIZE", 1)
    for name in ("Abdi", "Abdo", "Abdu"):
        inscribe(ocmw, person(name))
    address = search(browser)
    html = contents(browser, address)
    assert re.findall(r'<a href="([^"]*sort=[^"]*)"', html) == ["?sort=-client", "?sort=slack"]
    shown, query = [], "?sort=-client"
    while query:
        html = contents(browser, address + query)
        shown += re.findall(r"<bdi>(Abd.)", html)
        query = "".join(re.findall(r'href="(\?[^"]*after=[^"]*)"\s*>Volgende', html)).replace("&amp;", "&")
    assert shown == ["Abdu", "Abdo", "Abdi"]
    assert 'href="?sort=-client"' in html.split("Eerste bladzijde")[0].rsplit("<a ", 1)[1]
    assert "hx-disable" in html
