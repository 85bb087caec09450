"""On every page a hidden person is not there: list, counts, searches, pasted list, file, changes, export, print."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import OwnNumber
from partners.services import working_for
from persons.insz import format_insz
from persons.models import Change, Inscription

from .. import factories
from ..factories import detour, enter_number, inscribe, insz, log_rows, mandate, member, person, shield

pytestmark = pytest.mark.django_db

NAME = "Verborgene"


@pytest.fixture
def browser(case_worker, sign_in) -> Client:
    return sign_in(case_worker)


@pytest.fixture
def hidden(ocmw, as_owner) -> Inscription:
    """A client with a shield, a change and a detour; another client is visible."""
    inscribe(ocmw, person("Zichtbare", "An"))
    granted = inscribe(ocmw, person(NAME, "Bea"))
    detour(granted)
    with as_owner():
        Change.objects.create(person=granted.person, at=timezone.now(), kind="set_aside")
    shield(granted.insz, ocmw)
    return granted


def address(name: str, *arguments: object) -> str:
    return reverse(name, args=["ocmw-proefstad", *arguments])


PAGES = {
    "the list": ("get", "client_list", {"show": "all"}),
    "the changes": ("get", "change_list", {"show": "all"}),
    "the print": ("get", "client_print", {"show": "all"}),
    "the file of the list": ("post", "client_export", {"show": "all", "format": "csv"}),
    "the detours": ("get", "request_list", {}),
    "the caseloads": ("get", "caseloads", {}),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_hidden_person_is_on_no_page(browser, hidden, page):
    method, name, data = PAGES[page]
    response = getattr(browser, method)(address(name), data)
    assert response.status_code == 200
    content = response.getvalue().decode()
    assert NAME not in content
    assert hidden.insz not in content
    assert format_insz(hidden.insz) not in content
    assert str(hidden.public_id) not in content
    assert hidden.insz not in {number for row in log_rows() for number in row["shown"]}


def test_the_counts_leave_a_hidden_person_out(browser, hidden):
    response = browser.get(address("client_list"), {"show": "all"})
    assert (response.context["clients"].number, response.context["total"].number) == (1, 1)


def test_a_named_user_sees_the_person(browser, hidden, case_worker):
    factories.name_looker(hidden.insz, case_worker)
    assert NAME in browser.get(address("client_list"), {"show": "all"}).content.decode()
    assert browser.get(address("person_file", hidden.public_id)).status_code == 200


def test_a_search_by_name_finds_no_hidden_person(browser, hidden):
    results = browser.post(address("client_search"), {"q": NAME})["Location"]
    assert str(hidden.public_id) not in browser.get(results).content.decode()
    assert log_rows()[-1]["outcome"] == "empty"


def test_a_search_by_number_looks_like_one_for_an_unknown_number_and_is_logged(browser, hidden):
    pages = []
    for number in (hidden.insz, insz()):
        results = browser.post(address("client_search"), {"q": number})["Location"]
        content = browser.get(results).content.decode()
        for repeated in (number, format_insz(number), results.split("/")[-2]):
            content = content.replace(repeated, "")
        pages.append("\n".join(line for line in content.splitlines() if "csrf" not in line))
    assert pages[0] == pages[1]
    refused, empty = log_rows()[-2:]
    assert (refused["outcome"], refused["rule"], refused["numbers"]) == ("refused", "shielded", [hidden.insz])
    assert (empty["outcome"], empty["rule"]) == ("empty", "")


def test_registering_a_hidden_number_says_no_and_is_logged(browser, hidden, ocmw, case_worker):
    mandate(ocmw)
    results = browser.post(address("client_search"), {"q": hidden.insz})["Location"]
    form = {"capacity": "leefloon", "reason": "new_request", "valid_from": timezone.localdate().isoformat()}
    back = browser.post(f"{results}inschrijven/", form)["Location"]
    assert (
        log_rows()[-1] | {"outcome": "refused", "rule": "shielded", "kind": "registration"} == log_rows()[-1]
    )
    content = browser.get(back).content.decode()
    assert "Dit nummer schrijft u niet in" in content
    assert "afgeschermd" not in content


def test_a_pasted_list_does_not_know_the_number(browser, hidden):
    other = insz()
    pasted = browser.post(address("paste_list"), {"numbers": f"{hidden.insz}\n{other}"})["Location"]
    response = browser.get(pasted)
    assert [row.state for row in response.context["page"].rows] == ["unknown", "unknown"]
    refused, shown = log_rows()[-2:]
    # Beside the rule the number would say whose account it is.
    assert (shown["outcome"], shown["numbers"]) == ("empty", [other])
    assert (refused["kind"], refused["rule"], refused["numbers"]) == (
        "pasted_list",
        "shielded",
        [hidden.insz],
    )


def test_a_form_with_a_mistake_is_logged_with_the_rule(browser, hidden):
    back = browser.post(address("client_search"), {"q": hidden.insz})["Location"]
    browser.post(f"{back}inschrijven/", {"capacity": "leefloon", "reason": ""})
    rows = [row for row in log_rows() if hidden.insz in row["numbers"]]
    assert {row["rule"] for row in rows} == {"shielded"}


def test_no_one_reads_what_is_hidden_from_another(ocmw, case_worker, hidden):
    with working_for(ocmw, case_worker.user, case_worker.role), connection.cursor() as cursor:
        cursor.execute("SELECT numbers FROM persons_hidden(app_user(), app_institution())")
        assert cursor.fetchone() == ([hidden.insz],)
    for user, institution in ((None, ocmw.pk), (case_worker.user_id, 0), (case_worker.user_id, ocmw.pk)):
        with (
            pytest.raises(DatabaseError, match="only for the bound user"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT numbers FROM persons_hidden(%s, %s)", [user, institution])


def test_a_file_and_its_parts_are_not_found_and_logged_with_the_rule(browser, ocmw, case_worker, as_owner):
    granted = inscribe(ocmw, person())
    file = address("person_file", granted.public_id)
    assert browser.get(file).status_code == 200
    [look] = [row["id"] for row in log_rows() if row["kind"] == "file"]
    enter_number(case_worker.user, granted.insz)
    attempts = {
        "file": ("get", file, {}),
        "section": ("get", address("whole_file", granted.public_id, look), {}),
        "print": ("get", address("conversation_sheet", granted.public_id, look), {}),
        "follow": ("post", address("person_follow", granted.public_id), {"action": "follow"}),
        "extension": ("get", address("inscription_extend", granted.public_id), {}),
        "ending": ("post", address("withdraw_registration", granted.public_id), {}),
    }
    for kind, (method, path, data) in attempts.items():
        response = getattr(browser, method)(path, data)
        assert response.status_code == 404, kind
        row = log_rows()[-1]
        assert (row["outcome"], row["rule"], row["target"]) == (
            "refused",
            "own_file",
            str(granted.public_id),
        ), kind
    unknown = browser.get(address("person_file", "00000000-0000-4000-8000-000000000000"))
    assert unknown.content == browser.get(file).content


# -- the own number


def test_the_own_number_is_asked_once_and_never_repeated(browser, case_worker):
    page = reverse("own_number")
    number = insz()
    wrong = f"{number[:-2]}{(int(number[-2:]) + 1) % 97:02d}"
    for typed in ("", "geen nummer", wrong):
        response = browser.post(page, {"insz": typed})
        assert response.status_code == 422
        assert not typed or typed not in response.content.decode()
    assert not OwnNumber.objects.values_list("user_id").exists()
    assert browser.post(page, {"insz": format_insz(number)})["Location"] == page
    content = browser.get(page).content.decode()
    assert "Ingevuld op" in content
    assert "<form method" not in content.split("<main")[1]
    for written in (number, format_insz(number)):
        assert written not in content
    browser.post(page, {"insz": insz()})
    assert [user for (user,) in OwnNumber.objects.values_list("user_id")] == [case_worker.user_id]
    assert log_rows() == []


def test_the_team_page_names_who_has_not_entered_a_number(local_administrator, ocmw, sign_in, case_worker):
    without = member(ocmw)
    enter_number(case_worker.user, insz())
    enter_number(local_administrator.user, insz())
    response = sign_in(local_administrator).get(address("team"))
    assert response.context["without_number"] == [without.user]
    assert "Nog niet ingevuld:" in response.content.decode()
    enter_number(without.user, insz())
    assert "Nog niet ingevuld:" not in sign_in(local_administrator).get(address("team")).content.decode()
