"""The pages and downloads of the figures: who may see them, and that files hold what the screen shows."""

import csv
import datetime
import html
import io
import json
import re
from html.parser import HTMLParser

import openpyxl
import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from odfdo import Document

from partners.models import Institution
from partners.succession import end_institution
from statistics.exports import as_csv, as_ods, as_xlsx
from statistics.tables import FigureTable, HeadingColumn, NumberColumn
from tests import factories

from .counting import brussels, look

pytestmark = pytest.mark.django_db

# `ocmw` is OCMW Proefstad.
OWN = "/ocmw-proefstad/cijfers/"
OWN_DOWNLOAD = OWN + "bestand/"
MONTHLY = "admin:statistics_monthlycount_changelist"
DOWNLOAD = "admin:statistics_monthlycount_download"
FORMULAS = ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1", "＋1", "－1", "＠SUM(A1)"]


class Tables(HTMLParser):
    """The tables of a page, as rows of texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[list[list[str]]] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.found.append([])
        elif tag == "tr":
            self.found[-1].append([])
        elif tag in {"td", "th"}:
            self.found[-1][-1].append("")
            self.inside = True

    def handle_endtag(self, tag):
        if tag in {"td", "th"}:
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.found[-1][-1][-1] += data


def tables(response) -> list[list[list[str]]]:
    return [
        [[cell.strip() for cell in row] for row in table] for table in Tables(response.content.decode()).found
    ]


def as_shown(value: object) -> str:
    """A cell of a file as the screen writes it."""
    if value is None:
        return ""
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]+,[0-9]", value):
        return value
    if isinstance(value, int) or (isinstance(value, str) and value.isdigit()):
        return f"{int(value):,}".replace(",", ".")
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def staff(*codenames: str):
    account = factories.user(is_staff=True)
    with factories.owner():
        account.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return account


@pytest.fixture
def november():
    with time_machine.travel(brussels("2026-11-23 10:15"), tick=False):
        yield


# -- the agency's pages


def test_the_monthly_page_shows_the_table_of_2015(table_2015, agency_administrator, sign_in, november):
    page = sign_in(agency_administrator).get(reverse(MONTHLY), {"year": "2015"})
    assert page.status_code == 200
    months, days, statement = tables(page)
    assert months[0][0] == "Instelling"
    assert months[-1] == ["Totaal", "1.144.930", "844.123", "1.120.972", "842.539", "247.182", "1.281.748", "175.656",
                          "873.096", "1.371.895", "1.601.295", "1.412.074", "–", "10.915.510"]  # fmt: skip
    assert days[-1] == ["11 volledige maanden", "10.915.510", "230", "47.459"]
    assert [row[1:] for row in statement[1:]] == [
        ["4.385.264", "63", "69.607"],
        ["4.385.264", "64", "68.520"],
        ["4.385.264", "65", "67.466"],
    ]
    text = page.content.decode()
    assert text.count('<table class="fig-table"') == 3
    assert "ten hoogste 62 werkdagen (70.730 per dag)" in text
    assert "kalender: Vlaamse overheid" in text


@pytest.mark.parametrize("table", ["maanden", "werkdagen", "antwoord-191"])
def test_each_file_holds_what_its_table_shows(table, table_2015, agency_administrator, sign_in, november):
    client = sign_in(agency_administrator)
    page = client.get(reverse(MONTHLY), {"year": "2015"})
    shown = tables(page)[["maanden", "werkdagen", "antwoord-191"].index(table)]
    addresses = re.findall(r'href="([^"]*bestand[^"]*)"', page.content.decode())
    files = {}
    for address in addresses:
        address = address.replace("&amp;", "&")
        if f"table={table}&" in address:
            response = client.get(address)
            assert response.status_code == 200
            assert response.headers["Content-Disposition"].startswith("attachment; filename=")
            files[re.search(r"format=(\w+)", address).group(1)] = response.content
    assert set(files) == {"csv", "xlsx", "ods"}
    rows = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=";"))
    assert [[as_shown(cell) for cell in row] for row in rows[: len(shown)]] == shown
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).active
    width = len(shown[0])
    excel = [[cell.value for cell in row[:width]] for row in sheet.iter_rows(min_row=3)]
    assert [[as_shown(cell) for cell in row] for row in excel[: len(shown)]] == shown
    page_of_ods = Document(io.BytesIO(files["ods"])).body.get_table(0)
    ods = [[as_shown(cell) for cell in row] for row in page_of_ods.get_values()[2 : 2 + len(shown)]]
    assert [row[:width] for row in ods] == shown
    # What stands with the table stands in the file too.
    definition = rows[len(shown) + 2][0]
    assert definition in page.content.decode()


def hostile() -> FigureTable:
    return FigureTable(
        [{"name": text, "a": 5, "b": text} for text in FORMULAS],
        extra_columns=[
            ("name", HeadingColumn(FORMULAS[1])),
            ("a", NumberColumn("a")),
            ("b", NumberColumn(FORMULAS[2])),
        ],
        title=FORMULAS[0],
        definition=FORMULAS[3],
        notes=[FORMULAS[0]],
        file_name="proef",
    )


def test_no_cell_of_a_csv_begins_like_a_formula():
    rows = list(csv.reader(io.StringIO(as_csv(hostile()).decode("utf-8-sig"), newline=""), delimiter=";"))
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert [row[0] for row in rows[1 : len(FORMULAS) + 1]] == [f"'{text}" for text in FORMULAS]


def test_no_cell_of_a_workbook_is_a_formula():
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(hostile()))).active
    types = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert types == {"s", "n"}
    assert [sheet.cell(line, 1).value for line in range(4, 8)] == FORMULAS[:4]
    assert b"<f>" not in as_xlsx(hostile())


def test_no_cell_of_a_spreadsheet_is_a_formula():
    page = Document(io.BytesIO(as_ods(hostile()))).body.get_table(0)
    assert all(cell.formula is None for row in page.get_cells() for cell in row)
    assert page.get_value((0, 3)) == FORMULAS[0]


def test_an_institution_named_like_a_formula_stays_a_name(agency_administrator, sign_in, november):
    look(factories.institution("=1+1"), "2026-02-03 10:00")
    client = sign_in(agency_administrator)
    asked = {"year": "2026", "table": "maanden"}
    text = client.get(reverse(DOWNLOAD), asked | {"format": "csv"}).content.decode("utf-8-sig")
    assert text.splitlines()[1].startswith("'=1+1;")
    assert "=1+1" in client.get(reverse(MONTHLY), asked).content.decode()


def test_the_page_keeps_what_was_asked(table_2015, ocmw, agency_administrator, sign_in, november):
    look(ocmw, "2026-02-03 10:00")
    asked = {"year": "2015", "figure": "reported_exchange", "chart": "line", "show": "every", "name": "v"}
    page = sign_in(agency_administrator).get(reverse(MONTHLY), asked).content.decode()
    for value in ("2015", "reported_exchange", "line", "every"):
        assert f'<option value="{value}" selected>' in page
    assert 'value="v"' in page
    assert "name=v&amp;" in page
    data = json.loads(re.search(r'<script id="chart-data"[^>]*>(.*?)</script>', page, re.S).group(1))
    assert data["style"] == "line"
    assert [series["name"] for series in data["series"]] == ["CVO/CBE", "AHOVOKS", "VMSW", "VDAB"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("year", "1999"), ("year", "x"), ("figure", "sum"), ("chart", "pie"), ("kind", "bank"), ("show", "none"),
     ("calendar", "lunar"), ("name", "x" * 121)],
)  # fmt: skip
def test_a_mistake_is_answered_at_the_field_and_the_table_stays(
    field, value, ocmw, agency_administrator, sign_in
):
    look(ocmw)
    page = sign_in(agency_administrator).get(reverse(MONTHLY), {field: value})
    assert page.status_code == 200
    text = page.content.decode()
    assert f'id="id_{field}_error"' in text
    assert tables(page)[0][1][0] == "OCMW Proefstad"


def test_a_year_without_data_is_refused_at_the_field(table_2015, agency_administrator, sign_in, november):
    page = sign_in(agency_administrator).get(reverse(MONTHLY), {"year": "2019"}).content.decode()
    assert "Van 2019 zijn er geen gegevens. Kies een jaar uit de lijst." in page
    assert '<option value="2019"' not in page


def test_the_years_beside_a_year_are_those_with_data(table_2015, ocmw, agency_administrator, sign_in):
    client = sign_in(agency_administrator)
    with time_machine.travel(brussels("2025-12-01 10:00"), tick=False):
        look(ocmw)
    with time_machine.travel(brussels("2026-11-25 10:00"), tick=False):
        for year, before, after in (("2015", None, 2025), ("2025", 2015, 2026), ("2026", 2025, None)):
            page = client.get(reverse(MONTHLY), {"year": year, "kind": "ocmw"})
            beside = [page.context[name] and page.context[name].year for name in ("before", "after")]
            assert beside == [before, after]
            for place in filter(None, (page.context["before"], page.context["after"])):
                assert "kind=ocmw" in place.query
                address = f"{reverse(MONTHLY)}?{place.query}"
                assert client.get(address).context["page"].choice.year == place.year


def test_institutions_without_data_are_rows(table_2015, ocmw, agency_administrator, sign_in, november):
    page = sign_in(agency_administrator).get(reverse(MONTHLY), {"year": "2015"})
    rows = tables(page)[0]
    assert rows[-2] == ["OCMW Proefstad", *["–"] * 13]
    assert "“–” is geen gegevens, 0 is nul." in page.content.decode()
    data = json.loads(
        re.search(r'<script id="chart-data"[^>]*>(.*?)</script>', page.content.decode(), re.S).group(1)
    )
    assert len(data["series"]) == 5


def test_a_figure_that_no_page_can_make_is_not_offered(ocmw, agency_administrator, case_worker, sign_in):
    look(ocmw)
    for page in (
        sign_in(agency_administrator).get(reverse(MONTHLY)),
        sign_in(case_worker).get(OWN),
    ):
        offered = re.findall(r'<option value="(\w+)"', page.content.decode())
        offered += re.findall(r"figure=(\w+)", page.content.decode())
        assert "consultation" in offered
        assert not {"exchange", "exchange_unanswered", "command", "empty"} & set(offered)


@pytest.mark.parametrize("mistake", [{"year": "2099"}, {"year": "abc"}, {"figure": "zz"}, {"kind": "nope"}])
def test_a_file_is_never_of_another_year_than_was_asked(mistake, ocmw, agency_administrator, sign_in):
    look(ocmw)
    client = sign_in(agency_administrator)
    asked = {"table": "maanden", "format": "csv"}
    assert client.get(reverse(DOWNLOAD), asked).status_code == 200
    assert client.get(reverse(DOWNLOAD), asked | mistake).status_code == 404
    # The page says what is wrong; what it offers to download is what it shows.
    page = client.get(reverse(MONTHLY), mistake)
    [offered] = re.findall(r'href="([^"]+format=csv[^"]*)"', page.content.decode())[:1]
    assert client.get(html.unescape(offered)).status_code == 200


def test_an_own_file_is_never_of_another_year_than_was_asked(case_worker, sign_in):
    client = sign_in(case_worker)
    asked = {"table": "maanden", "format": "csv"}
    assert client.get(OWN_DOWNLOAD, asked).status_code == 200
    assert client.get(OWN_DOWNLOAD, asked | {"year": "2099"}).status_code == 404


def test_with_no_institution_at_all_the_pages_stand(agency_administrator, sign_in):
    client = sign_in(agency_administrator)
    assert client.get(reverse(MONTHLY)).status_code == 200
    home = client.get(reverse("admin:index"))
    assert home.status_code == 200
    assert "Er is nog niets geteld: het logboek is leeg." in home.content.decode()


def test_the_table_is_there_without_script(ocmw, agency_administrator, sign_in):
    look(ocmw)
    page = sign_in(agency_administrator).get(reverse(MONTHLY)).content.decode()
    assert "De grafiek wordt met JavaScript getekend." in page
    assert page.index("data-plot hidden") < page.index("<table")


def test_the_page_asks_the_database_as_often_for_many_institutions_as_for_one(
    ocmw, agency_administrator, sign_in
):
    client = sign_in(agency_administrator)
    look(ocmw)
    client.get(reverse(MONTHLY))
    with CountQueries() as few:
        client.get(reverse(MONTHLY))
    for _ in range(40):
        look(factories.institution())
    with CountQueries() as many:
        client.get(reverse(MONTHLY))
    assert many.number == few.number <= 30


class CountQueries:
    """How many statements ran inside."""

    number = 0

    def __enter__(self):
        self.wrapper = connection.execute_wrapper(self._count)
        self.wrapper.__enter__()
        return self

    def __exit__(self, *arguments):
        self.wrapper.__exit__(*arguments)

    def _count(self, execute, *arguments):
        self.number += 1
        return execute(*arguments)


# -- permissions


@pytest.mark.parametrize("route", [MONTHLY, DOWNLOAD])
def test_staff_without_the_permission_are_refused_the_monthly_page(route, sign_in):
    client = sign_in(staff("view_home", "view_importedcount", "change_closingday"))
    assert client.get(reverse(route), {"table": "maanden", "format": "csv"}).status_code == 403


def test_staff_with_the_permission_see_it(ocmw, sign_in):
    look(ocmw)
    client = sign_in(staff("view_monthly"))
    assert client.get(reverse(MONTHLY)).status_code == 200
    assert client.get(reverse(DOWNLOAD), {"table": "maanden", "format": "ods"}).status_code == 200


def test_the_first_page_shows_thirteen_months_to_whoever_may_see_them(ocmw, sign_in, november):
    look(ocmw, "2025-11-05 10:00", times=5)
    look(ocmw, "2025-10-05 10:00", times=777)
    look(ocmw, "2026-10-05 10:00", times=1234)
    look(ocmw, "2026-11-05 10:00", times=17)
    look(ocmw, "2026-11-05 10:00", channel="machine", times=99)
    home = reverse("admin:index")
    page = sign_in(staff("view_home")).get(home)
    text = page.content.decode()
    months = tables(page)[0][1:]
    assert [months[0], months[1], *months[-2:]] == [
        ["november 2025", "5"],
        ["december 2025", "0"],
        ["oktober 2026", "1.234"],
        ["november 2026 (lopend)", "17"],
    ]
    assert len(months) == 13
    data = json.loads(re.search(r'<script id="chart-data"[^>]*>(.*?)</script>', text, re.S).group(1))
    assert data["months"] == [
        *("Nov 25", "Dec", "Jan 26", "Feb", "Mrt", "Apr", "Mei", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov")
    ]
    assert data["running"] == 12
    [bars] = data["series"]
    assert bars["values"] == [5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1234, 17]
    assert "Hoogste maand oktober 2026 (1.234), laagste maand december 2025 (0)." in data["description"]
    assert "777" not in text
    assert reverse(DOWNLOAD) not in text
    with_downloads = sign_in(staff("view_home", "view_monthly")).get(home).content.decode()
    assert reverse(DOWNLOAD) in with_downloads
    assert reverse(MONTHLY) in with_downloads
    without = sign_in(staff("view_closingday")).get(home)
    assert without.status_code == 200
    assert "1.234" not in without.content.decode()
    assert "data-chart" not in without.content.decode()


def test_the_files_of_the_first_page_have_its_table(ocmw, sign_in, november):
    look(ocmw, "2026-03-05 10:00", times=1234)
    client = sign_in(staff("view_home", "view_monthly"))
    page = client.get(reverse("admin:index"))
    [shown] = [table for table in tables(page) if table[0][0] == "Maand"]
    addresses = [
        html.unescape(each) for each in re.findall(r'href="([^"]*bestand[^"]*)"', page.content.decode())
    ]
    assert len(addresses) == 3
    files = {
        re.search(r"format=(\w+)", address).group(1): client.get(address).content for address in addresses
    }
    rows = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=";"))
    assert [[as_shown(cell) for cell in row] for row in rows[: len(shown)]] == shown
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).active
    excel = [[cell.value for cell in row[:2]] for row in sheet.iter_rows(min_row=3)]
    assert [[as_shown(cell) for cell in row] for row in excel[: len(shown)]] == shown
    ods = Document(io.BytesIO(files["ods"])).body.get_table(0).get_values()[2 : 2 + len(shown)]
    assert [[as_shown(cell) for cell in row[:2]] for row in ods] == shown
    asked = {"table": "laatste-maanden", "format": "exe"}
    assert client.get(reverse(DOWNLOAD), asked).status_code == 404
    reader = sign_in(staff("view_home"))
    assert reader.get(reverse(DOWNLOAD), asked | {"format": "csv"}).status_code == 403


def test_the_agencys_readers_get_these_permissions_and_no_others(agency_administrator):
    from django.contrib.auth.models import Group

    from partners.groups import READERS

    with factories.owner():
        codenames = set(Group.objects.get(name=READERS).permissions.values_list("codename", flat=True))
    assert codenames == {
        *("view_monthly", "view_home", "view_importedcount", "view_closingday", "view_countfile"),
        *(
            "view_adoption",
            "view_expectation",
            "view_expectationfile",
            "view_deviationnote",
            "view_carefulreport",
            "view_answer",
            "view_publishingswitch",
        ),
    }


def test_imported_counts_are_read_in_the_admin_and_never_changed(table_2015, agency_administrator, sign_in):
    client = sign_in(agency_administrator)
    page = client.get(reverse("admin:statistics_importedcount_changelist"))
    assert page.status_code == 200
    assert "Schriftelijke vraag nr. 191" in page.content.decode()
    gent = table_2015["OCMW Gent"]
    with factories.owner():
        count = gent.imported_counts.first()
    assert client.get(reverse("admin:statistics_importedcount_add")).status_code == 403
    change = reverse("admin:statistics_importedcount_change", args=[count.pk])
    assert client.post(change, {"number": "1"}).status_code == 403
    assert client.post(reverse("admin:statistics_importedcount_delete", args=[count.pk])).status_code == 403


# -- an institution's own page


@pytest.mark.parametrize("role", ["case_worker", "local_administrator", "privacy_officer"])
def test_every_member_sees_the_own_institution_and_no_other(role, request, other_ocmw, sign_in, november):
    member = request.getfixturevalue(role)
    look(member.institution, "2026-02-03 10:00", times=4)
    look(other_ocmw, "2026-02-03 10:00", times=777)
    client = sign_in(member)
    page = client.get(OWN, {"name": "Elders", "show": "every", "institution": other_ocmw.pk})
    assert [row[0] for row in tables(page)[0][1:]] == ["OCMW Proefstad"]
    assert tables(page)[0][1][2] == "4"
    text = page.content.decode()
    assert "OCMW Elders" not in text
    assert ">777<" not in text
    for extension in ("csv", "xlsx", "ods"):
        file = client.get(
            OWN_DOWNLOAD,
            {"table": "maanden", "format": extension, "institution": other_ocmw.pk},
        )
        assert file.status_code == 200
        assert b"Elders" not in file.content
    assert (
        "OCMW Proefstad;–;4;".encode()
        in client.get(OWN_DOWNLOAD, {"table": "maanden", "format": "csv"}).content
    )


def test_a_successor_can_see_its_figures_with_its_predecessors(ocmw, other_ocmw, sign_in, november):
    house = factories.institution("OCMW Groot")
    for place, times in ((ocmw, 4), (other_ocmw, 20), (house, 300)):
        look(place, "2026-02-03 10:00", times=times)
    client = sign_in(factories.member(house))
    address = reverse("statistics:own", args=[house.slug])
    followed = {"predecessors": "followed"}

    def line(**query: str) -> tuple[str, str, bool]:
        page = client.get(address, query)
        row = tables(page)[0][1]
        return row[0], row[2], 'name="predecessors"' in page.content.decode()

    assert line(**followed) == ("OCMW Groot", "300", False)
    with factories.owner():
        end_institution(ocmw, house, datetime.date(2026, 11, 1))
    assert line() == ("OCMW Groot", "300", True)
    assert line(predecessors="x") == ("OCMW Groot", "300", True)
    assert line(**followed) == ("OCMW Groot", "304", True)
    page = client.get(address, followed)
    assert "OCMW Groot met voorgangers" in page.content.decode()
    assert "Geteld bij hun opvolger: OCMW Proefstad." in page.content.decode()
    files = [href for _label, href in page.context["downloads"]]
    assert all("predecessors=followed" in href for href in files)
    assert "OCMW Groot;–;304;".encode() in client.get(files[0]).content
    # The predecessor's page is gone with it, and no other institution reads its counts.
    stranger = sign_in(factories.member(other_ocmw)).get("/ocmw-elders/cijfers/", followed)
    assert tables(stranger)[0][1][:3:2] == ["OCMW Elders", "20"]


def test_numbers_imported_of_a_predecessor_are_its_successors(table_2015, sign_in, november):
    house = factories.institution("VDAB Nieuw", "vdab")
    with factories.owner():
        end_institution(table_2015["VDAB"], house, datetime.date(2026, 11, 1))
    client = sign_in(factories.member(house))
    query = {"year": "2015", "figure": "reported_exchange"}
    alone = client.get("/vdab-nieuw/cijfers/", query)
    assert (alone.context["page"].year.is_empty, alone.context["page"].year.sources) == (True, ())
    together = client.get("/vdab-nieuw/cijfers/", query | {"predecessors": "followed"})
    assert tables(together)[0][1][-1] == "342.778"
    assert len(together.context["page"].year.sources) == 1


def test_an_institution_sees_what_was_imported_of_it(table_2015, sign_in, november):
    member = factories.member(table_2015["VDAB"])
    page = sign_in(member).get("/vdab/cijfers/", {"year": "2015"})
    assert [row[0] for row in tables(page)[0][1:]] == ["VDAB"]
    assert tables(page)[0][1][-1] == "342.778"
    assert "70.000" not in page.content.decode()


def test_figures_are_those_of_the_institution_in_the_address(sign_in, ocmw, other_ocmw):
    both = factories.member(ocmw)
    factories.member(other_ocmw, "privacy_officer", user_=both.user)
    client = sign_in(both)
    for address, name in [(OWN, "OCMW Proefstad"), ("/ocmw-elders/cijfers/", "OCMW Elders")]:
        assert [row[0] for row in tables(client.get(address))[0][1:]] == [name]


@pytest.mark.parametrize(
    "asked", [{}, {"table": "maanden"}, {"format": "csv"}, {"table": "maanden", "format": "exe"},
              {"table": "alles", "format": "csv"}, {"table": "antwoord-191", "format": "csv"},
              {"table": "werkdagen", "format": "csv", "year": "2026"}],
)  # fmt: skip
def test_a_file_that_does_not_exist_is_not_found(asked, case_worker, sign_in):
    assert sign_in(case_worker).get(OWN_DOWNLOAD, asked).status_code == 404


def test_after_a_restore_no_wrong_figure_is_shown(ocmw, case_worker, agency_administrator, sign_in):
    look(ocmw, times=3)
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE statistics_watermark SET server = 'another'")
    client = sign_in(case_worker)
    for address in (OWN, OWN_DOWNLOAD):
        page = client.get(address)
        assert page.status_code == 503
        assert "manage.py roll_up --rebuild" in page.content.decode()
    client = sign_in(agency_administrator)
    for address in (reverse(MONTHLY), reverse(DOWNLOAD)):
        monthly = client.get(address)
        assert (monthly.status_code, "manage.py roll_up --rebuild" in monthly.content.decode()) == (503, True)
    home = client.get(reverse("admin:index"))
    assert (home.status_code, "manage.py roll_up --rebuild" in home.content.decode()) == (200, True)
    with pytest.raises(CommandError, match="roll_up --rebuild"):
        call_command("monthly_table")


# -- the command


def test_the_command_prints_the_same_figures(table_2015, agency_administrator, sign_in, november, capsys):
    call_command("monthly_table", year=2015, format="csv")
    printed = list(csv.reader(io.StringIO(capsys.readouterr().out), delimiter=";"))
    page = sign_in(agency_administrator).get(reverse(MONTHLY), {"year": "2015", "show": "every"})
    shown = tables(page)[0]
    assert [[as_shown(cell) for cell in row] for row in printed[: len(shown)]] == shown
    call_command("monthly_table", year=2015)
    text = capsys.readouterr().out
    assert re.search(r"^Totaal +1144930 .* 10915510$", text, re.M)
    assert re.search(r"^OCMW Gent +0 +0 +10911 ", text, re.M)


def test_the_command_says_when_there_is_nothing(ocmw, capsys, november):
    call_command("monthly_table", year=2019)
    assert capsys.readouterr().out == "Raadplegingen per maand in 2019 · alle instellingen: geen gegevens.\n"
    look(ocmw, "2026-02-03 10:00", kind="search", times=6)
    call_command("monthly_table", year=2026, figure="search", format="csv")
    assert capsys.readouterr().out.splitlines()[1].startswith("OCMW Proefstad;–;6;0;")
    with pytest.raises(CommandError, match="1900 to 2026"):
        call_command("monthly_table", year=2027)


def test_nothing_on_these_pages_leads_to_a_person(case_worker, agency_administrator, sign_in):
    made = factories.person("Abdulahi", "Hodan")
    factories.inscribe(case_worker.institution, made)
    look(case_worker.institution)
    client = sign_in(agency_administrator)
    for address in (reverse("admin:index"), reverse(MONTHLY)):
        text = client.get(address).content.decode()
        assert "Abdulahi" not in text
        assert made.insz not in text
        assert "dossier/" not in text
    assert Institution.objects.count() == 1


# -- a year that has other figures than the chosen one


def test_choosing_a_year_in_the_form_shows_the_figures_it_has(
    table_2015, agency_administrator, sign_in, november
):
    """The form sends the figure of the page it is on along with another year."""
    look(table_2015["OCMW Gent"], "2026-02-03 10:00")
    client = sign_in(agency_administrator)
    page = client.get(reverse(MONTHLY))
    assert page.context["page"].choice.figure.code == "consultation"
    sent = {"year": "2015", "figure": page.context["form"]["figure"].value()}
    page = client.get(reverse(MONTHLY), sent)
    assert tables(page)[0][-1][-1] == "10.915.510"
    text = page.content.decode()
    assert "Voor 2015 zijn er geen raadplegingen. Dit zijn de uitwisselingen die de bron opgaf." in text
    assert '<option value="reported_exchange" selected>' in text
    figures = re.findall(r'href="[^"]*bestand[^"]*figure=(\w+)', text)
    assert set(figures) == {"reported_exchange"}
    # And back: from the page of 2015 the form sends its figure along with 2026.
    page = client.get(reverse(MONTHLY), {"year": "2026", "figure": "reported_exchange"})
    assert page.context["page"].choice.figure.code == "consultation"
    assert page.context["page"].year.all.total == 1


def test_a_year_that_has_other_figures_says_so_without_a_choice_too(
    table_2015, agency_administrator, sign_in, november
):
    look(table_2015["OCMW Gent"], "2026-02-03 10:00")
    client = sign_in(agency_administrator)
    words = "Voor 2015 zijn er geen raadplegingen. Dit zijn de uitwisselingen die de bron opgaf."
    assert words in client.get(reverse(MONTHLY), {"year": "2015"}).content.decode()
    asked = {"year": "2015", "figure": "reported_exchange"}
    assert words not in client.get(reverse(MONTHLY), asked).content.decode()


def test_before_the_log_begins_the_newest_year_with_numbers_is_shown(
    table_2015, agency_administrator, sign_in, november
):
    page = sign_in(agency_administrator).get(reverse(MONTHLY))
    assert page.context["page"].choice.year == 2015
    assert (page.context["before"], page.context["after"]) == (None, None)
    assert '<option value="2026"' not in page.content.decode()


def test_a_partner_chooses_among_three_figures_and_finds_the_others_behind_more(
    table_2015, sign_in, november
):
    look(table_2015["VDAB"], "2026-02-03 10:00", kind="search", times=3)
    client = sign_in(factories.member(table_2015["VDAB"]))
    page = client.get("/vdab/cijfers/", {"year": "2026", "chart": "line"})
    assert [link.name for link in page.context["figures"]] == [
        "Raadplegingen",
        "Zoekopdrachten",
        "Uitgevoerde lijsten",
    ]
    more = {link.name for link in page.context["more_figures"]}
    assert {"Lijstbladen", "Overige handelingen", "Uitwisselingen die de bron opgaf"} <= more
    assert not {"Uitwisselingen", "Leesbeurten door beheeropdrachten"} & more
    text = page.content.decode()
    assert '<select name="figure"' not in text
    assert [link.name for link in page.context["figures"] if link.is_current] == ["Raadplegingen"]
    search = client.get(f"/vdab/cijfers/?{page.context['figures'][1].query}")
    choice = search.context["page"].choice
    assert (choice.figure.code, choice.year, choice.chart) == ("search", 2026, "line")
    assert tables(search)[0][1][2] == "3"
    wrong = client.get("/vdab/cijfers/", {"figure": "sum"}).content.decode()
    assert 'id="id_figure_error"' in wrong


def test_imported_exchanges_are_not_offered_where_none_were_imported(
    table_2015, ocmw, case_worker, sign_in, november
):
    page = sign_in(case_worker).get(OWN)
    assert "Uitwisselingen die de bron opgaf" not in page.content.decode()
    asked = {"figure": "reported_exchange"}
    assert 'id="id_figure_error"' in sign_in(case_worker).get(OWN, asked).content.decode()


def test_an_institution_is_shown_its_own_numbers_of_a_year_before_the_log(table_2015, sign_in, november):
    gent, vdab = (factories.member(table_2015[name]) for name in ("OCMW Gent", "VDAB"))
    for membership, total in ((gent, "82.968"), (vdab, None)):
        page = sign_in(membership).get(
            f"/{membership.institution.slug}/cijfers/", {"year": "2015", "figure": "consultation"}
        )
        assert page.context["page"].choice.figure.code == "reported_exchange"
        assert total is None or total in page.content.decode()


def test_a_file_never_has_another_figure_than_its_address(
    table_2015, agency_administrator, sign_in, november
):
    client = sign_in(agency_administrator)
    query = {"year": "2015", "table": "maanden", "format": "csv"}
    assert client.get(reverse(DOWNLOAD), query | {"figure": "reported_exchange"}).status_code == 200
    assert client.get(reverse(DOWNLOAD), query | {"figure": "consultation"}).status_code == 404
