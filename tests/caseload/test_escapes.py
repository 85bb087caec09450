"""The pages of an escape: offered under a search, warned about, begun once, shown for its hours, and refused."""

from __future__ import annotations

import datetime
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from partners.models import Membership
from partners.periods import today
from persons.insz import format_insz
from persons.models import Escape

from .. import factories
from ..factories import (
    enter_number,
    escape,
    inscribe,
    institution,
    insz,
    log_rows,
    mandate,
    member,
    person,
    shield,
)

pytestmark = pytest.mark.django_db

BLOCKS = {
    "Personalia": "<Personalia><Nationaliteit>Somalische</Nationaliteit></Personalia>",
    "Wooncode": "<Wooncode><OpvolgingDoor>geheim</OpvolgingDoor></Wooncode>",
}
REASON = {"reason": "leefloon:safety", "explanation": "staat aan de balie met een kind"}


@pytest.fixture
def _escapes(ocmw):
    mandate(ocmw, blocks=["Personalia", "Wooncode"], escape_blocks=["Personalia"])


@pytest.fixture
def browser(case_worker, sign_in, _escapes) -> Client:
    return sign_in(case_worker)


def at(name: str, *values: object, slug: str = "ocmw-proefstad") -> str:
    return reverse(name, args=[slug, *values])


def search(browser: Client, number: str) -> uuid.UUID:
    """The id of a search by this number."""
    location = browser.post(at("client_search"), {"q": number})["Location"]
    return uuid.UUID(re.search(r"[0-9a-f-]{36}", location).group())


def begin(browser: Client, number: str) -> str:
    """Begin an escape; return the address of the file."""
    response = browser.post(at("escape_begin", search(browser, number)), REASON)
    assert response.status_code == 302
    return response["Location"]


def escapes() -> list[Escape]:
    with factories.owner():
        return list(Escape.objects.order_by("pk"))


def kinds() -> list[tuple[str, str]]:
    return [(row["kind"], row["outcome"]) for row in log_rows()]


def main(response) -> str:
    """The words of the page without what differs each time."""
    text = re.sub(r"<[^>]*>", " ", response.content.decode().split("<main")[1])
    return " ".join(text.split())


# -- from the search to the file


def test_the_way_to_the_file(browser):
    client = person("Warsame", "Ayaan", blocks=BLOCKS)
    found = search(browser, client.insz)
    page = browser.get(at("search_results", found)).content.decode()
    assert at("escape_warning", found) in page
    warning = browser.get(at("escape_warning", found)).content.decode()
    assert "Alleen u ziet, 4 uur lang: Personalia." in warning
    assert at("escape_begin", found) in warning
    assert browser.get(at("escape_begin", found)).status_code == 200
    response = browser.post(at("escape_begin", found), REASON)
    [made] = escapes()
    assert response["Location"] == at("escape_file", made.public_id)
    page = browser.get(response["Location"]).content.decode()
    assert "Ayaan Warsame" in page
    assert "Somalische" in page
    assert "geheim" not in page
    assert kinds()[-2:] == [("escape", "shown"), ("escape_file", "shown")]
    # The search under it leads back while the hours last.
    assert at("escape_file", made.public_id) in browser.get(at("search_results", found)).content.decode()


def test_nothing_can_be_done_from_the_file(browser):
    client = person(blocks=BLOCKS)
    page = browser.get(begin(browser, client.insz)).content.decode().split("<main")[1]
    assert "<form" not in page
    assert "/dossier/" not in page


def test_breaking_off_at_the_warning_is_counted(browser):
    found = search(browser, number := insz())
    response = browser.post(at("escape_warning", found), {"do": "stop"})
    assert response["Location"] == at("search_results", found)
    row = log_rows()[-1]
    assert (row["kind"], row["outcome"], row["numbers"]) == ("escape", "aborted", [number])
    assert (row["insz"], escapes()) == ("", [])
    assert browser.post(at("escape_warning", found), {"do": "else"}).status_code == 400


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "Kies een reden."),
        ({"reason": "leefloon:course_start"}, "Kies een reden uit de lijst."),
        ({"reason": "werkzoekende:safety"}, "Kies een reden uit de lijst."),
        ({"explanation": "te kort"}, "Schrijf 10 tot 255 tekens."),
        ({"explanation": "x" * 256}, "Schrijf 10 tot 255 tekens."),
        ({"explanation": " \u00a0 \u200b          "}, "Schrijf 10 tot 255 tekens."),
    ],
)
def test_a_mistake_begins_nothing(browser, changes, words):
    response = browser.post(at("escape_begin", search(browser, insz())), REASON | changes)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert escapes() == []


def test_a_form_sent_twice_and_again_after_back_is_one_escape(browser):
    found = search(browser, person().insz)
    addresses = {browser.post(at("escape_begin", found), REASON)["Location"] for _ in range(2)}
    assert browser.get(at("escape_begin", found)).status_code == 200
    addresses.add(browser.post(at("escape_begin", found), REASON)["Location"])
    assert len(addresses) == len(escapes()) == 1


def test_two_tabs_have_two_escapes(browser):
    first, second = person("Aden", "Asha"), person("Barre", "Bile")
    begun = {client.last_name: begin(browser, client.insz) for client in (first, second)}
    for name, address in reversed(begun.items()):
        page = browser.get(address).content.decode()
        assert [each for each in begun if each in page] == [name]


def test_the_pages_are_the_same_for_a_number_that_no_one_knows(browser, other_ocmw):
    mandate(other_ocmw)
    known = person("Warsame", "Ayaan").insz
    inscribe(other_ocmw, known)
    texts = []
    for number in (known, insz()):
        found = search(browser, number)
        pages = [browser.get(at(name, found)) for name in ("escape_warning", "escape_begin")]
        pages.append(browser.post(at("escape_begin", found), REASON | {"explanation": "kort"}))
        texts.append([main(page).replace(format_insz(number), "N") for page in pages])
    assert texts[0] == texts[1]


def test_a_number_without_a_dossier_says_so(browser):
    page = browser.get(begin(browser, insz()))
    assert "De Kruispuntbank heeft geen dossier van deze persoon." in page.content.decode()
    assert kinds()[-1] == ("escape_file", "empty")


def test_the_person_is_in_no_list_search_or_caseload(browser):
    client = person("Warsame", "Ayaan")
    browser.get(begin(browser, client.insz))
    for path in (at("client_list"), at("caseloads"), at("waiting_list"), at("change_list")):
        assert "Warsame" not in browser.get(path).content.decode(), path
    page = browser.get(browser.post(at("client_search"), {"q": "Warsame"})["Location"]).content.decode()
    assert "Ayaan" not in page
    [made] = escapes()
    for name in ("person_file", "inscription_history", "reminder_set", "question_ask", "inscription_extend"):
        assert browser.get(at(name, made.public_id)).status_code == 404, name
    assert browser.post(at("person_follow", made.public_id), {"action": "follow"}).status_code == 404


# -- where it is not offered


def test_without_blocks_for_it_nothing_leads_there(case_worker, ocmw, sign_in):
    mandate(ocmw)
    browser = sign_in(case_worker)
    found = search(browser, insz())
    assert "noodinzage" not in browser.get(at("search_results", found)).content.decode().lower()
    for response in (
        browser.get(at("escape_warning", found)),
        browser.get(at("escape_begin", found)),
        browser.post(at("escape_begin", found), REASON),
    ):
        assert response["Location"] == at("search_results", found)
    assert escapes() == []


def test_a_client_and_a_search_by_name_have_no_escape(browser, ocmw):
    granted = inscribe(ocmw, person(blocks=BLOCKS))
    found = search(browser, granted.insz)
    assert "escape" not in browser.get(at("search_results", found)).content.decode()
    response = browser.post(at("escape_begin", found), REASON, follow=True)
    assert "Uw instelling schreef deze persoon intussen in." in response.content.decode()
    assert escapes() == []
    by_name = search(browser, "Abdulahi")
    assert browser.get(at("escape_warning", by_name))["Location"] == at("search_results", by_name)


@pytest.mark.usefixtures("_escapes")
def test_local_administrators_and_privacy_officers_have_none(ocmw, sign_in):
    for role in ("local_administrator", "privacy_officer"):
        browser = sign_in(member(ocmw, role))
        for name in ("escape_warning", "escape_begin", "escape_file"):
            assert browser.get(at(name, uuid.uuid4())).status_code == 404


def test_a_search_of_another_institution_is_404(browser, case_worker, other_ocmw):
    mandate(other_ocmw, escape_blocks=["Personalia"])
    member(other_ocmw, user_=case_worker.user)
    found = search(browser, insz())
    assert browser.get(at("escape_warning", found, slug=other_ocmw.slug)).status_code == 404
    assert browser.post(at("escape_begin", found, slug=other_ocmw.slug), REASON).status_code == 404
    assert escapes() == []


# -- attacks


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("rule", ["own_file", "colleague", "shielded"])
def test_a_rule_above_every_mandate_is_404_and_logged(browser, case_worker, ocmw, rule, known):
    number = insz()
    if known:
        person(number=number)
    match rule:
        case "own_file":
            enter_number(case_worker.user, number)
        case "colleague":
            enter_number(member(ocmw).user, number)
        case "shielded":
            shield(number, ocmw)
    found = search(browser, number)
    assert at("escape_warning", found) in browser.get(at("search_results", found)).content.decode()
    assert browser.post(at("escape_begin", found), REASON).status_code == 404
    row = log_rows()[-1]
    assert (row["kind"], row["outcome"], row["rule"]) == ("escape", "refused", rule)
    assert escapes() == []


def refused(browser: Client, made: Escape, slug: str = "ocmw-proefstad") -> str:
    assert browser.get(at("escape_file", made.public_id, slug=slug)).status_code == 404
    row = log_rows()[-1]
    assert row["outcome"] == "refused"
    return row["rule"]


def test_an_escape_that_is_over_is_404(browser, case_worker):
    assert refused(browser, escape(case_worker, person().insz, began=4.01)) == "not_visible"


def test_the_escape_of_a_colleague_or_of_another_institution_is_404(browser, ocmw, other_ocmw, case_worker):
    assert refused(browser, escape(member(ocmw), person().insz)) == "not_visible"
    mandate(other_ocmw, escape_blocks=["Personalia"])
    elsewhere = member(other_ocmw, user_=case_worker.user)
    assert refused(browser, escape(elsewhere, person().insz)) == "not_visible"


def test_after_the_membership_ended_it_is_404(browser, case_worker, as_owner):
    made = escape(case_worker, person().insz)
    with as_owner():
        Membership.objects.filter(pk=case_worker.pk).update(valid_until=today() - datetime.timedelta(days=1))
    assert refused(browser, made) == "no_membership"


@pytest.mark.parametrize("right", ["is_superuser", "is_staff"])
def test_staff_and_superusers_get_404_at_every_step(browser, case_worker, as_owner, right):
    found, made = search(browser, insz()), escape(case_worker, person().insz)
    with as_owner():
        setattr(case_worker.user, right, True)
        case_worker.user.save()
    assert refused(browser, made) == "not_visible"
    assert browser.get(at("escape_warning", found)).status_code == 404
    assert browser.post(at("escape_begin", found), REASON).status_code == 404
    assert len(escapes()) == 1


def test_a_shield_set_meanwhile_closes_it(browser, case_worker, ocmw):
    made = escape(case_worker, person().insz)
    shield(made.insz, ocmw)
    assert refused(browser, made) == "shielded"


def test_an_unknown_id_looks_like_one_that_is_over(browser, case_worker):
    over = escape(case_worker, person().insz, began=4.01)
    pages = [browser.get(at("escape_file", each)) for each in (over.public_id, uuid.uuid4())]
    assert [page.status_code for page in pages] == [404, 404]
    assert main(pages[0]) == main(pages[1])


def test_a_school_has_the_reasons_of_its_own_task(sign_in):
    school = institution("CVO De Sprong", "cvo")
    mandate(school, "cursist", escape_blocks=["Personalia"])
    browser = sign_in(member(school))
    location = browser.post(at("client_search", slug=school.slug), {"q": insz()})["Location"]
    found = re.search(r"[0-9a-f-]{36}", location).group()
    page = browser.get(at("escape_begin", found, slug=school.slug)).content.decode()
    assert "cursist:course_start" in page
    assert "urgent_aid" not in page
