"""The letter to a person about who looked: which looks are in it, who makes it, and what it does not say."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odfdo import Document

from consultations.enums import Channel, Kind, Outcome
from oversight import letterpages, letters
from oversight.letterwords import PURPOSES, purpose_of
from partners.enums import Capacity, Role
from partners.periods import today
from persons.insz import format_insz

from .. import factories
from ..factories import fetch, inscribe, insz, log_rows, member, person
from .conftest import moment, page, text_of, working_day

pytestmark = pytest.mark.django_db

CALLS = {
    "oversight_letter": ["SELECT id FROM oversight_letter(%s, now() + interval '1 day', 100)"],
    "oversight_letter_proof": ["SELECT id FROM oversight_letter_proof(%s, now() + interval '1 day', 100)"],
    "oversight_letter_numbers": ["SELECT oversight_letter_numbers(%s)"],
}


@pytest.fixture
def agency(db):
    return factories.institution("Agentschap Proef", "agency")


@pytest.fixture
def agency_officer(agency):
    return member(agency, Role.PRIVACY_OFFICER)


def start(browser, number: str, slug: str = "ocmw-proefstad") -> str:
    """The address of the letter to a person, by the form and the button of the person's page."""
    found = browser.post(page("person_search", slug=slug), {"insz": number})["Location"]
    search_id = found.split("/")[-2]
    response = browser.post(page("letter_start", search_id, slug=slug))
    assert response.status_code == 302
    assert number not in response["Location"] + found
    return response["Location"]


def take(browser, address: str, format_: str, language: str = "nl"):
    response = browser.post(f"{address}bestand/", {"format": format_, "language": language})
    assert response.status_code == 200
    return response


def table_of(response) -> list[dict[str, str]]:
    """The looks of a CSV, without the words below them."""
    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    rows = list(itertools.takewhile(bool, lines))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def ids(browser, address: str) -> list[str]:
    """The looks of a letter, other than those of the privacy officer at the log."""
    rows = table_of(take(browser, address, "csv"))
    return [row["Kenmerk"] for row in rows if not row["Wat"].startswith(("Brief aan", "Logboek gelezen"))]


# -- what it says


def test_it_says_institution_purpose_ground_day_and_way_and_no_name(browser, ocmw, case_worker, write):
    made, other = inscribe(ocmw, person("Geheim")), insz()
    write(case_worker, inscription=made, blocks=["Personalia"], at=moment(working_day(), 9, 14))
    write(case_worker, kind="list", shown=[other, made.insz], at=moment(working_day(), 9))
    address = start(browser, made.insz)
    response = browser.get(address)
    words = text_of(response)
    html = response.content.decode()
    assert "Wie keek in uw gegevens van de Kruispuntbank Inburgering?" in words
    assert format_insz(made.insz) in words
    assert "Het zijn 2 inzages." in words
    assert (
        f"9.14 OCMW Proefstad Dossier geopend: Personalia Uw leefloon en uw inburgering opvolgen"
        f" {made.subject().legal_basis} In het portaal" in words
    )
    assert "9.00 OCMW Proefstad Lijst bekeken De eigen cliënten opvolgen – In het portaal" in words
    assert "Vlaamse Toezichtcommissie" in words
    article = html.partition("<article")[2].partition("</article")[0]
    for secret in (str(case_worker.user), case_worker.user.email, other, format_insz(other), "Geheim"):
        assert secret not in article
    assert format_insz(made.insz) not in html.partition("</title>")[0]


def test_page_document_and_table_have_the_same_looks(browser, ocmw, case_worker, write):
    """Also the second and third, although each of them is a row of the log about the person."""
    made = inscribe(ocmw, person())
    looks = [str(write(case_worker, inscription=made, at=moment(working_day(days), 10))) for days in (1, 5)]
    address = start(browser, made.insz)
    assert "Het zijn 2 inzages." in text_of(browser.get(address))
    assert ids(browser, address) == looks
    response = take(browser, address, "odt")
    assert response["Content-Disposition"] == f'attachment; filename="brief-inzages-{today()}.odt"'
    document = Document(io.BytesIO(response.content))
    [table] = document.body.tables
    assert [len(row) for row in table.get_values()] == [6, 6, 6]
    text = document.get_formatted_text()
    assert "Het zijn 2 inzages." in text
    assert str(case_worker.user) not in text
    assert document.body.headers[0].get_attribute("text:style-name") == "Heading_20_1"
    assert 'fo:language="nl"' in document.get_part("styles.xml").serialize().decode()
    reports = [row for row in log_rows() if row["kind"] == "person_report"]
    assert [(row["outcome"], row["numbers"], row["shown"]) for row in reports] == [
        ("shown", [made.insz], [made.insz])
    ] * 3


def test_it_is_in_dutch_for_the_person_whatever_the_language_of_the_officer(browser, ocmw):
    browser.post(reverse("set_language"), {"language": "en"})
    address = start(browser, insz())
    head, _tag, article = browser.get(address).content.decode().partition("<article")
    assert '<html lang="en"' in head
    assert "selected>Nederlands<" in head
    assert "Wie keek in uw gegevens" in article
    assert 'lang="nl"' in article[:40]
    article = browser.get(f"{address}?taal=en").content.decode().partition("<article")[2]
    assert "Who looked at your data" in article
    assert "There is no look at data about you in the log." in article
    assert "Who looked" in take(browser, address, "csv", "en").content.decode()
    assert "Wie keek" in browser.get(f"{address}?taal=xx").content.decode().partition("<article")[2]


def test_an_unknown_number_and_one_without_looks_have_the_same_letter(browser, ocmw, case_worker, write):
    """Also one at which someone tried to look in vain."""
    nothing, known = insz(), inscribe(ocmw, person())
    write(case_worker, kind="search", numbers=[known.insz], outcome="empty")
    write(case_worker, kind="file", numbers=[known.insz], outcome="refused", rule="not_visible")

    def letter_to(number: str) -> str:
        article = text_of(browser.get(start(browser, number)))
        return article.replace(format_insz(number), "").partition("Datum")[2]

    assert letter_to(nothing) == letter_to(known.insz)
    assert "In het logboek staat geen inzage in gegevens over u." in letter_to(nothing)
    assert [row["outcome"] for row in log_rows() if row["kind"] == "person_report"] == ["empty"] * 3


def test_a_cell_of_the_table_is_no_formula(browser, ocmw, case_worker, write):
    number = insz()
    write(case_worker, kind="list", shown=[number], purpose="=1+1")
    [row] = table_of(take(browser, start(browser, number), "csv"))
    assert row["Waarom"] == "'=1+1"


def test_each_capacity_has_a_purpose():
    assert set(PURPOSES) == set(Capacity.values)


@pytest.mark.parametrize("kind", Kind.values)
def test_each_kind_has_a_purpose(kind):
    line = letters.Line(None, None, kind, "portal", "", "", "", [], "", False)
    assert len(purpose_of(line)) > 10


# -- which looks


def bound(membership) -> dict:
    return {"institution": membership.institution_id, "user": membership.user_id, "role": membership.role}


MINE, OTHERS = insz(), [insz() for _ in range(3)]
ROW = st.fixed_dictionaries(
    {
        "where": st.integers(0, 3),
        "kind": st.sampled_from(Kind.values),
        "channel": st.sampled_from(Channel.values),
        "outcome": st.sampled_from(Outcome.values),
        "numbers": st.lists(st.sampled_from([MINE, *OTHERS]), max_size=2, unique=True),
        "shown": st.lists(st.sampled_from([MINE, *OTHERS]), max_size=3, unique=True),
    }
)
ENTERED = ("registration", "upload", "access_request")  # by the institution itself


def shows(row: dict) -> bool:
    has_number = MINE in row["shown"] or (row["kind"] in ENTERED and MINE in row["numbers"])
    return row["outcome"] == "shown" and has_number


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, max_size=12))
def test_the_letter_has_exactly_the_rows_that_showed_the_person(
    rows, ocmw, other_ocmw, agency, agency_officer, privacy_officer
):
    """Of random rows of three institutions and of none: those of the own institution, and for the agency all."""
    places = [ocmw.pk, other_ocmw.pk, agency.pk, None]
    with transaction.atomic():
        written = [(places[row["where"]], write_row(row, places[row["where"]]), shows(row)) for row in rows]
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            [now] = cursor.fetchone()
        for function in ("oversight_letter", "oversight_letter_proof"):
            statement = f"SELECT id FROM {function}(%s, %s, 100)"
            own = {look for (look,) in fetch(statement, MINE, now, **bound(privacy_officer))}
            assert own == {look for place, look, is_in in written if is_in and place == ocmw.pk}
            everywhere = {look for (look,) in fetch(statement, MINE, now, **bound(agency_officer))}
            assert everywhere == {look for _place, look, is_in in written if is_in}
        transaction.set_rollback(True)


def write_row(row: dict, place: int | None) -> uuid.UUID:
    values = {name: value for name, value in row.items() if name != "where"}
    values |= {"institution_id": place, "rule": "role" if row["outcome"] == "refused" else ""}
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO consultations_consultation (id, at, {', '.join(values)})"
            f" VALUES (gen_random_uuid(), clock_timestamp(), {', '.join(['%s'] * len(values))}) RETURNING id",
            list(values.values()),
        )
        return cursor.fetchone()[0]


def test_looks_of_a_predecessor_are_in_the_letter(browser, ocmw, other_ocmw, write):
    made = inscribe(other_ocmw, person())
    look = write(member(other_ocmw), inscription=made)
    assert ids(browser, start(browser, made.insz)) == []
    factories.succeed(other_ocmw.slug, ocmw.slug)
    [row] = table_of(take(browser, start(browser, made.insz), "csv"))
    assert (row["Kenmerk"], row["Instelling"]) == (str(look), "OCMW Elders")


def test_the_agency_makes_the_letter_about_all_institutions(
    sign_in, agency, agency_officer, ocmw, other_ocmw, write
):
    made = inscribe(ocmw, person())
    write(member(ocmw), inscription=made)
    write(member(other_ocmw), inscription=inscribe(other_ocmw, made.person, "andere_hulp"))
    address = start(sign_in(agency_officer), made.insz, agency.slug)
    rows = table_of(take(sign_in(agency_officer), address, "csv"))
    assert {(row["Instelling"], row["Waarom"]) for row in rows} == {
        ("OCMW Proefstad", "Uw leefloon en uw inburgering opvolgen"),
        ("OCMW Elders", "U helpen en uw inburgering opvolgen"),
    }
    assert "een instelling keek" in text_of(sign_in(agency_officer).get(address))


def test_the_letter_goes_on_under_the_number_that_replaced_another(
    browser, ocmw, other_ocmw, case_worker, write
):
    """Known from the institution's own inscription, and only from the newer number."""
    old, new = insz(), insz()
    before, after = inscribe(ocmw, person(number=old)), inscribe(ocmw, person(number=new))
    look = write(case_worker, inscription=before)
    assert ids(browser, start(browser, new)) == []
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE persons_inscription SET carried_from_id = %s WHERE id = %s", [before.pk, after.pk]
        )
    address = start(browser, new)
    assert ids(browser, address) == [str(look)]
    words = text_of(browser.get(address))
    assert f"Vroeger nummer {format_insz(old)}" in words
    theirs = member(other_ocmw, Role.PRIVACY_OFFICER)
    assert fetch(CALLS["oversight_letter_numbers"][0], new, **bound(theirs)) == [([new],)]


def test_a_letter_that_is_too_long_is_refused_whole(browser, case_worker, write, monkeypatch):
    number = insz()
    for _ in range(3):
        write(case_worker, kind="list", shown=[number])
    monkeypatch.setattr(letterpages, "MOST_ON_PAGE", 2)
    address = start(browser, number)
    words = text_of(browser.get(address))
    assert "Het zijn 3 inzages. U ziet hier de nieuwste 2. De volledige brief is een bestand." in words
    monkeypatch.setattr(letters, "MOST_PROVEN", 2)
    before = len(log_rows())
    response = browser.post(f"{address}bestand/", {"format": "json", "language": "nl"})
    assert response["Location"] == address
    assert len(log_rows()) == before
    monkeypatch.setattr(letters, "MOST_LINES", 2)
    response = browser.get(address, follow=True)
    assert "op de server" in text_of(response)
    assert len(log_rows()) == before


# -- who makes it


@pytest.mark.parametrize("function", CALLS)
def test_the_functions_ask_who_calls_them(
    function, ocmw, other_ocmw, case_worker, privacy_officer, agency, write
):
    number = insz()
    write(case_worker, kind="list", shown=[number])
    [statement] = CALLS[function]
    claims = bound(privacy_officer)
    assert len(fetch(statement, number, **claims)) == 1
    refused = [
        claims | {"user": case_worker.user_id},
        claims | {"user": member(ocmw, Role.PRIVACY_OFFICER, ended=True).user_id},
        claims | {"user": member(other_ocmw, Role.PRIVACY_OFFICER).user_id},
        claims | {"user": member(ocmw, Role.LOCAL_ADMINISTRATOR).user_id, "role": "local_administrator"},
        # No one of another institution acts for the agency, and no one of the agency without the role.
        claims | {"institution": agency.pk},
        claims | {"institution": agency.pk, "user": member(agency).user_id},
        claims | {"institution": None},
        {"user": factories.agency_administrator().pk, "scope": "agency"},
        {},
    ]
    before = len(log_rows())
    for claimed in refused:
        with pytest.raises(DatabaseError, match="no access in this role"), transaction.atomic():
            fetch(statement, number, **claimed)
    assert len(log_rows()) == before


@pytest.mark.parametrize(
    "function",
    [
        "oversight_letter_rows('x', NULL, now(), 'portal', 1)",
        "consultations_about_person('{}', NULL, now())",
        "oversight_numbers_of('x', NULL)",
        "oversight_log_withholding('x', gen_random_uuid())",
    ],
)
def test_the_web_role_does_not_call_the_functions_inside(function):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        fetch(f"SELECT {function}")


def test_others_get_404_and_a_row_of_the_log(
    ocmw, case_worker, local_administrator, agency_administrator, sign_in
):
    elsewhere = member(factories.institution(), Role.PRIVACY_OFFICER)
    for who in (case_worker, local_administrator, agency_administrator, elsewhere):
        browser = sign_in(who)
        for method, address in (
            ("post", page("letter_start", uuid.uuid4())),
            ("get", page("letter", uuid.uuid4())),
            ("post", page("letter_file", uuid.uuid4())),
        ):
            assert getattr(browser, method)(address).status_code == 404
            row = log_rows()[-1]
            assert (row["kind"], row["outcome"]) == ("person_report", "refused")


def test_a_letter_belongs_to_one_session_and_one_institution(
    browser, ocmw, other_ocmw, privacy_officer, sign_in
):
    address = start(browser, insz())
    letter_id = address.split("/")[-2]
    member(other_ocmw, Role.PRIVACY_OFFICER, user_=privacy_officer.user)
    assert browser.get(page("letter", letter_id, slug=other_ocmw.slug)).status_code == 404
    assert log_rows()[-1]["outcome"] == "refused"
    browser.post(reverse("account_logout"))
    stranger = sign_in(member(ocmw, Role.PRIVACY_OFFICER))
    assert "er niet meer" in text_of(stranger.get(address))
    assert "er niet meer" in text_of(
        stranger.post(f"{address}bestand/", {"format": "odt", "language": "nl"}, follow=True)
    )


def test_a_search_that_is_gone_makes_no_letter(browser, monkeypatch):
    found = browser.post(page("person_search"), {"insz": insz()})["Location"]
    monkeypatch.setattr("caseload.services.sessionvalues.LIFETIME", datetime.timedelta(seconds=-1))
    response = browser.post(page("letter_start", found.split("/")[-2]), follow=True)
    assert "er niet meer" in text_of(response)
    assert [row for row in log_rows() if row["kind"] == "person_report"] == []


def test_a_button_that_is_pressed_twice_makes_two_letters_with_the_same_looks(browser, case_worker, write):
    number = insz()
    write(case_worker, kind="list", shown=[number])
    found = browser.post(page("person_search"), {"insz": number})["Location"].split("/")[-2]
    first, second = (browser.post(page("letter_start", found))["Location"] for _ in range(2))
    assert first != second
    assert ids(browser, first) == ids(browser, second)


@pytest.mark.parametrize(
    "data", [{}, {"format": "xlsx", "language": "nl"}, {"format": "odt", "language": "fr"}]
)
def test_a_wrong_format_or_language_is_no_file(browser, data):
    address = start(browser, insz())
    assert browser.post(f"{address}bestand/", data).status_code == 400


def test_the_month_in_which_the_log_begins(browser, case_worker, write):
    number = insz()
    write(case_worker, kind="list", shown=[number], at=moment(datetime.date(2026, 3, 2), 10))
    assert "Het logboek begint in maart 2026" in text_of(browser.get(start(browser, number)))
    write(
        case_worker,
        kind="list",
        shown=[insz()],
        user_id=None,
        role="",
        at=moment(datetime.date(2017, 1, 2), 10),
    )
    assert "Het logboek begint in januari 2017" in text_of(browser.get(start(browser, number)))
