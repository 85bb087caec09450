"""The privacy officer's pages about shields, who may look all the same, and accounts of clients."""

from __future__ import annotations

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from partners.models import Membership, NumberClearing
from partners.periods import today
from persons.insz import format_insz
from persons.models import NamedLooker, OwnFileReport, Shield

from .. import factories
from ..factories import enter_number, fetch, inscribe, insz, log_rows, member, person, shield
from .conftest import page, text_of

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def written(day: datetime.date) -> str:
    return f"{day:%d/%m/%Y}"


def open_page(browser: Client, number: str) -> str:
    """The address of the page about one person, by the form."""
    response = browser.post(page("shields"), {"insz": format_insz(number)})
    assert response.status_code == 302
    assert number not in response["Location"]
    return response["Location"]


def signed_in(acting: Membership) -> Client:
    """A second browser."""
    client = Client()
    client.force_login(acting.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def stored(model) -> list:
    with factories.owner():
        return list(model.objects.order_by("pk"))


def last_row() -> tuple[str, str, list[str], list[str]]:
    row = log_rows()[-1]
    return row["kind"], row["outcome"], row["numbers"], row["shown"]


def test_a_privacy_officer_shields_someone_who_is_no_client_yet_and_ends_it(browser, ocmw, privacy_officer):
    number = insz()
    address = open_page(browser, number)
    words = text_of(browser.get(address))
    assert f"Wie mag het dossier van {format_insz(number)} zien?" in words
    assert "Deze persoon is niet afgeschermd." in words
    assert last_row() == ("shield", "shown", [number], [number])
    until = today() + 30 * DAY
    form = {"do": "shield", "shield-until": written(until), "shield-reason": "Bedreigd, dossier 12"}
    assert browser.post(address, form)["Location"] == address
    assert last_row() == ("shield", "shown", [number], [])
    [made] = stored(Shield)
    assert (made.insz, made.institution, made.valid_until, made.made_by) == (
        number,
        ocmw,
        until,
        privacy_officer.user,
    )
    words = text_of(browser.get(address))
    assert "Afgeschermd bij uw instelling tot en met" in words
    assert "Reden: Bedreigd, dossier 12." in words
    # Without a reason it does not end.
    ends = {"do": "end_shield", "id": made.public_id}
    assert "Geef een reden." in text_of(browser.post(address, ends, follow=True))
    words = text_of(browser.post(address, ends | {"reason": "Voorbij"}, follow=True))
    assert "De afscherming is beëindigd." in words
    assert f"door {privacy_officer.user}: Voorbij." in words
    [made] = stored(Shield)
    assert (made.is_in_force(), made.end_reason) == (False, "Voorbij")
    assert "bestaat niet of is al voorbij" in text_of(
        browser.post(address, ends | {"reason": "Nog eens"}, follow=True)
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"shield-reason": ""}, "Geef een reden."),
        ({"shield-until": ""}, "Vul de dag in"),
        ({"shield-until": "31/02/2027"}, "Dit is geen datum"),
        ({"shield-until": written(today() - DAY)}, "vandaag of later"),
        ({"shield-until": written(today() + 732 * DAY)}, "niet te ver vooruit"),
    ],
)
def test_a_shield_with_a_mistake_is_not_set(browser, fields, words):
    address = open_page(browser, insz())
    form = {"do": "shield", "shield-until": written(today()), "shield-reason": "proef"} | fields
    response = browser.post(address, form)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert stored(Shield) == []


def test_a_colleague_is_named_and_sees_the_file_until_that_ends(browser, ocmw, case_worker):
    granted = inscribe(ocmw, person())
    shield(granted.insz, ocmw)
    file = reverse("person_file", args=[ocmw.slug, granted.public_id])
    worker = signed_in(case_worker)
    assert worker.get(file).status_code == 404
    address = open_page(browser, granted.insz)
    form = {"do": "name", "name-user": case_worker.user_id, "name-reason": "Vaste begeleider"}
    form |= {"name-until": written(today() + DAY)}
    words = text_of(browser.post(address, form, follow=True))
    assert f"{case_worker.user} mag dit dossier zien." in words
    assert worker.get(file).status_code == 200
    again = browser.post(address, form)
    assert again.status_code == 422
    assert "Dit geldt al." in again.content.decode()
    words = text_of(browser.get(page("lookers")))
    assert f"{format_insz(granted.insz)} {case_worker.user}" in words
    assert last_row() == ("shield", "shown", [], [granted.insz])
    [named] = stored(NamedLooker)
    ends = {"do": "end_name", "id": named.public_id, "reason": "Andere begeleider"}
    assert "ziet dit dossier niet meer" in text_of(browser.post(address, ends, follow=True))
    assert worker.get(file).status_code == 404
    assert "is niemand aangewezen" in text_of(browser.get(page("lookers")))
    assert "Andere begeleider" in text_of(browser.get(page("lookers"), {"show": "over"}))


def test_only_colleagues_who_see_or_register_clients_can_be_named(
    browser, ocmw, privacy_officer, case_worker
):
    both = member(ocmw, "privacy_officer")
    address = open_page(browser, insz())
    [form] = [browser.get(address).context["looker_form"]]
    assert set(form.fields["user"].queryset) == {case_worker.user}
    form = {"do": "name", "name-until": written(today()), "name-reason": "proef"}
    for account in ("", both.user_id, privacy_officer.user_id, factories.user().pk, "x"):
        assert browser.post(address, form | {"name-user": account}).status_code == 422
    assert stored(NamedLooker) == []


def test_the_list_has_the_own_shields_and_those_of_the_agency_about_own_clients(
    browser, ocmw, other_ocmw, case_worker
):
    own, over, everywhere, elsewhere, theirs = (insz() for _ in range(5))
    shield(own, ocmw, reason="Bedreigd")
    shield(over, ocmw, valid_from=today() - 2 * DAY, valid_until=today() - DAY)
    inscribe(ocmw, everywhere)
    shield(everywhere, reason="Geheime reden van het agentschap")
    shield(elsewhere)
    shield(theirs, other_ocmw)
    factories.name_looker(own, case_worker)
    response = browser.get(page("shields"))
    words = text_of(response)
    assert {row.insz for row in response.context["table"].page_rows} == {own, everywhere}
    assert "Bedreigd" in words
    assert "1 collega" in words
    assert "het agentschap" in words
    assert "Geheime reden" not in response.content.decode()
    kind, outcome, numbers, shown = last_row()
    assert (kind, outcome, numbers, set(shown)) == ("shield", "shown", [], {own, everywhere})
    for show, found in (
        ("over", {over}),
        ("all", {own, everywhere, over}),
        ("nonsense", {own, everywhere, over}),
    ):
        response = browser.get(page("shields"), {"show": show})
        assert {row.insz for row in response.context["table"].page_rows} == found
    words = text_of(browser.get(open_page(browser, everywhere)))
    assert "Afgeschermd door het agentschap" in words
    assert "Uw instelling schermt deze persoon niet zelf af." in words
    assert "Geheime reden" not in words


def test_the_list_goes_on_where_the_page_before_ended(browser, ocmw, monkeypatch):
    monkeypatch.setattr("caseload.services.pages.PAGE_SIZE", 2)
    numbers = [insz() for _ in range(3)]
    for number in numbers:
        shield(number, ocmw)
    first = browser.get(page("shields"))
    following = browser.get(page("shields"), {"after": first.context["page"].next_after})
    seen = [row.insz for each in (first, following) for row in each.context["table"].page_rows]
    assert seen == numbers[::-1]


def test_a_wrong_number_is_said_at_the_field(browser):
    response = browser.post(page("shields"), {"insz": "12"})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()


def test_a_page_about_a_person_belongs_to_one_session_and_institution(
    browser, ocmw, other_ocmw, privacy_officer
):
    address = open_page(browser, insz())
    member(other_ocmw, "privacy_officer", user_=privacy_officer.user)
    assert browser.get(address.replace(ocmw.slug, other_ocmw.slug)).status_code == 404
    assert log_rows()[-1]["outcome"] == "refused"
    stranger = signed_in(member(ocmw, "privacy_officer"))
    assert "er niet meer" in text_of(stranger.get(address, follow=True))
    for form in ({}, {"do": "nonsense"}):
        assert browser.post(address, form).status_code == 400
    assert "bestaat niet" in text_of(browser.post(address, {"do": "end_name", "id": "x"}, follow=True))


def test_a_refused_post_leaves_the_number_in_the_log(case_worker, sign_in):
    number = insz()
    assert sign_in(case_worker).post(page("shields"), {"insz": number}).status_code == 404
    assert last_row() == ("shield", "refused", [number], [])


def test_the_page_of_a_person_leads_to_who_may_see_the_file(browser, ocmw):
    """And says when the inscription ends, also of someone whom a rule hides from the officer."""
    granted = inscribe(ocmw, person())
    shield(granted.insz, ocmw)
    response = browser.get(browser.post(page("person_search"), {"insz": granted.insz})["Location"])
    words = text_of(response)
    assert "einde van de inschrijving" in words
    assert "niet ingeschreven" not in words
    [_, _, _, _, search_id, _] = response.request["PATH_INFO"].split("/")
    assert page("protection", search_id) in response.content.decode()
    assert browser.get(page("protection", search_id)).status_code == 200


def test_only_the_privacy_officer_reads_until_when_a_number_is_registered(
    ocmw, other_ocmw, case_worker, privacy_officer
):
    granted = inscribe(ocmw, person())
    call = "SELECT persons_registered_until(%s)"
    bound = {"institution": ocmw.pk, "user": privacy_officer.user_id, "role": "privacy_officer"}
    assert fetch(call, granted.insz, **bound) == [(granted.valid_until,)]
    assert fetch(call, insz(), **bound) == [(None,)]
    there = bound | {"institution": other_ocmw.pk, "user": member(other_ocmw, "privacy_officer").user_id}
    assert fetch(call, granted.insz, **there) == [(None,)]
    for claimed in (bound | {"user": case_worker.user_id}, bound | {"institution": other_ocmw.pk}, {}):
        with pytest.raises(DatabaseError, match="no access in this role"), transaction.atomic():
            fetch(call, granted.insz, **claimed)


# -- accounts of clients


@pytest.fixture
def reported(ocmw, case_worker) -> str:
    """The number that a case worker entered: that of a client."""
    number = inscribe(ocmw, person()).insz
    enter_number(case_worker.user, number, is_right=False)
    return number


def test_the_desk_leads_to_the_question_which_shows_no_number(browser, case_worker, reported):
    assert "Eén collega vulde het nummer van een cliënt als eigen nummer in." in text_of(
        browser.get(page("desk"))
    )
    response = browser.get(page("own_files"))
    words = text_of(response)
    assert str(case_worker.user) in words
    # Enter in the field of the reason may not press the button of the other answer.
    right, wrong = response.content.decode().split('name="answer"')[:2]
    assert 'name="reason"' not in right
    assert 'name="reason"' in wrong
    assert "</form>" in wrong
    assert reported not in response.content.decode()
    assert format_insz(reported) not in response.content.decode()
    assert last_row() == ("shield", "shown", [], [])


def test_right_makes_the_file_one_of_a_colleague(browser, case_worker, privacy_officer, reported):
    [report] = stored(OwnFileReport)
    words = text_of(browser.post(page("own_files"), {"report": report.pk, "answer": "right"}, follow=True))
    assert "Voortaan is dit dossier alleen voor wie u aanwijst." in words
    assert f"Klopt, volgens {privacy_officer.user}" in words
    assert "vulde het nummer van een cliënt" not in text_of(browser.get(page("desk")))
    assert stored(NumberClearing) == []


def test_wrong_needs_a_reason_and_asks_that_the_number_is_cleared(
    browser, case_worker, privacy_officer, reported
):
    [report] = stored(OwnFileReport)
    wrong = {"report": report.pk, "answer": "wrong"}
    assert "Schrijf wat er niet klopt." in text_of(browser.post(page("own_files"), wrong, follow=True))
    words = text_of(browser.post(page("own_files"), wrong | {"reason": "Tikfout"}, follow=True))
    assert "Het agentschap is gevraagd om het nummer te wissen." in words
    [asked] = stored(NumberClearing)
    assert (asked.user, asked.asked_by, asked.reason) == (case_worker.user, privacy_officer.user, "Tikfout")
    assert "staat niet meer open" in text_of(
        browser.post(page("own_files"), wrong | {"reason": "x"}, follow=True)
    )


def test_the_own_account_is_for_another_privacy_officer(browser, ocmw, privacy_officer):
    enter_number(privacy_officer.user, inscribe(ocmw, person()).insz, is_right=False)
    response = browser.get(page("own_files"))
    assert "een andere privacyverantwoordelijke antwoordt" in text_of(response)
    assert 'name="answer"' not in response.content.decode()
    [report] = stored(OwnFileReport)
    answered = browser.post(page("own_files"), {"report": report.pk, "answer": "right"}, follow=True)
    assert "Dit is uw eigen account." in text_of(answered)
    assert stored(OwnFileReport)[0].answer == ""


@pytest.mark.parametrize("form", [{}, {"report": "x", "answer": "right"}, {"report": 1, "answer": "maybe"}])
def test_an_answer_without_a_question_is_no_request(browser, form):
    assert browser.post(page("own_files"), form).status_code == 400
