"""The list opens on the own caseload, the team sees whose clients are whose, and clients go to a colleague."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from partners.models import Membership
from partners.periods import today
from partners.services import bind
from persons.models import CaseloadRow, HandOver
from persons.reasons import HAND_OVER_REASONS
from persons.services.caseload import put_in_caseload

from ..factories import inscribe, insz, log_rows, member, owner, person, user
from .test_changing_pages import choose

pytestmark = pytest.mark.django_db

LIST, CASELOADS, SEEN = "/ocmw-proefstad/", "/ocmw-proefstad/caseload/", "/ocmw-proefstad/caseload/gezien/"


@pytest.fixture
def browser(case_worker, sign_in) -> Client:
    return sign_in(case_worker)


@pytest.fixture
def colleague(ocmw):
    return member(ocmw, user_=user("joke@ocmw.example", first_name="Joke", last_name="Mertens"))


def put(membership, *inscriptions) -> None:
    bind(institution_id=membership.institution_id, user_id=membership.user_id, role=membership.role)
    put_in_caseload([each.public_id for each in inscriptions])
    bind()


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def test_the_list_opens_on_the_own_caseload_once_it_has_a_client(browser, ocmw):
    own, other = inscribe(ocmw, person("Kamara")), inscribe(ocmw, person("Diallo"))
    assert "Diallo" in text_of(browser.get(LIST))
    follow = f"/ocmw-proefstad/dossier/{own.public_id}/volgen/"
    assert browser.post(follow, {"action": "follow"}).status_code == 302
    page = text_of(browser.get(LIST))
    assert "Kamara" in page
    assert "Diallo" not in page
    assert "Diallo" in text_of(browser.get(LIST + "?show=all"))
    browser.post(LIST, {"show": "all"})  # the switch is remembered
    assert "Diallo" in text_of(browser.get(LIST))
    assert other.public_id != own.public_id


def test_the_list_shows_a_colleague_s_clients_and_those_without_one(browser, ocmw, case_worker, colleague):
    mine, theirs, free = (inscribe(ocmw, person(name)) for name in ("Mijn", "Hunne", "Vrije"))
    put(case_worker, mine)
    put(colleague, theirs)
    shown = {
        "own": "Mijn",
        "none": "Vrije",
        f"u{colleague.user_id}": "Hunne",
    }
    for show, name in shown.items():
        page = browser.get(f"{LIST}?show={show}")
        names = re.findall(r'class="client"[^>]*><bdi>(\w+),', page.content.decode())
        assert names == [name], show
    assert "caseload van Joke Mertens" in page.content.decode()
    assert free.public_id


@pytest.mark.parametrize("show", ["u0", "u999999999999999999", "u١", "ux", "u1' OR 1=1", "n" * 5000])
def test_a_caseload_that_is_none_is_no_filter(browser, ocmw, show):
    inscribe(ocmw, person("Kamara"))
    assert "Kamara" in text_of(browser.get(LIST, {"show": show}))


def test_an_account_of_another_institution_has_no_name_here(browser, ocmw, other_ocmw):
    stranger = member(other_ocmw, user_=user("x@elders.example", first_name="Vreemde", last_name="Vogel"))
    inscribe(ocmw, person())
    assert "Vreemde" not in text_of(browser.get(f"{LIST}?show=u{stranger.user_id}"))


def test_the_page_counts_the_caseloads(browser, ocmw, case_worker, colleague):
    put(case_worker, inscribe(ocmw, person()), inscribe(ocmw, insz()))
    inscribe(ocmw, person())
    page = text_of(browser.get(CASELOADS))
    assert "Joke Mertens 0" in page
    assert "in geen enkele caseload 1" in page
    assert f"{case_worker.user} 2" in page
    assert log_rows() == []  # numbers only


def test_clients_are_given_to_a_colleague_who_gets_a_notice(browser, ocmw, case_worker, colleague, sign_in):
    clients = [inscribe(ocmw, person("Kamara")), inscribe(ocmw, insz())]
    put(case_worker, *clients)
    given = {"giver": case_worker.user_id, "receiver": colleague.user_id, "reason": "leave"}
    response = browser.post(CASELOADS, given)
    assert (response.status_code, response["Location"]) == (302, CASELOADS)
    assert "2 cliënten staan nu in de caseload van Joke Mertens" in text_of(browser.get(CASELOADS))
    [row] = log_rows()
    assert (row["kind"], row["outcome"], row["shown"]) == (
        "hand_over",
        "shown",
        sorted(client.insz for client in clients),
    )
    assert browser.post(CASELOADS, given).status_code == 422  # there is nothing left to give
    theirs = sign_in(colleague)
    page = text_of(theirs.get(LIST))
    assert f"{case_worker.user} gaf u op" in page
    assert "2 cliënten over" in page
    assert "Kamara" in page
    [last] = re.findall(r'name="last" value="(\d+)"', theirs.get(LIST).content.decode())
    assert theirs.post(SEEN, {"last": last})["Location"] == LIST
    assert "gaf u op" not in text_of(theirs.get(LIST))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"receiver": ""}, "Kies de collega die de cliënten krijgt"),
        ({"receiver": "stranger"}, "Deze collega heeft hier geen toegang meer"),
        ({"receiver": "own"}, "Dit is dezelfde caseload"),
        ({"giver": "colleague"}, "Selecteer een geldige keuze"),
        ({"reason": "x"}, "Selecteer een geldige keuze"),
    ],
)
def test_what_cannot_be_given_is_said_and_nothing_moves(
    browser, ocmw, other_ocmw, case_worker, colleague, change, words
):
    put(case_worker, inscribe(ocmw, person()))
    put(colleague, inscribe(ocmw, person()))
    accounts = {
        "stranger": member(other_ocmw).user_id,
        "own": case_worker.user_id,
        "colleague": colleague.user_id,
    }
    given = {"giver": case_worker.user_id, "receiver": colleague.user_id, "reason": "leave"} | {
        name: accounts.get(value, value) for name, value in change.items()
    }
    response = browser.post(CASELOADS, given)
    assert response.status_code == 422
    assert words in text_of(response)
    assert log_rows() == []


def test_a_local_administrator_gives_the_clients_of_a_colleague(
    ocmw, case_worker, colleague, local_administrator, sign_in, as_owner
):
    client = inscribe(ocmw, person("Kamara"))
    put(case_worker, client)
    browser = sign_in(local_administrator)
    page = browser.get(CASELOADS)
    assert "?show=" not in page.content.decode()  # a local administrator opens no list
    given = {"giver": case_worker.user_id, "receiver": colleague.user_id, "reason": "departure"}
    assert browser.post(CASELOADS, given).status_code == 302
    assert "Kamara" not in text_of(browser.get(CASELOADS))
    with as_owner():
        assert [row.user_id for row in CaseloadRow.objects.all()] == [colleague.user_id]
        assert HandOver.objects.get().made_by_id == local_administrator.user_id


def test_a_client_who_waits_goes_into_the_caseload_on_registering(browser, ocmw, case_worker, as_owner):
    waiting = inscribe(ocmw, insz())
    response = browser.post(f"/ocmw-proefstad/dossier/{waiting.public_id}/volgen/", {"action": "follow"})
    assert (response.status_code, response["Location"]) == (302, "/ocmw-proefstad/wacht-op-de-kbi/")
    with as_owner():
        assert CaseloadRow.objects.get().insz == waiting.insz
    [row] = log_rows()
    assert (row["kind"], row["outcome"], row["insz"]) == ("follow", "shown", waiting.insz)


def test_one_client_of_another_institution_puts_nobody_in_the_caseload(browser, other_ocmw, as_owner):
    stranger = inscribe(other_ocmw, person())
    response = browser.post(f"/ocmw-proefstad/dossier/{stranger.public_id}/volgen/", {"action": "follow"})
    assert response.status_code == 404
    [row] = log_rows()
    assert (row["outcome"], row["rule"], row["target"]) == ("refused", "not_visible", str(stranger.public_id))
    with as_owner():
        assert not CaseloadRow.objects.exists()


def test_a_case_worker_who_is_local_administrator_too_gives_the_clients_of_a_colleague(
    browser, ocmw, case_worker, colleague
):
    member(ocmw, "local_administrator", user_=case_worker.user)
    third, client = member(ocmw), inscribe(ocmw, person())
    put(colleague, client)
    form = {"giver": colleague.user_id, "receiver": third.user_id, "reason": next(iter(HAND_OVER_REASONS))}
    assert browser.post(CASELOADS, form).status_code == 302
    assert [(row["role"], row["shown"]) for row in log_rows() if row["kind"] == "hand_over"] == [
        ("local_administrator", [client.insz])
    ]


# -- the chosen clients


def caseload_of(membership) -> set[str]:
    with owner():
        return set(CaseloadRow.objects.filter(user=membership.user_id).values_list("insz", flat=True))


def end_access(membership) -> None:
    with owner():
        Membership.objects.filter(pk=membership.pk).update(valid_until=today() - timedelta(days=1))


def test_chosen_clients_of_the_own_caseload_go_to_a_colleague(browser, ocmw, case_worker, colleague, sign_in):
    given, kept, free = (inscribe(ocmw, person(name)) for name in ("Kamara", "Diallo", "Barry"))
    put(case_worker, given, kept)
    assert 'name="do" value="give"' in browser.get(LIST).content.decode()
    address = choose(browser, "give", given, free)["Location"]
    page = text_of(browser.get(address))
    assert "1 cliënt doorgeven aan een collega" in page
    assert "Kamara" in page
    assert "Barry" not in page
    assert "1 gekozen cliënt staat niet in uw caseload" in page
    form = {"receiver": colleague.user_id, "reason": "leave"}
    response = browser.post(address, form, follow=True)
    assert response.redirect_chain == [(LIST, 302)]
    assert "1 cliënt staat nu in de caseload van Joke Mertens" in text_of(response)
    assert (caseload_of(case_worker), caseload_of(colleague)) == ({kept.insz}, {given.insz})
    rows = [row for row in log_rows() if row["kind"] == "hand_over"]
    assert [(row["outcome"], row["shown"]) for row in rows] == [("shown", [given.insz])]
    # The button once more: the client is no longer the giver's.
    assert "Er is niets doorgegeven" in text_of(browser.post(address, form, follow=True))
    assert log_rows()[-2]["numbers"] == sorted([given.insz, free.insz])  # before the row of the list
    with owner():
        assert HandOver.objects.count() == 1
    assert f"{case_worker.user} gaf u op" in text_of(sign_in(colleague).get(LIST))


@pytest.mark.parametrize("when", ["before the form is read", "while it is read"])
def test_a_receiver_whose_access_ended_is_said_and_nothing_moves(
    browser, ocmw, case_worker, colleague, monkeypatch, when
):
    client = inscribe(ocmw, person("Kamara"))
    put(case_worker, client)
    member(ocmw)
    address = choose(browser, "give", client)["Location"]
    browser.get(address)
    end_access(colleague)
    if when == "while it is read":
        receivers = {colleague.user_id}
        monkeypatch.setattr("caseload.colleagues._case_workers", lambda acting: receivers)
    form = {"receiver": colleague.user_id, "reason": "departure"}
    for path in (address, CASELOADS):
        response = browser.post(path, form | {"giver": case_worker.user_id})
        assert response.status_code == 422
        page = response.content.decode()
        assert "Deze collega heeft hier geen toegang meer" in page
        assert '<option value="departure" selected>' in page
    assert caseload_of(case_worker) == {client.insz}
    assert [row for row in log_rows() if row["kind"] == "hand_over"] == []


def test_a_choice_without_an_own_client_gives_nothing(browser, ocmw, other_ocmw, colleague):
    address = choose(browser, "give", inscribe(ocmw, person()))["Location"]
    assert "Geen enkele gekozen cliënt staat in uw caseload" in text_of(browser.get(address, follow=True))
    address = choose(browser, "give", inscribe(other_ocmw, person()))["Location"]
    assert browser.get(address).status_code == 404
    assert [row["rule"] for row in log_rows() if row["outcome"] == "refused"] == ["not_visible"]


def test_without_another_case_worker_there_is_no_form(browser, ocmw, case_worker):
    client = inscribe(ocmw, person())
    put(case_worker, client)
    page = browser.get(choose(browser, "give", client)["Location"])
    assert "geen andere collega" in text_of(page)
