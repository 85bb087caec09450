"""Who looked at one person: the page, the function that reads the log for it, and who may call that."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from partners.enums import Role
from persons.insz import format_insz

from .. import factories
from ..factories import fetch, inscribe, insz, log_rows, member, person
from .conftest import moment, page, text_of, working_day

pytestmark = pytest.mark.django_db

CALL = "SELECT id, kind FROM consultations_of_person(%s, %s, NULL, '2015-01-01', now(), NULL, 50)"


def look_up(browser, number: str, **data: str):
    """The page of the looks at a person, by the form."""
    response = browser.post(page("person_search"), {"insz": number} | data)
    assert response.status_code == 302
    assert number not in response["Location"]
    return browser.get(response["Location"])


def test_it_says_who_looked_when_in_which_capacity_and_on_which_ground(browser, ocmw, case_worker, write):
    made = inscribe(ocmw, person("Geheim"))
    write(case_worker, inscription=made, blocks=["Personalia"])
    write(case_worker, kind="list", shown=[insz(), made.insz])
    write(case_worker, kind="search", numbers=[made.insz], outcome="empty")
    write(case_worker, kind="list", shown=[insz()])
    response = look_up(browser, format_insz(made.insz))
    words = text_of(response)
    assert f"Wie keek naar {format_insz(made.insz)}?" in words
    assert f"{case_worker.user} Leefloon Dossier geopend: Personalia {made.subject().legal_basis}" in words
    assert "Lijst bekeken: 2 personen" in words
    assert "Gezocht op INSZ: niets gevonden" in words
    assert words.startswith("3 inzages", words.index("3 inzages"))
    assert "Geheim" not in response.content.decode()
    assert format_insz(made.insz) not in response.content.decode().partition("</title>")[0]
    row = log_rows()[-1]
    assert (row["kind"], row["numbers"], row["shown"]) == ("log_reading", [made.insz], [made.insz])


def test_the_looks_of_another_institution_are_not_there(browser, ocmw, other_ocmw, write):
    made = inscribe(ocmw, person())
    theirs = inscribe(other_ocmw, made.person)
    write(member(other_ocmw), inscription=theirs)
    assert "staat geen inzage in deze persoon" in text_of(look_up(browser, made.insz))
    row = log_rows()[-1]
    assert (row["outcome"], row["numbers"], row["shown"]) == ("empty", [made.insz], [])


@pytest.mark.parametrize(
    ("rule", "has_number"), [("own_file", False), ("colleague", False), ("shielded", True)]
)
def test_a_refusal_of_the_file_of_a_user_has_no_number(browser, case_worker, write, rule, has_number):
    number = insz()
    look = write(case_worker, kind="search", numbers=[number], outcome="refused", rule=rule)
    texts = [browser.get(page("desk")), browser.get(page("look", look))]
    texts.append(browser.post(page("export"), {"format": "csv"}))
    for response in texts:
        html = response.content.decode()
        assert str(case_worker.user) in html
        assert (number in html or format_insz(number) in html) == has_number
    assert any(number in row["shown"] for row in log_rows()) == has_number
    assert ("staat geen inzage in deze persoon" in text_of(look_up(browser, number))) != has_number


def test_the_figures_of_a_person(browser, ocmw, case_worker, write):
    made = inscribe(ocmw, person())
    write(case_worker, inscription=made, at=moment(working_day(20), 10))
    write(member(ocmw), inscription=made, at=moment(working_day(), 22))
    words = text_of(look_up(browser, made.insz))
    assert "2 inzages sinds" in words
    assert "2 collega’s" in words
    assert "1 buiten de uren of geweigerd" in words
    assert "einde van de inschrijving" in words
    assert "niet ingeschreven" in text_of(look_up(browser, insz()))


def test_sections_and_readings_of_the_log_are_shown_when_asked_for(browser, ocmw, case_worker, write):
    made = inscribe(ocmw, person())
    write(case_worker, kind="section", inscription=made, blocks=["Personalia"])
    response = look_up(browser, made.insz)
    assert "staat geen inzage" in text_of(response)
    address = response.request["PATH_INFO"]
    assert "Onderdeel opengeklapt: Personalia" in text_of(browser.get(address, {"how": "section"}))
    assert "Logboek gelezen" in text_of(browser.get(address, {"how": "log"}))
    assert "staat geen inzage" in text_of(browser.get(address, {"how": "nonsense"}))


def test_pages_go_on_where_the_last_one_ended(browser, ocmw, case_worker, write, monkeypatch):
    monkeypatch.setattr("oversight.services.PAGE_SIZE", 2)
    made = inscribe(ocmw, person())
    at = moment(working_day(), 10)
    looks = {
        write(
            case_worker,
            kind="list",
            shown=[made.insz],
            at=at + number // 2 * datetime.timedelta(microseconds=1),
        )
        for number in range(5)
    }
    response = look_up(browser, made.insz)
    address, seen = response.request["PATH_INFO"], []
    while True:
        html = " ".join(response.content.decode().split()).replace("&amp;", "&")
        seen += re.findall(r"/inzages/([0-9a-f-]{36})/\">\w", html)
        following = re.findall(r'href="\?([^"]*after=[^"]+)">Volgende', html)
        if not following:
            break
        response = browser.get(f"{address}?{following[0]}")
    assert sorted(seen) == sorted(map(str, looks))
    # A cursor of another person starts at the beginning.
    other = look_up(browser, insz()).request["PATH_INFO"]
    assert browser.get(f"{other}?after=x").status_code == 200


@pytest.mark.parametrize("typed", ["", "abc", "91610100177"])
def test_a_wrong_number_is_said_at_the_field_and_looks_nothing_up(browser, typed):
    response = browser.post(page("person_search"), {"insz": typed})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    assert log_rows() == []


def test_a_search_belongs_to_one_session_and_one_institution(
    browser, ocmw, other_ocmw, privacy_officer, sign_in
):
    address = look_up(browser, insz()).request["PATH_INFO"]
    [_, _, _, _, search_id, _] = address.split("/")
    member(other_ocmw, Role.PRIVACY_OFFICER, user_=privacy_officer.user)
    assert browser.get(page("person", search_id, slug=other_ocmw.slug)).status_code == 404
    assert log_rows()[-1]["outcome"] == "refused"
    browser.post(reverse("account_logout"))
    stranger = sign_in(member(ocmw, Role.PRIVACY_OFFICER))
    assert "er niet meer" in text_of(stranger.get(address))


def test_a_refused_search_leaves_the_number_in_the_log(case_worker, sign_in):
    number = insz()
    assert sign_in(case_worker).post(page("person_search"), {"insz": number}).status_code == 404
    row = log_rows()[-1]
    assert (row["kind"], row["outcome"], row["numbers"]) == ("log_reading", "refused", [number])


def test_the_looks_of_a_predecessor(browser, ocmw, other_ocmw, write):
    made = inscribe(other_ocmw, person())
    write(member(other_ocmw), inscription=made)
    factories.succeed(other_ocmw.slug, ocmw.slug)
    assert "Dossier geopend" in text_of(look_up(browser, made.insz, of=other_ocmw.slug))
    assert "staat geen inzage" in text_of(look_up(browser, made.insz))


def test_the_function_asks_who_calls_it(ocmw, other_ocmw, case_worker, privacy_officer, write):
    made = inscribe(ocmw, person())
    look = write(case_worker, inscription=made)
    bound = {"institution": ocmw.pk, "user": privacy_officer.user_id, "role": "privacy_officer"}
    assert fetch(CALL, ocmw.pk, made.insz, **bound) == [(look, "file")]
    refused = [
        bound | {"user": case_worker.user_id},
        bound | {"user": member(ocmw, Role.PRIVACY_OFFICER, ended=True).user_id},
        bound | {"user": member(other_ocmw, Role.PRIVACY_OFFICER).user_id},
        bound | {"user": None},
        bound | {"role": "case_worker", "user": case_worker.user_id},
        bound | {"role": ""},
        bound | {"institution": other_ocmw.pk},
        {},
    ]
    for claimed in refused:
        with pytest.raises(DatabaseError, match="no access in this role"), transaction.atomic():
            fetch(CALL, ocmw.pk, made.insz, **claimed)
    for institution in (other_ocmw.pk, None):
        with pytest.raises(DatabaseError, match="does not read this log"), transaction.atomic():
            fetch(CALL, institution, made.insz, **bound)


def test_the_function_finds_every_row_whatever_its_month(ocmw, case_worker, privacy_officer, write):
    """Also in the partition for rows outside every month."""
    number = insz()
    moments = [timezone.now() - datetime.timedelta(days=days) for days in (1, 40, 300)]
    looks = [write(case_worker, kind="list", shown=[number], at=at) for at in moments]
    bound = {"institution": ocmw.pk, "user": privacy_officer.user_id, "role": "privacy_officer"}
    assert [look for look, _kind in fetch(CALL, ocmw.pk, number, **bound)] == looks
