"""Registering a client: the form under a search, the file or the waiting clients after it, a mistake taken back."""

from __future__ import annotations

import datetime
import re
import uuid

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from caseload.registerform import RegisterForm
from partners.enums import Role
from partners.models import Mandate, Membership
from partners.periods import months_later, today
from persons.insz import format_insz
from persons.models import AccessRequest, Inscription, InscriptionEvent

from .. import factories
from ..factories import end, fetch, inscribe, insz, log_rows, mandate, member, person, version

pytestmark = pytest.mark.django_db

LIST, ELSEWHERE = "/ocmw-proefstad/", "/ocmw-elders/"
SEARCH, WAITING = LIST + "zoeken/", LIST + "wacht-op-de-kbi/"
TODAY, DAY = today(), datetime.timedelta(days=1)
NO_DOSSIER = "Ingeschreven. De KBI heeft nog geen dossier van deze persoon; u ziet het zodra er een bericht binnenkomt."
NOT_HERE = "staat niet bij uw cliënten"


def written(day: datetime.date) -> str:
    return day.strftime("%d/%m/%Y")


def form(**changes: str) -> dict[str, str]:
    """What the form sends as it is filled in."""
    return {
        "capacity": "leefloon",
        "reason": "new_request",
        "proof": "2026/11482",
        "valid_from": written(TODAY),
        "valid_until": written(months_later(TODAY, 24) - DAY),
        "follow": "on",
    } | changes


@pytest.fixture
def browser(case_worker, sign_in) -> Client:
    return sign_in(case_worker)


def search(browser: Client, typed: str, at: str = SEARCH) -> str:
    """Post a search, and return the address of its results."""
    response = browser.post(at, {"q": typed})
    assert response.status_code == 302
    return response["Location"]


def register(browser: Client, results: str, **changes: str):
    """Post the form under these results; the response is a redirect."""
    response = browser.post(results + "inschrijven/", form(**changes))
    assert response.status_code == 302
    return response


def text(response) -> str:
    """The words of a page, without tags and with single spaces."""
    plain = re.sub(r"<[^>]*>", " ", response.content.decode()).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"\s+", " ", plain)


def stored() -> list[Inscription]:
    with factories.owner():
        return list(Inscription.objects.select_related("mandate").order_by("pk"))


def rows(*kinds: str) -> list[tuple]:
    return [
        (row["kind"], row["outcome"], row["rule"], row["numbers"], row["insz"])
        for row in log_rows()
        if row["kind"] in kinds
    ]


# -- the form and what it leads to


def test_a_number_without_an_inscription_shows_the_form_filled_in(browser, ocmw):
    number = insz()
    response = browser.get(search(browser, number))
    html, words = response.content.decode(), text(response)
    assert f"{format_insz(number)} {NOT_HERE}" in words
    assert "Geen cliënt" not in words
    for field in ("capacity", "reason", "proof", "valid_from", "valid_until", "follow"):
        assert f'name="{field}"' in html
    [checked] = re.findall(r'<input type="radio"[^>]*checked[^>]*>', html)
    assert 'value="leefloon"' in checked
    assert "autofocus" in checked
    assert html.count("autofocus") == 1
    assert f'value="{written(TODAY)}"' in html
    assert f'value="{written(months_later(TODAY, 24) - DAY)}"' in html
    # The number is in no field of the form, and in no address.
    registering = html[html.index('<form class="card form"') :]
    assert number not in registering[: registering.index("</form>")]
    assert format_insz(number) not in registering[: registering.index("</form>")]
    assert rows("search") == [("search", "empty", "", [number], "")]


def test_known_to_the_kbi_the_file_opens(browser, ocmw, case_worker):
    hodan = person()
    response = register(browser, search(browser, hodan.insz))
    [made] = stored()
    assert response["Location"] == f"{LIST}dossier/{made.public_id}/"
    assert "Abdulahi" in text(browser.get(response["Location"]))
    assert (made.insz, made.mandate.capacity, made.reason, made.proof) == (
        hodan.insz,
        "leefloon",
        "new_request",
        "2026/11482",
    )
    assert (made.valid_from, made.valid_until) == (TODAY, months_later(TODAY, 24) - DAY)
    assert made.registered_by == case_worker.user
    assert rows("registration") == [("registration", "shown", "", [hodan.insz], hodan.insz)]
    assert [row["kind"] for row in log_rows() if row["insz"]][-1] == "file"


@pytest.mark.parametrize("follow", ["on", ""])
def test_the_client_is_put_in_the_caseload_if_asked_also_without_a_dossier(browser, ocmw, as_owner, follow):
    number = insz()
    register(browser, search(browser, number), follow=follow)
    # The registration is the only row: the mark is part of it.
    assert [row["kind"] for row in log_rows() if number in row["numbers"] or row["insz"]] == ["registration"]
    arrived = person(number=number)
    with as_owner():  # as the import does
        Inscription.objects.filter(insz=number).update(person=arrived)
    [made] = stored()
    assert ("Haal uit mijn caseload" in text(browser.get(f"{LIST}dossier/{made.public_id}/"))) == bool(follow)
    assert ("Abdulahi" in text(browser.get(LIST + "?show=own"))) == bool(follow)


def test_unknown_to_the_kbi_the_client_waits_and_moves_to_the_list_with_a_message(browser, ocmw, as_owner):
    number = insz()
    response = register(browser, search(browser, number), follow="on")
    [made] = stored()
    assert response["Location"] == f"{WAITING}?new={made.public_id}"
    words = text(browser.get(response["Location"]))
    assert NO_DOSSIER in words
    assert words.count(format_insz(number)) >= 2  # in the sentence and in the table
    assert NO_DOSSIER not in text(browser.get(WAITING))
    assert "Wacht op de KBI 1" in text(browser.get(LIST))
    assert "de KBI heeft nog geen dossier" in text(browser.get(search(browser, number)))
    shown = [row["shown"] for row in log_rows() if row["kind"] in ("inscription", "search")]
    assert shown == [[number], [number], [number]]
    arrived = person(number=number)
    with as_owner():  # as the import does
        Inscription.objects.filter(insz=number).update(person=arrived)
    assert "Abdulahi, Hodan" in text(browser.get(LIST))
    assert "Wacht op de KBI 0" in text(browser.get(LIST))
    assert format_insz(number) not in text(browser.get(WAITING))


def test_the_form_is_the_same_whether_or_not_the_kbi_knows_the_number(browser, ocmw, other_ocmw):
    known, elsewhere, unknown = person().insz, person(), insz()
    inscribe(other_ocmw, elsewhere)
    pages = []
    for number in (known, elsewhere.insz, unknown):
        results = search(browser, number)
        browser.get(results)
        with CaptureQueriesContext(connection) as captured:
            html = browser.get(results).content.decode()
        for varying in (format_insz(number), results.split("/")[3]):
            html = html.replace(varying, "")
        html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)
        html = re.sub(r"\d\d[.:]\d\d", "", html)  # the time of the log row
        queries = [re.sub(r"'[^']*'|\d+", "", query["sql"]) for query in captured]
        pages.append((html, queries))
    assert pages[0] == pages[1] == pages[2]


def test_registering_takes_the_same_statements_whether_or_not_the_kbi_knows_the_number(browser, ocmw):
    taken = []
    for number in (person().insz, insz()):
        results = search(browser, number)
        with CaptureQueriesContext(connection) as captured:
            register(browser, results)
        taken.append([re.sub(r"'[^']*'|\d+|NULL", "", query["sql"])[:60] for query in captured])
    assert taken[0] == taken[1]


DETOUR = {
    "detour-third_party": "school",
    "detour-asked_on": written(TODAY - 10 * DAY),
    "detour-answered_on": "",
    "detour-result": "",
}


def detours() -> list[tuple]:
    with factories.owner():
        return list(AccessRequest.objects.values_list("insz", "third_party", "asked_on", "has_result"))


def test_one_submit_registers_and_notes_the_detour(browser, ocmw):
    number = insz()
    results = search(browser, number)
    html = browser.get(results).content.decode()
    assert "Via een derde gevraagd</summary>" in html
    assert '<details class="wide" >' in html
    register(browser, results, **DETOUR)
    register(browser, results, **DETOUR)  # the button once more
    assert [made.insz for made in stored()] == [number]
    assert detours() == [(number, "school", TODAY - 10 * DAY, None)]
    assert [row[1] for row in rows("registration")] == ["shown", "empty"]


def test_a_detour_that_is_not_filled_in_is_none(browser, ocmw):
    register(browser, search(browser, insz()), **dict.fromkeys(DETOUR, ""))
    assert len(stored()) == 1
    assert detours() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"detour-third_party": ""}, "Kies aan wie u het vroeg."),
        ({"detour-asked_on": "31/02/2026"}, "Dit is geen datum."),
        ({"detour-asked_on": written(TODAY + DAY)}, "ligt in de toekomst"),
        ({"detour-answered_on": written(TODAY)}, "samen in"),
    ],
)
def test_a_mistake_in_the_detour_registers_nothing_and_keeps_what_was_typed(browser, ocmw, changes, words):
    number = person().insz
    typed = DETOUR | changes
    html = browser.get(register(browser, search(browser, number), **typed)["Location"]).content.decode()
    assert words in html
    assert '<details class="wide" open>' in html
    assert 'value="2026/11482"' in html
    assert f'value="{typed["detour-asked_on"]}"' in html
    assert stored() == []
    assert detours() == []
    assert rows("registration") == [("registration", "empty", "", [number], "")]


def test_a_local_administrator_notes_no_detour(ocmw, local_administrator, sign_in):
    mandate(ocmw, may_register="local_administrator")
    browser = sign_in(local_administrator)
    results = search(browser, insz())
    assert "detour-" not in browser.get(results).content.decode()
    register(browser, results, **DETOUR)
    assert len(stored()) == 1
    assert detours() == []


@pytest.mark.parametrize("write", [format_insz, "INSZ: {0:.6} {0}".format, " {} ".format])
def test_a_number_is_registered_however_it_was_pasted(browser, ocmw, write):
    number = insz()
    typed = write(number).replace(f"{number[:6]} ", "", 1)
    register(browser, search(browser, typed))
    assert [made.insz for made in stored()] == [number]


# -- what the institution itself knows


def test_the_page_says_what_the_institution_itself_knows_and_nothing_of_others(
    browser, ocmw, other_ocmw, case_worker, as_owner
):
    number = person().insz
    inscribe(other_ocmw, number)
    inscribe(ocmw, number, "andere_hulp", valid_from=TODAY - 90 * DAY, valid_until=TODAY - 3 * DAY)
    inscribe(ocmw, number, "leefloon", valid_from=TODAY + 5 * DAY)
    response = browser.get(search(browser, number))
    words = text(response)
    assert "Andere hulp: de inschrijving is verlopen op" in words
    assert "Leefloon: de inschrijving begint op" in words
    assert "staat nog niet bij uw cliënten" in words
    assert NOT_HERE not in words
    assert 'name="capacity"' in response.content.decode()
    assert words.count("inschrijving begint") + words.count("inschrijving is verlopen") == 2
    assert "Elders" not in words


def test_an_ended_inscription_says_by_whom_and_why(browser, ocmw):
    hodan = person()
    made = inscribe(ocmw, hodan)
    fetch(
        "SELECT persons_end_inscription(%s, 'Verhuisd')",
        made.public_id,
        institution=ocmw.pk,
        user=member(ocmw, user_=factories.user(first_name="Joke", last_name="Mertens")).user_id,
        role="case_worker",
    )
    words = text(browser.get(search(browser, hodan.insz)))
    assert re.search(r"Leefloon: de inschrijving is beëindigd op .* door Joke Mertens \(Verhuisd\)\.", words)


def test_an_ended_mandate_is_named_and_not_offered(browser, ocmw, as_owner):
    hodan = person()
    ended = mandate(ocmw, "inburgeraar")
    inscribe(ocmw, hodan, "inburgeraar")
    end(ended.versions.get(), TODAY - DAY)
    response = browser.get(search(browser, hodan.insz))
    assert "Inburgeraar: de machtiging eindigde op" in text(response)
    assert 'value="inburgeraar"' not in response.content.decode()
    assert 'value="leefloon"' in response.content.decode()


def test_a_number_in_the_list_shows_its_line_and_no_form(browser, ocmw):
    hodan = person()
    inscribe(ocmw, hodan)
    response = browser.get(search(browser, hodan.insz))
    assert "Abdulahi, Hodan" in text(response)
    assert 'name="capacity"' not in response.content.decode()
    assert NOT_HERE not in text(response)


def test_one_that_waits_is_said_to_be_registered_and_not_offered_again(browser, ocmw):
    number = insz()
    inscribe(ocmw, number)
    response = browser.get(search(browser, number))
    assert f"{format_insz(number)} is bij u ingeschreven" in text(response)
    assert NOT_HERE not in text(response)
    assert 'name="capacity"' not in response.content.decode()


def test_what_was_carried_over_from_another_number_is_said(browser, ocmw, as_owner):
    number = insz()
    made = inscribe(ocmw, number)
    with as_owner():
        InscriptionEvent.objects.create(inscription=made, what="carried_over", new_until=made.valid_until)
    assert "overgenomen van een ander nummer" in text(browser.get(search(browser, number)))


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("carried_over", "Leefloon: de inschrijving gaat sinds .* verder onder een nieuw nummer"),
        ("merged", "Leefloon: de inschrijving is op .* samengevoegd met een andere"),
    ],
)
def test_what_went_on_elsewhere_is_said(browser, ocmw, as_owner, what, words):
    number = insz()
    made = inscribe(ocmw, number)
    with as_owner():
        Inscription.objects.filter(pk=made.pk).update(valid_until=TODAY - DAY)
        InscriptionEvent.objects.create(
            inscription=made, what=what, old_until=made.valid_until, new_until=TODAY - DAY
        )
    shown = text(browser.get(search(browser, number)))
    assert re.search(words, shown)
    assert "overgenomen van" not in shown


# -- once


def test_a_doubled_submit_registers_once_and_opens_the_file_twice(browser, ocmw):
    results = search(browser, person().insz)
    first, second = register(browser, results), register(browser, results)
    assert first["Location"] == second["Location"]
    assert len(stored()) == 1
    assert [row[1] for row in rows("registration")] == ["shown", "empty"]


def test_what_a_colleague_registered_meanwhile_opens(browser, ocmw):
    """With other days: two people rarely fill in the same."""
    hodan = person()
    results = search(browser, hodan.insz)
    made = inscribe(ocmw, hodan)
    assert register(browser, results)["Location"] == f"{LIST}dossier/{made.public_id}/"
    assert len(stored()) == 1


def test_back_from_the_file_shows_the_line_and_the_old_form_still_leads_to_the_file(browser, ocmw):
    results = search(browser, person().insz)
    file = register(browser, results)["Location"]
    assert "Abdulahi, Hodan" in text(browser.get(results))
    assert register(browser, results, capacity="leefloon", reason="review")["Location"] == file


# -- wrong input


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"capacity": ""}, "Kies een hoedanigheid."),
        ({"reason": ""}, "Kies een aanleiding."),
        ({"reason": "lease"}, "Kies een aanleiding uit de lijst."),
        ({"valid_from": "31/02/2026"}, "Dit is geen datum."),
        ({"valid_from": ""}, "Vul de dag in"),
        ({"valid_from": "01/01/1989"}, "op zijn vroegst op 1 januari 1990"),
        ({"valid_until": "morgen"}, "Dit is geen datum."),
        ({"valid_until": written(TODAY - DAY)}, "De laatste dag ligt voor de eerste."),
        (
            {"valid_from": written(TODAY - 9 * DAY), "valid_until": written(TODAY - DAY)},
            "Deze dag is al voorbij",
        ),
        ({"valid_until": written(months_later(TODAY, 24) + DAY)}, "Zo lang mag het niet"),
        ({"proof": "x" * 251}, "250"),
    ],
)
def test_a_mistake_leads_back_to_the_form_with_what_was_typed(browser, ocmw, changes, words):
    number = person().insz
    back = register(browser, search(browser, number), **changes)["Location"]
    assert re.fullmatch(rf"{SEARCH}[0-9a-f-]{{36}}/", back)
    response = browser.get(back)
    html = response.content.decode()
    assert response.status_code == 200
    assert words in text(response)
    assert 'class="mistake"' in html
    sent = form(**changes)
    if len(sent["proof"]) < 250:
        assert f'value="{sent["proof"]}"' in html
    for name in ("valid_from", "valid_until"):
        assert f'name="{name}" value="{sent[name]}"' in html or not sent[name]
    assert html.count("autofocus") == 1
    assert stored() == []
    assert rows("registration") == [("registration", "empty", "", [number], "")]
    # Put right, it registers.
    assert "/dossier/" in register(browser, back)["Location"]


def test_what_was_typed_is_in_the_session_encrypted_only(browser, ocmw):
    number = insz()
    register(browser, search(browser, number), proof="GEHEIM-11482", valid_from="x")
    assert "GEHEIM" not in repr(dict(browser.session))
    assert number not in repr(dict(browser.session))


def test_days_that_overlap_another_inscription_are_named(browser, ocmw):
    hodan = person()
    inscribe(ocmw, hodan, valid_from=TODAY + 20 * DAY)
    back = register(browser, search(browser, hodan.insz))["Location"]
    assert "is er al een inschrijving in deze hoedanigheid" in text(browser.get(back))
    assert len(stored()) == 1
    location = register(browser, back, valid_until=written(TODAY + 19 * DAY))["Location"]
    assert "/dossier/" in location


def test_without_a_last_day_it_lasts_as_long_as_the_mandate_allows(browser, ocmw):
    register(browser, search(browser, insz()), capacity="andere_hulp", valid_until="")
    assert stored()[0].valid_until == months_later(TODAY, 12) - DAY


def test_one_that_begins_later_leads_to_what_is_known(browser, ocmw):
    results = search(browser, person().insz)
    first = TODAY + 10 * DAY
    response = register(browser, results, valid_from=written(first))
    assert response["Location"] == results
    assert "Leefloon: de inschrijving begint op" in text(browser.get(results))
    assert rows("registration")[0][1] == "shown"


@pytest.mark.parametrize("capacity", ["sociale_huurder", "nonsens", "x" * 5000])
def test_a_capacity_that_is_not_ours_is_refused_and_logged(browser, ocmw, capacity):
    number = insz()
    back = register(browser, search(browser, number), capacity=capacity)["Location"]
    assert "In deze hoedanigheid kunt u niet inschrijven." in text(browser.get(back))
    assert stored() == []
    assert rows("registration") == [("registration", "refused", "mandate", [number], "")]


# -- whose it is


def test_a_search_that_is_gone_registers_nothing_and_says_so(browser, ocmw):
    number = person().insz
    now = timezone.now()
    with time_machine.travel(now - datetime.timedelta(minutes=31), tick=False):
        results = search(browser, number)
    for address in (results, f"{SEARCH}{uuid.uuid4()}/", search(browser, "abd")):
        response = register(browser, address)
        assert response["Location"] == address
        assert "Er is niets ingeschreven: deze zoekopdracht is er niet meer." in text(browser.get(address))
    assert stored() == []
    assert rows("registration") == []


def test_two_tabs_of_two_institutions_register_each_for_their_own(browser, ocmw, other_ocmw, case_worker):
    member(other_ocmw, user_=case_worker.user)
    number = person().insz
    here, there = search(browser, number), search(browser, number, ELSEWHERE + "zoeken/")
    crossed = browser.post(here.replace(LIST, ELSEWHERE) + "inschrijven/", form())
    assert crossed.status_code == 404
    assert stored() == []
    assert register(browser, there)["Location"].startswith(ELSEWHERE + "dossier/")
    # What the other institution registered is not known here.
    assert NOT_HERE in text(browser.get(here))
    assert register(browser, here)["Location"].startswith(LIST + "dossier/")
    assert {made.institution_id for made in stored()} == {ocmw.pk, other_ocmw.pk}


def test_access_that_ended_between_form_and_submit_registers_nothing(browser, case_worker, as_owner):
    results = search(browser, insz())
    browser.get(results)
    with as_owner():
        Membership.objects.filter(pk=case_worker.pk).update(valid_from="2019-01-01", valid_until="2020-01-01")
    assert browser.post(results + "inschrijven/", form()).status_code == 404
    assert stored() == []
    assert [row[:3] for row in rows("registration")] == [("registration", "refused", "no_membership")]


# -- who registers


@pytest.fixture
def by_administrators_only(ocmw, as_owner):
    """Every capacity of the institution: only local administrators register."""
    for address in Mandate.objects.for_institution(ocmw).values_list("capacity", flat=True):
        mandate(ocmw, address, may_register="local_administrator")


def test_where_only_local_administrators_register_the_page_names_them(browser, ocmw, by_administrators_only):
    number = person().insz
    results = search(browser, number)
    assert "uw instelling heeft er geen" in text(browser.get(results))
    member(ocmw, Role.LOCAL_ADMINISTRATOR, user_=factories.user(first_name="Luc", last_name="Maes"))
    response = browser.get(results)
    assert "schrijft alleen een lokale beheerder in: Luc Maes." in text(response)
    assert 'name="capacity"' not in response.content.decode()
    register(browser, results)
    assert stored() == []
    assert rows("registration") == [("registration", "refused", "role", [number], "")]


def test_a_capacity_of_others_is_named_beside_the_form(browser, ocmw):
    mandate(ocmw, "andere_hulp", may_register="local_administrator")
    mandate(ocmw, "schuldbemiddeling", may_register="import")
    number = insz()
    results = search(browser, number)
    words = text(browser.get(results))
    assert "Als Andere hulp schrijft alleen een lokale beheerder in" in words
    assert "Als Schuldbemiddeling schrijft alleen het agentschap in" in words
    register(browser, results, capacity="andere_hulp")
    assert rows("registration") == [("registration", "refused", "role", [number], "")]


def test_a_local_administrator_registers_and_sees_neither_file_nor_whether_there_is_one(
    ocmw, local_administrator, sign_in, by_administrators_only
):
    browser = sign_in(local_administrator)
    pages = []
    for number in (person().insz, insz()):
        results = search(browser, number)
        assert 'name="follow"' not in browser.get(results).content.decode()
        assert register(browser, results)["Location"] == results
        words = text(browser.get(results))
        assert f"{format_insz(number)} is bij u ingeschreven" in words
        assert "Leefloon: ingeschreven tot en met" in words
        pages.append(re.sub(r"\d\d\.\d\d uur", "", words.replace(format_insz(number), "")))
    assert pages[0] == pages[1]
    assert "Abdulahi" not in pages[0]
    assert "dossier" not in pages[0].split("Wat OCMW Proefstad")[1].split("Per vergissing")[0]
    assert [row[1] for row in rows("registration")] == ["shown", "shown"]
    assert {row["role"] for row in log_rows()} == {"local_administrator"}
    assert browser.post(SEARCH, {"q": "abdulahi"}).status_code == 422
    assert browser.get(WAITING).status_code == 404


def test_who_has_both_roles_registers_in_the_one_that_the_mandate_asks_for(
    browser, ocmw, case_worker, by_administrators_only
):
    member(ocmw, Role.LOCAL_ADMINISTRATOR, user_=case_worker.user)
    hodan = person()
    response = register(browser, search(browser, hodan.insz))
    assert "Abdulahi" in text(browser.get(response["Location"]))
    assert [row["role"] for row in log_rows() if row["kind"] == "registration"] == ["local_administrator"]
    assert [row["role"] for row in log_rows() if row["kind"] == "file"] == ["case_worker"]


def test_the_reasons_follow_the_capacity(ocmw):
    vmsw = factories.institution("VMSW", "vmsw")
    versions = {code: mandate(vmsw, code).versions.get() for code in ("sociale_huurder", "kandidaat_huurder")}
    sent = form(capacity="sociale_huurder", reason="candidate")
    bound = RegisterForm(sent, versions=versions, opens_files=True)
    assert not bound.is_valid()
    assert "hoort bij een andere hoedanigheid" in str(bound.errors["reason"])
    assert RegisterForm(sent | {"reason": "lease"}, versions=versions, opens_files=True).is_valid()


# -- a mistake


def withdraw(browser: Client, made: Inscription, at: str = LIST):
    return browser.post(f"{at}dossier/{made.public_id}/vergissing/")


def test_a_mistake_closes_the_file_and_keeps_event_and_looks(browser, ocmw, case_worker):
    hodan = person()
    file = register(browser, search(browser, hodan.insz))["Location"]
    assert "Per vergissing ingeschreven?" in text(browser.get(file))
    [made] = stored()
    response = withdraw(browser, made)
    assert response["Location"] == LIST
    assert "ingetrokken als vergissing" in text(browser.get(LIST))
    assert browser.get(file).status_code == 404
    steps = fetch("SELECT what, reason FROM persons_inscriptionevent ORDER BY id", institution=ocmw.pk)
    assert steps == [("registered", "new_request"), ("withdrawn", "mistake")]
    assert rows("ending") == [("ending", "shown", "", [hodan.insz], hodan.insz)]
    assert [row["outcome"] for row in log_rows() if row["kind"] == "file"] == ["shown", "refused"]
    words = text(browser.get(search(browser, hodan.insz)))
    assert re.search(r"Leefloon: de inschrijving is ingetrokken op .* door An .* \(Vergissing\)", words)
    # The same day again.
    assert "/dossier/" in register(browser, search(browser, hodan.insz))["Location"]
    assert len(stored()) == 2


def test_a_mistake_is_taken_back_from_the_waiting_clients_too(browser, ocmw):
    number = insz()
    page = browser.get(register(browser, search(browser, number))["Location"])
    [made] = stored()
    assert f"{LIST}dossier/{made.public_id}/vergissing/" in page.content.decode()
    assert withdraw(browser, made)["Location"] == WAITING
    assert format_insz(number) not in text(browser.get(WAITING))
    withdraw(browser, made)
    assert "al voorbij" in text(browser.get(LIST))
    assert [row[1] for row in rows("ending")] == ["shown", "empty"]


def test_taking_back_one_that_has_not_begun_does_not_say_whether_the_kbi_has_a_dossier(browser, ocmw):
    first = {"valid_from": f"{today() + datetime.timedelta(days=9):%d/%m/%Y}", "valid_until": ""}
    for number in (person().insz, insz()):
        register(browser, search(browser, number), **first)
        [made] = [each for each in stored() if each.insz == number]
        assert withdraw(browser, made)["Location"] == LIST


def test_a_registration_of_an_earlier_day_is_not_withdrawn(browser, ocmw, as_owner):
    made = inscribe(ocmw, person())
    with as_owner():
        Inscription.objects.filter(pk=made.pk).update(registered_at=timezone.now() - DAY)
    assert "Per vergissing" not in text(browser.get(f"{LIST}dossier/{made.public_id}/"))
    withdraw(browser, made)
    assert "alleen op de dag waarop" in text(browser.get(LIST))
    assert stored()[0].voided_at is None


def test_the_registration_of_another_institution_is_not_found_and_that_is_logged(browser, ocmw, other_ocmw):
    made = inscribe(other_ocmw, person())
    responses = [withdraw(browser, made), browser.post(f"{LIST}dossier/{uuid.uuid4()}/vergissing/")]
    assert [response.status_code for response in responses] == [404, 404]
    assert responses[0].content == responses[1].content
    assert [row[:3] for row in rows("ending")] == [("ending", "refused", "not_visible")] * 2
    assert stored()[0].voided_at is None


# -- first use


def test_an_institution_without_clients_is_told_how_to_begin(browser, ocmw):
    words = text(browser.get(LIST))
    assert "OCMW Proefstad heeft nog geen cliënten met een dossier." in words
    assert "Plak het INSZ in het zoekveld hierboven." in words
    assert "Toon wie wacht" not in words
    inscribe(ocmw, insz())
    assert "1 cliënt is ingeschreven en heeft nog geen dossier." in text(browser.get(LIST))


# -- what it costs


def test_waiting_clients_cost_the_same_for_one_and_for_fifty(browser, ocmw):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(WAITING).status_code == 200
        return len(captured)

    inscribe(ocmw, insz())
    cost()
    one = cost()
    for _ in range(59):
        inscribe(ocmw, insz())
    assert cost() == one
    page = browser.get(WAITING)
    [after] = re.findall(r'href="(\?after=[^"]*)"', page.content.decode())
    assert page.content.decode().count("<tr role") == 51
    assert browser.get(WAITING + after).content.decode().count("<tr role") == 11


@pytest.mark.parametrize("months", [1, 6, 12, 24, 120])
def test_months_are_added_as_the_database_adds_them(months):
    for day in (datetime.date(2025, 8, 31), datetime.date(2024, 2, 29), datetime.date(2026, 12, 1), TODAY):
        [[expected]] = fetch("SELECT (%s::date + make_interval(months => %s))::date", day, months)
        assert months_later(day, months) == expected


def test_a_version_that_comes_later_rules_what_begins_under_it(browser, ocmw):
    address = mandate(ocmw, "leefloon", valid_until=TODAY + 10 * DAY)
    version(address, valid_from=TODAY + 11 * DAY, may_register="local_administrator")
    number = insz()
    results = search(browser, number)
    back = register(browser, results, valid_from=written(TODAY + 12 * DAY))["Location"]
    assert "In deze hoedanigheid schrijft niet uw rol in." in text(browser.get(back))
    assert rows("registration") == [("registration", "refused", "role", [number], "")]
