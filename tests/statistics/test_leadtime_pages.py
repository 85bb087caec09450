"""The pages and files of lead times: what they show, to which users, and mistakes in what was asked."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re

import openpyxl
import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override
from odfdo import Document

from partners.periods import today
from statistics.leadtimes import ways
from tests import factories

from .counting import brussels
from .test_pages import CountQueries, as_shown, staff, tables
from .waits import DAY, detours, question, took, waits

pytestmark = pytest.mark.django_db

AGENCY = "admin:statistics_leadtimes"
AGENCY_FILE = "admin:statistics_leadtimes_download"
# `ocmw` is OCMW Proefstad.
OWN = "/ocmw-proefstad/cijfers/omwegen/"
OWN_FILE = OWN + "bestand/"
MARCH = datetime.date(2024, 3, 20)
TABLES = ["wegen", "portaal", "verdeling", "maanden", "instellingen"]


@pytest.fixture
def filled(ocmw, other_ocmw):
    """Detours of two institutions, and what the portal took, in March 2024."""
    took(ocmw, [1, 2, 2, 3, 4, 4, 9, 12])
    took(ocmw, [2] * 3, "agency")
    took(other_ocmw, [5] * 7, "vdab")
    detours(ocmw, [(today() - number * DAY, None) for number in range(7, 13)])
    waits(ocmw, "first_look", [(MARCH, MARCH)] * 4 + [(MARCH - 7 * DAY, MARCH)] * 2)
    waits(ocmw, "first_dossier", [(MARCH - 14 * DAY, MARCH)] * 5)


@pytest.fixture
def agency_page(agency_administrator, sign_in):
    return lambda **asked: sign_in(agency_administrator).get(reverse(AGENCY), {"year": "2024"} | asked)


def texts(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_agency_sees_ways_months_and_institutions(filled, agency_page):
    page = agency_page()
    by_way, portal, classes, months, institutions = tables(page)
    assert by_way[0][:4] == ["Via", "beantwoord", "mediaan", "9 op 10 binnen"]
    # Three of the agency are too few; without VDAB the total would tell how many.
    assert [row[:4] for row in by_way[1:]] == [
        ["agentschap", "niet getoond", "–", "–"],
        ["school of centrum (CVO, CBE)", "8", "3", "12"],
        ["VDAB", "niet getoond", "–", "–"],
        ["Alle omwegen samen", "18", "4", "9"],
    ]
    assert [row[:4] for row in portal[1:]] == [
        ["“klopt niet?” in het portaal", "0", "–", "–"],
        ["van inschrijving tot eerste inzage", "6", "0", "5"],
        ["van wachten op de KBI tot eerste dossier", "5", "10", "10"],
    ]
    assert portal[2][4] == "–"
    assert sum(int(row[1]) for row in classes[1:]) == 18
    assert months[3] == ["Maart", "18", "4", "9"]
    assert months[4] == ["April", "0", "–", "–"]
    assert months[-1] == ["Samen", "18", "4", "9"]
    assert [row[:4] for row in institutions[1:]] == [
        ["OCMW Proefstad", "11", "2", "9"],
        ["OCMW Elders", "7", "5", "5"],
        ["Samen", "18", "4", "9"],
    ]
    text = texts(page)
    assert "De helft van de omwegen kostte 4 werkdagen of meer." in text
    assert "zag de helft van wie inschreef het dossier dezelfde dag." in text
    assert "6 omwegen zijn nog open" in text
    assert str(ways.LEAD_TIME) in text
    assert str(ways.SMALL) in text


def test_the_bars_and_the_distribution_have_the_numbers_of_the_tables(filled, agency_page):
    page = agency_page(ways="school")
    bars = page.context["page"].bars
    assert [bar.label for bar in bars.bars] == [
        "school of centrum (CVO, CBE): mediaan 3, 9 op 10 binnen 12 werkdagen",
        "van inschrijving tot eerste inzage: mediaan 0, 9 op 10 binnen 5 werkdagen",
        "van wachten op de KBI tot eerste dossier: mediaan 10, 9 op 10 binnen 10 werkdagen",
    ]
    assert [tick.days for tick in bars.ticks] == [0, 5, 10, 15, 20, 25]
    assert (bars.bars[0].half, bars.bars[0].nine_in_ten) == ("12.0%", "48.0%")
    text = page.content.decode()
    assert 'width="12.0%"' in text
    data = json.loads(re.search(r'<script id="chart-data"[^>]*>(.*?)</script>', text, re.S).group(1))
    classes = tables(page)[2][1:]
    assert data["months"] == [row[0] for row in classes]
    assert data["series"][0]["values"] == [int(row[1]) for row in classes]
    assert sum(data["series"][0]["values"]) == 8


@pytest.mark.parametrize("table", TABLES)
def test_each_file_holds_what_its_table_shows(table, filled, agency_administrator, sign_in):
    client = sign_in(agency_administrator)
    page = client.get(reverse(AGENCY), {"year": "2024", "calendar": "public_holidays"})
    shown = tables(page)[TABLES.index(table)]
    files = {}
    for address in re.findall(r'href="([^"]*bestand[^"]*)"', page.content.decode()):
        address = address.replace("&amp;", "&")
        if f"table={table}&" in address:
            response = client.get(address)
            assert response.status_code == 200
            files[re.search(r"format=(\w+)", address).group(1)] = response.content
    assert set(files) == {"csv", "xlsx", "ods"}
    rows = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=";"))
    assert [[as_shown(cell) for cell in row] for row in rows[: len(shown)]] == shown
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).active
    width = len(shown[0])
    excel = [[cell.value for cell in row[:width]] for row in sheet.iter_rows(min_row=3)]
    assert [[as_shown(cell) for cell in row] for row in excel[: len(shown)]] == shown
    spreadsheet = Document(io.BytesIO(files["ods"])).body.get_table(0)
    ods = [[as_shown(cell) for cell in row] for row in spreadsheet.get_values()[2 : 2 + len(shown)]]
    assert [row[:width] for row in ods] == shown
    assert any("wettelijke feestdagen" in cell for row in rows for cell in row)


def test_a_period_inside_a_year(ocmw, agency_page):
    took(ocmw, [3] * 5)
    took(ocmw, [8] * 6, end=datetime.date(2024, 6, 19))
    page = agency_page(first="4", last="6")
    assert "april tot en met juni 2024" in texts(page)
    assert [row[0] for row in tables(page)[3][1:-1]] == ["April", "Mei", "Juni"]
    assert tables(page)[0][-1][:4] == ["Alle omwegen samen", "6", "8", "8"]
    address = re.search(r'href="([^"]*bestand[^"]*table=wegen[^"]*format=csv[^"]*)"', page.content.decode())
    assert "first=4" in address.group(1)
    assert "last=6" in address.group(1)


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        ({"first": "10", "last": "3"}, "last", "De periode eindigt voor ze begint."),
        ({"year": "2015"}, "year", "Van 2015 zijn er geen gegevens. Kies een jaar uit de lijst."),
        ({"year": "x"}, "year", "Van x zijn er geen gegevens."),
        ({"first": "13"}, "first", ""),
        ({"last": "x"}, "last", ""),
        ({"ways": "bank"}, "ways", ""),
        ({"calendar": "lunar"}, "calendar", ""),
        ({"kind": "bank"}, "kind", ""),
        ({"name": "x" * 121}, "name", ""),
    ],
)
def test_a_mistake_is_answered_at_the_field_and_the_tables_stay(
    asked, field, words, filled, agency_page, agency_administrator, sign_in
):
    page = agency_page(**asked)
    assert page.status_code == 200
    text = page.content.decode()
    message = re.search(rf'id="id_{field}_error">(.*?)</p>', text, re.S)
    assert message
    assert words in message.group(1)
    assert tables(page)[0][-1][0] == "Alle omwegen samen"
    file = {"year": "2024", "table": "wegen", "format": "csv"} | asked
    assert sign_in(agency_administrator).get(reverse(AGENCY_FILE), file).status_code == 404


def test_a_month_to_come_is_refused_at_the_field(filled, agency_page):
    # December has no month to come.
    with time_machine.travel(brussels(f"{today().year}-11-15 10:15"), tick=False):
        page = agency_page(year=str(today().year), first="12")
        assert "Deze maand moet nog beginnen." in texts(page)
        # The tables go up to the running month.
        assert len(tables(page)[-2]) == 11 + 2
        assert tables(page)[-2][-2][0].endswith("(lopend)")


def test_the_years_beside_a_year_are_those_with_data(filled, agency_page):
    page = agency_page(first="1", last="2", ways="school")
    assert page.context["before"] is None
    assert page.context["after"].year == 2025
    assert page.context["after"].query == "year=2025&ways=school"


def test_kinds_and_names_choose_institutions(filled, ocmw, agency_page):
    took(factories.institution("VDAB", "vdab"), [20] * 5)
    assert tables(agency_page(kind="vdab"))[-1][1][:3] == ["VDAB", "5", "20"]
    assert tables(agency_page(name="proef"))[-1][1][:3] == ["OCMW Proefstad", "11", "2"]
    nowhere = agency_page(name="nergens")
    assert "Er zijn te weinig beantwoorde omwegen" in texts(nowhere)
    assert tables(nowhere)[-1][1:] == [["Samen", "0", "–", "–", "0", "–", "–"]]


def test_institutions_are_sorted_by_any_column(filled, agency_page):
    def names(order_by: str) -> list[str]:
        return [row[0] for row in tables(agency_page(order_by=order_by))[-1][1:-1]]

    assert names("-number") == names("nothing") == ["OCMW Proefstad", "OCMW Elders"]
    assert names("name") == names("number") == names("-half") == ["OCMW Elders", "OCMW Proefstad"]
    assert names("longest") == ["OCMW Proefstad", "OCMW Elders"]


def test_one_way_shows_no_more_than_the_table_of_ways(filled, agency_page):
    """VDAB is left out beside the three of the agency: chosen by itself it would give them away."""
    page = agency_page(ways="vdab")
    assert tables(page)[2][-1] == ["Samen", "niet getoond", "–", "–"]
    assert tables(page)[3][-1][1] == "niet getoond"
    assert "Hoe lang het duurde" not in texts(page)


# -- permissions, and institutions that ended


@pytest.mark.parametrize("route", [AGENCY, AGENCY_FILE])
def test_staff_without_the_permission_are_refused(route, sign_in):
    client = sign_in(staff("view_home", "view_importedcount", "change_closingday"))
    assert client.get(reverse(route), {"table": "wegen", "format": "csv"}).status_code == 403


def test_staff_with_the_permission_see_it(filled, sign_in):
    client = sign_in(staff("view_monthly"))
    assert client.get(reverse(AGENCY)).status_code == 200
    file = {"year": "2024", "table": "instellingen", "format": "ods"}
    assert client.get(reverse(AGENCY_FILE), file).status_code == 200
    assert reverse(AGENCY) in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("role", ["case_worker", "local_administrator", "privacy_officer"])
def test_every_member_sees_the_own_institution_and_no_other(role, request, filled, other_ocmw, sign_in):
    member = request.getfixturevalue(role)
    client = sign_in(member)
    page = client.get(OWN, {"year": "2024", "name": "Elders", "institution": other_ocmw.pk})
    assert page.status_code == 200
    assert tables(page)[0][-1][:4] == ["Alle omwegen samen", "11", "2", "9"]
    assert len(tables(page)) == 4
    assert "OCMW Elders" not in page.content.decode()
    assert (">Toon ze<" in page.content.decode()) is (role == "case_worker")
    file = client.get(OWN_FILE, {"year": "2024", "table": "wegen", "format": "csv"})
    # The eight of the school would tell that three were asked of the agency.
    assert "school of centrum (CVO, CBE);niet getoond;–;–;6;" in file.content.decode()
    other = client.get(OWN_FILE, {"year": "2024", "table": "instellingen", "format": "csv"})
    assert other.status_code == 404
    assert client.get("/ocmw-elders/cijfers/omwegen/").status_code == 404


def test_small_numbers_are_not_shown_to_the_institution_itself(ocmw, case_worker, sign_in):
    took(ocmw, [1, 2, 3, 4])
    detours(ocmw, [(today(), None)])
    page = sign_in(case_worker).get(OWN, {"year": "2024"})
    text = texts(page)
    assert "Er zijn te weinig beantwoorde omwegen in deze periode" in text
    assert "Minder dan vijf omwegen zijn nog open." in text
    assert {cell for table in tables(page) for row in table[1:] for cell in row[1:]} == {
        "niet getoond",
        "–",
        "0",
    }
    assert page.context["page"].bars is None


def test_an_institution_that_ended_keeps_its_row_and_its_successor_can_add_it(
    filled, ocmw, other_ocmw, case_worker, agency_page, sign_in
):
    def own(**asked: str) -> list[str]:
        page = sign_in(factories.member(other_ocmw)).get(
            "/ocmw-elders/cijfers/omwegen/", {"year": "2024"} | asked
        )
        return tables(page)[0][-1][:2]

    assert own(predecessors="followed") == ["Alle omwegen samen", "7"]
    factories.succeed("ocmw-proefstad", "ocmw-elders")
    assert [row[0] for row in tables(agency_page())[-1][1:-1]] == ["OCMW Proefstad", "OCMW Elders"]
    assert own() == ["Alle omwegen samen", "7"]
    assert own(predecessors="followed") == ["Alle omwegen samen", "18"]
    # No one works at the predecessor any more.
    assert sign_in(case_worker).get(OWN).status_code == 404


def test_questions_are_beside_the_detours(ocmw, agency_page):
    for _ in range(5):
        question(ocmw, datetime.date(2024, 3, 11), answer="stays", answered_at="2024-03-14T10:00Z")
    page = agency_page(ways="question")
    assert tables(page)[1][1][:4] == ["“klopt niet?” in het portaal", "5", "3", "3"]
    assert tables(page)[3][-1] == ["Samen", "5", "3", "3"]


# -- texts, cost


def test_the_page_is_complete_in_english(filled, agency_administrator, sign_in):
    client = sign_in(agency_administrator)
    client.post(reverse("set_language"), {"language": "en"})
    text = texts(client.get(reverse(AGENCY), {"year": "2024"}))
    assert "How long does a detour take?" in text
    assert "Half of the detours took 4 working days or more." in text
    without_attributes = re.sub(r'="[^"]*"', "", text).lower()
    for dutch in ("omweg", "werkdag", "mediaan", "beantwoord", "instelling"):
        assert dutch not in without_attributes, dutch


def test_the_documentation_has_the_definitions_of_the_page():
    documentation = re.sub(
        r"\s+", " ", (settings.BASE_DIR / "docs" / "figures.md").read_text().replace("\n> ", "\n")
    )
    with override("nl"):
        for definition in (ways.LEAD_TIME, ways.PORTAL_TIME, ways.SMALL):
            assert str(definition) in documentation


def test_the_number_of_statements_does_not_grow_with_the_institutions(filled, agency_page):
    agency_page()
    with CountQueries() as few:
        agency_page()
    for _ in range(20):
        took(factories.institution(), [3] * 5)
    with CountQueries() as many:
        agency_page()
    assert many.number == few.number <= 30
