"""A pasted list: each number in its order, what it is to the own institution, and one row of the log."""

from __future__ import annotations

import datetime
import json
import re
import uuid

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from partners.enums import Capacity
from persons.insz import format_insz
from persons.models import CaseloadRow, Inscription

from ..factories import inscribe, insz, log_rows, mandate, member, person

pytestmark = pytest.mark.django_db

PASTE = "/ocmw-proefstad/lijst/"
GONE = "Deze lijst is er niet meer."


@pytest.fixture
def browser(case_worker, sign_in) -> Client:
    return sign_in(case_worker)


def paste(browser: Client, *lines: str, at: str = PASTE) -> str:
    """Post a list, and return the address of its page."""
    response = browser.post(at, {"numbers": "\n".join(lines)})
    assert response.status_code == 302
    return response["Location"]


def rows(browser: Client, address: str) -> list[str]:
    """The rows of a list as words, one string each."""
    response = browser.get(address)
    assert response.status_code == 200
    body = response.content.decode().partition("<tbody")[2].partition("</tbody>")[0]
    return [
        " ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


def test_each_number_is_shown_in_the_order_of_the_list(browser, ocmw, other_ocmw):
    hodan = inscribe(ocmw, person("Abdulahi", "Hodan"))
    zahra = inscribe(ocmw, person("Abdullah", "Zahra"))
    elsewhere = inscribe(other_ocmw, person("Elders", "Emma"))
    unknown = insz()
    address = paste(
        browser,
        "INSZ van team Noord",
        format_insz(zahra.insz),
        f"2. {unknown} (nieuw)",
        f"{hodan.insz}\t{zahra.insz}",
        "91.61.01-001.77",
        "",
        "9161010",
        elsewhere.insz,
    )
    shown = rows(browser, address)
    assert [row.split()[0] for row in shown] == ["1", "2", "3", "4", "5", "6", "7"]
    assert "Abdullah, Zahra" in shown[0]
    assert format_insz(unknown) in shown[1]
    assert "Staat niet bij uw cliënten" in shown[1]
    assert "Abdulahi, Hodan" in shown[2]
    assert "Abdullah, Zahra" in shown[3]
    assert "zie regel 1" in shown[3]
    assert "controlecijfers" in shown[4]
    assert "Geen INSZ" in shown[5]
    assert "9161010" in shown[5]
    # Somebody else's client and a number that no one knows differ in nothing but the number.
    assert "Emma" not in shown[6]
    assert (
        shown[6].replace(format_insz(elsewhere.insz), "X")[2:]
        == shown[1].replace(format_insz(unknown), "X")[2:]
    )
    [row] = log_rows()
    assert (row["kind"], row["outcome"]) == ("pasted_list", "shown")
    assert row["numbers"] == [zahra.insz, unknown, hodan.insz, elsewhere.insz]
    assert row["shown"] == [zahra.insz, hodan.insz]


def test_a_list_without_clients_leaves_a_row_too(browser):
    number = insz()
    rows(browser, paste(browser, number))
    [row] = log_rows()
    assert (row["outcome"], row["numbers"], row["shown"]) == ("empty", [number], [])


def test_a_client_in_two_capacities_is_one_row_that_shows_attendance(browser, ocmw):
    client = person("Abdulahi", "Hodan")
    mandate(ocmw, "schuldbemiddeling", blocks=["Personalia"])
    without = inscribe(ocmw, client, "schuldbemiddeling")
    best = inscribe(ocmw, client)
    address = paste(browser, client.insz)
    [row] = rows(browser, address)
    assert "ook als" in row
    html = browser.get(address).content.decode()
    assert html.index(str(best.public_id)) < html.index(str(without.public_id))


def test_an_ended_inscription_is_a_client_no_more_at_the_next_visit(browser, ocmw, as_owner):
    hodan = inscribe(ocmw, person("Abdulahi", "Hodan"))
    address = paste(browser, hodan.insz)
    assert "Hodan" in rows(browser, address)[0]
    with as_owner():
        Inscription.objects.filter(pk=hodan.pk).update(
            valid_until=timezone.localdate() - datetime.timedelta(days=1)
        )
    assert "Hodan" not in rows(browser, address)[0]


def test_the_session_stores_the_list_encrypted_for_half_an_hour(browser, ocmw):
    hodan = inscribe(ocmw, person("Abdulahi", "Hodan"))
    with time_machine.travel(timezone.now() - datetime.timedelta(minutes=31), tick=False):
        old = paste(browser, hodan.insz)
    assert GONE in browser.get(old).content.decode()
    addresses = [paste(browser, hodan.insz) for _ in range(4)]
    assert hodan.insz not in json.dumps(dict(browser.session))
    assert list(browser.session["pasted_lists"]) == [address.split("/")[3] for address in addresses[1:]]
    assert GONE in browser.get(addresses[0]).content.decode()


def test_a_full_list_of_200_fits_and_201_are_refused_with_the_text_kept(browser):
    numbers = [insz() for _ in range(201)]
    assert len(rows(browser, paste(browser, *numbers[:200]))) == 200
    response = browser.post(PASTE, {"numbers": "\n".join(numbers)})
    assert response.status_code == 422
    html = response.content.decode()
    assert "Dit zijn 201 nummers. Plak er hoogstens 200 tegelijk." in html
    assert numbers[200] in html


@pytest.mark.parametrize("text", ["", " \n ", "geen enkel cijfer", "x" * 20_001, "1" * 1_000_000])
def test_what_is_no_list_is_not_stored(browser, text):
    response = browser.post(PASTE, {"numbers": text})
    assert response.status_code == 422
    assert "pasted_lists" not in browser.session
    assert log_rows() == []


def test_markup_in_a_list_stays_text(browser):
    [row] = rows(browser, paste(browser, "<script>alert(1)</script> 12"))
    assert "alert" in row
    assert "&lt;script&gt;" in row


def test_a_list_of_another_session_opens_empty(browser, ocmw):
    hodan = inscribe(ocmw, person("Abdulahi", "Hodan"))
    address = paste(browser, hodan.insz)
    other = Client()
    other.force_login(member(ocmw).user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert GONE in other.get(address).content.decode()
    assert log_rows() == []


def test_a_list_is_not_found_under_another_institution_and_that_is_logged(
    browser, ocmw, other_ocmw, case_worker
):
    member(other_ocmw, user_=case_worker.user)
    hodan = inscribe(ocmw, person("Abdulahi", "Hodan"))
    address = paste(browser, hodan.insz)
    response = browser.get(address.replace("proefstad", "elders"))
    assert response.status_code == 404
    assert response.content == browser.get(f"/ocmw-elders/dossier/{uuid.uuid4()}/").content
    row = log_rows()[0]
    assert (row["kind"], row["outcome"], row["rule"]) == ("pasted_list", "refused", "not_visible")
    assert row["institution_id"] == other_ocmw.pk


@pytest.mark.parametrize("visitor", ["outsider", "former_case_worker", "local_administrator"])
def test_who_opens_no_files_pastes_no_list_and_the_log_has_the_numbers(request, ocmw, sign_in, visitor):
    browser = sign_in(request.getfixturevalue(visitor))
    number = insz()
    assert browser.post(PASTE, {"numbers": f"{number}\n9161010"}).status_code == 404
    [row] = log_rows()
    assert (row["kind"], row["outcome"], row["numbers"]) == ("pasted_list", "refused", [number])


# -- what to do with the whole list


def register_form(**changes: str) -> dict[str, str]:
    return {
        "capacity": "leefloon",
        "reason": "new_request",
        "proof": "teamoverleg",
        "valid_from": f"{timezone.localdate():%d/%m/%Y}",
        "valid_until": "",
        "follow": "on",
    } | changes


def stored(as_owner) -> dict[str, Inscription]:
    with as_owner():
        return {each.insz: each for each in Inscription.objects.select_related("registered_by")}


def test_a_client_who_waits_for_the_kbi_is_said_to_wait(browser, ocmw):
    waiting = inscribe(ocmw, insz())
    [row] = rows(browser, paste(browser, waiting.insz))
    assert "Wacht op de KBI" in row
    assert "nog geen dossier" in row
    assert log_rows()[0]["shown"] == [waiting.insz]


def test_the_clients_of_a_list_go_into_the_caseload_at_once(browser, ocmw, case_worker, as_owner):
    client, waiting = inscribe(ocmw, person()), inscribe(ocmw, insz())
    inscribe(ocmw, client.insz, "schuldbemiddeling")
    address = paste(browser, client.insz, insz(), waiting.insz, client.insz)
    for words in ("2 cliënten staan nu ook in uw caseload", "Ze stonden al in uw caseload"):
        response = browser.post(address + "volgen/")
        assert (response.status_code, response["Location"]) == (302, address)
        assert words in browser.get(address).content.decode()
    with as_owner():
        assert set(CaseloadRow.objects.values_list("user_id", "insz")) == {
            (case_worker.user_id, client.insz),
            (case_worker.user_id, waiting.insz),
        }


def test_the_numbers_that_are_not_registered_are_registered_together(
    browser, ocmw, other_ocmw, case_worker, as_owner
):
    known, unknown, elsewhere = person("Abdulahi", "Hodan"), insz(), person("Elders", "Emma")
    already = inscribe(ocmw, person())
    inscribe(other_ocmw, elsewhere)
    address = paste(browser, known.insz, "91610100177", unknown, elsewhere.insz, already.insz, unknown)
    response = browser.post(address + "inschrijven/", register_form())
    assert (response.status_code, response["Location"]) == (302, address)
    made = stored(as_owner)
    for number in (known.insz, unknown):
        assert (made[number].institution, made[number].registered_by, made[number].proof) == (
            ocmw,
            case_worker.user,
            "teamoverleg",
        )
    shown = rows(browser, address)
    assert "Abdulahi, Hodan" in shown[0]
    assert "Wacht op de KBI" in shown[2]
    assert "Elders, Emma" in shown[3]
    registrations = [row for row in log_rows() if row["kind"] == "registration"]
    assert [(row["outcome"], row["insz"]) for row in registrations] == [
        ("shown", number) for number in (known.insz, unknown, elsewhere.insz)
    ]
    with as_owner():  # the client who was there already is in no caseload
        assert set(CaseloadRow.objects.values_list("insz", flat=True)) == {
            known.insz,
            unknown,
            elsewhere.insz,
        }
    # A second click registers no one, and is in the log.
    assert browser.post(address + "inschrijven/", register_form())["Location"] == address
    assert len(stored(as_owner)) == len(made)
    last = [row for row in log_rows() if row["kind"] == "registration"][-1]
    assert (last["outcome"], last["shown"]) == ("empty", [])
    assert {known.insz, unknown, elsewhere.insz} <= set(last["numbers"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"capacity": ""}, "Kies een hoedanigheid"),
        ({"reason": "x"}, "Kies een aanleiding uit de lijst"),
        ({"valid_from": "31/02/2026"}, "Dit is geen datum"),
        ({"valid_until": "01/01/2040"}, "Zo lang mag het niet"),
    ],
)
def test_a_wrong_form_registers_no_one_and_keeps_what_was_typed(browser, ocmw, as_owner, changes, words):
    address = paste(browser, insz(), insz())
    response = browser.post(address + "inschrijven/", register_form(**changes))
    assert response.status_code == 422
    html = response.content.decode()
    assert words in html
    assert 'value="teamoverleg"' in html
    assert stored(as_owner) == {}


def test_where_others_register_there_is_no_form(browser, ocmw, as_owner):
    for capacity in Capacity:
        mandate(ocmw, capacity, may_register="local_administrator")
    address = paste(browser, insz())
    assert "inschrijven/" not in browser.get(address).content.decode()
    assert browser.post(address + "inschrijven/", register_form()).status_code == 302
    assert stored(as_owner) == {}


def test_a_list_that_is_gone_does_nothing(browser, as_owner):
    for deed in ("volgen/", "inschrijven/"):
        gone = f"{PASTE}{uuid.uuid4()}/"
        response = browser.post(gone + deed, register_form())
        assert response["Location"] == gone
    assert log_rows() == []
