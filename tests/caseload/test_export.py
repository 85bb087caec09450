"""The filtered client list as a file: what is in it, who gets it, and its row in the log."""

from __future__ import annotations

import csv
import datetime
import io
import re

import openpyxl
import pytest
from django.test import Client
from odfdo import Document

from caseload.services import exports
from partners.periods import today
from persons.insz import format_insz

from ..factories import inscribe, log_rows, mandate, member, person

pytestmark = pytest.mark.django_db

LIST, EXPORT = "/ocmw-proefstad/", "/ocmw-proefstad/bestand/"
DAY = datetime.timedelta(days=1)
HOSTILE = [
    "=1+1",
    "+2",
    "-3",
    "@som",
    "\uff1d1+1",
    "\uff0b2",
    "\uff0d3",
    "\uff20som",
    "<script>alert(1)</script>",
]


@pytest.fixture
def browser(case_worker, sign_in) -> Client:
    return sign_in(case_worker)


def cells(response) -> list[list]:
    """The rows of a file, head first, as a spreadsheet program reads them."""
    assert response.status_code == 200
    name, extension = re.fullmatch(
        r'attachment; filename="(.+)\.(\w+)"', response["Content-Disposition"]
    ).groups()
    assert name == f"clienten-{today()}"
    assert response["Cache-Control"] == "no-store"
    if extension == "csv":
        text = response.content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    if extension == "xlsx":
        page = openpyxl.load_workbook(io.BytesIO(response.content)).active
        assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "d"}
        return [list(row) for row in page.iter_rows(values_only=True)]
    page = Document(io.BytesIO(response.content)).body.get_table(0)
    assert all(cell.formula is None for row in page.get_cells() for cell in row)
    return page.get_values()


def export(browser: Client, extension: str = "xlsx", **posted: str):
    return browser.post(EXPORT, {"format": extension, **posted})


def names(response) -> list[str]:
    return [row[0] for row in cells(response)[1:]]


@pytest.mark.parametrize("extension", ["xlsx", "csv", "ods"])
def test_the_file_has_the_columns_of_the_screen_with_birth_date_and_number(browser, ocmw, extension):
    known = inscribe(ocmw, person(birth_date="1986-03-12"))
    year_only = inscribe(ocmw, person("Benali", "Aziz", birth_date="1991-00-00"))
    head, *rows = cells(export(browser, extension))
    page = browser.get(LIST, {"show": "all"}).content.decode()
    shown = [
        re.sub(r"<[^>]+>|\s+", " ", cell).strip()
        for cell in re.findall(r"<th[^>]*scope=\"col\".*?</th>", page, re.S)
    ]
    shown = [re.sub(r"\W+$", "", words) for words in shown]
    # The page has the capacity, the end and the age of the data in the cell of the client.
    in_client = {"Hoedanigheid", "Inschrijving tot en met", "Bijgewerkt"}
    # The star is only there to press.
    assert [words for words in [head[0], *head[3:]] if words not in in_client] == shown[:-1]
    assert in_client < set(head)
    assert head[1:3] == ["Geboortedatum", "INSZ"]
    assert [(row[0], row[2]) for row in rows] == [
        ("Abdulahi, Hodan", format_insz(known.insz)),
        ("Benali, Aziz", format_insz(year_only.insz)),
    ]
    births = [str(getattr(row[1], "date", lambda value=row[1]: value)()) for row in rows]
    assert births == ["12/03/1986" if extension == "csv" else "1986-03-12", "1991"]
    [row] = [row for row in log_rows() if row["kind"] == "export"]
    assert (row["outcome"], row["shown"], row["reason"]) == ("shown", [known.insz, year_only.insz], "")


@pytest.mark.parametrize("extension", ["xlsx", "csv", "ods"])
def test_no_name_becomes_a_formula_or_markup(browser, ocmw, extension):
    for name in HOSTILE:
        inscribe(ocmw, person(name, ""))
    expected = [f"'{name}" if extension == "csv" and name[0] != "<" else name for name in HOSTILE]
    assert sorted(names(export(browser, extension))) == sorted(expected)


def test_the_file_follows_filters_caseload_and_order(browser, ocmw):
    own = inscribe(ocmw, person("Ahmadi", verdict="reachable"))
    inscribe(ocmw, person("Benali", verdict="reachable"))
    inscribe(ocmw, person("Chaoui", verdict="kept"))
    browser.post(f"{LIST}dossier/{own.public_id}/volgen/", {"action": "follow"})
    assert names(export(browser, standing="reachable")) == ["Ahmadi, Hodan", "Benali, Hodan"]
    assert names(export(browser, show="own")) == ["Ahmadi, Hodan"]
    assert names(export(browser, show="all", sort="-client"))[0] == "Chaoui, Hodan"


def test_the_file_comes_by_urgency(browser, ocmw):
    for name, days in (("Ahmadi", 9), ("Benali", -1), ("Chaoui", 2), ("Diallo", -8)):
        inscribe(ocmw, person(name, verdict="reachable", slack=(1, today() + days * DAY)))
    expected = ["Diallo, Hodan", "Benali, Hodan", "Chaoui, Hodan", "Ahmadi, Hodan"]
    assert names(export(browser)) == expected
    assert names(export(browser, sort="-slack")) == expected[::-1]


def test_my_list_in_excel_is_two_clicks_from_the_first_page(browser, ocmw):
    """Open the menu, press Excel: the form of the page as it opens, without another field."""
    own = inscribe(ocmw, person("Ahmadi"))
    inscribe(ocmw, person("Benali"))
    browser.post(f"{LIST}dossier/{own.public_id}/volgen/", {"action": "follow"})
    html = browser.get(LIST).content.decode()
    [form] = re.findall(r'<form class="export".*?</form>', html, re.S)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    assert 'name="reason"' not in form
    assert '<button type="submit" name="format" value="xlsx">' in form
    assert names(export(browser, **hidden)) == ["Ahmadi, Hodan"]


def test_what_the_mandate_withholds_is_not_in_the_file(browser, ocmw):
    mandate(ocmw, capacity="leefloon", blocks=["Personalia", "Doelgroep"])
    inscribe(ocmw, person("Ahmadi", verdict="out_of_reach"))
    head, row = cells(export(browser))
    assert head == [
        "Cliënt",
        "Geboortedatum",
        "INSZ",
        "Hoedanigheid",
        "Inschrijving tot en met",
        "Bijgewerkt",
        "Collega",
    ]
    assert "out_of_reach" not in str(row)
    mandate(ocmw, capacity="andere_hulp")
    inscribe(ocmw, person("Benali", verdict="kept"), "andere_hulp")
    head, shown, withheld = cells(export(browser))
    standing = head.index("Status")
    assert withheld[standing] == "Niet te zien"
    assert shown[standing].startswith("Norm gehaald")


def test_only_lines_of_the_own_institution_in_force_are_in_the_file(browser, ocmw, other_ocmw):
    inscribe(ocmw, person("Ahmadi"))
    inscribe(other_ocmw, person("Elders"))
    inscribe(ocmw, person("Voorbij"), valid_from=today() - 30 * DAY, valid_until=today() - DAY)
    assert names(export(browser)) == ["Ahmadi, Hodan"]


@pytest.mark.parametrize(
    "visitor",
    ["outsider", "former_case_worker", "privacy_officer", "local_administrator", "agency_administrator"],
)
def test_the_file_is_refused_to_who_does_not_see_the_list(request, ocmw, sign_in, visitor):
    inscribe(ocmw, person("Ahmadi"))
    response = export(sign_in(request.getfixturevalue(visitor)))
    assert response.status_code == 404
    [row] = log_rows()
    assert (row["kind"], row["outcome"], row["shown"]) == ("export", "refused", [])


def test_another_institution_is_refused(browser, other_ocmw):
    inscribe(other_ocmw, person("Elders"))
    assert browser.post("/ocmw-elders/bestand/", {"format": "csv"}).status_code == 404
    assert [(row["kind"], row["outcome"]) for row in log_rows()] == [("export", "refused")]


def test_a_long_list_needs_a_reason_from_the_list(browser, ocmw, monkeypatch):
    monkeypatch.setattr(exports, "REASON_ABOVE", 1)
    monkeypatch.setattr("caseload.views.REASON_ABOVE", 1)
    for name in ("Ahmadi", "Benali"):
        inscribe(ocmw, person(name))
    response = browser.post(EXPORT, {"format": "csv", "show": "all"}, follow=True)
    assert response.redirect_chain == [(f"{LIST}?show=all", 302)]
    html = response.content.decode()
    assert "een reden: deze lijst heeft meer dan" in html
    assert re.search(r'<select name="reason"[^>]* required', html)
    assert [row["kind"] for row in log_rows()] == ["list"]
    assert export(browser, "csv", reason="omdat het kan").status_code == 400
    assert len(cells(export(browser, "csv", reason="meeting"))) == 3
    assert [row["reason"] for row in log_rows() if row["kind"] == "export"] == ["meeting"]


def test_a_list_that_is_too_long_says_how_to_narrow_it(browser, ocmw, monkeypatch):
    monkeypatch.setattr(exports, "MOST_LINES", 1)
    for name in ("Ahmadi", "Benali"):
        inscribe(ocmw, person(name))
    response = browser.post(
        EXPORT, {"format": "ods", "show": "all", "standing": "kept", "reason": "check"}, follow=True
    )
    assert response.redirect_chain == [(f"{LIST}?standing=kept&show=all", 302)]
    assert "Kies eerst een filter, en exporteer dan opnieuw" in response.content.decode()
    assert [row["kind"] for row in log_rows()] == ["list"]


def test_an_empty_list_is_a_file_with_its_head_and_a_row_of_the_log(browser):
    assert len(cells(export(browser, "csv"))) == 1
    assert [(row["kind"], row["outcome"]) for row in log_rows()] == [("export", "empty")]


def test_without_a_row_in_the_log_there_is_no_file(browser, ocmw, monkeypatch):
    inscribe(ocmw, person("Ahmadi"))

    def fail(**_values: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(exports, "record", fail)
    browser.raise_request_exception = False
    response = export(browser)
    assert response.status_code == 500
    assert "Content-Disposition" not in response


@pytest.mark.parametrize("extension", ["", "pdf", "html"])
def test_another_format_is_no_file(browser, extension):
    assert export(browser, extension).status_code == 400
    assert log_rows() == []


def test_a_link_exports_nothing(browser):
    assert browser.get(EXPORT, {"format": "csv"}).status_code == 405
    assert log_rows() == []


def test_a_colleagues_caseload_can_be_exported_too(browser, ocmw):
    """Whoever sees the list may take it along: the filter `u7` is that of the page."""
    colleague = member(ocmw)
    inscribe(ocmw, person("Ahmadi"))
    assert names(export(browser, show=f"u{colleague.user_id}")) == []
