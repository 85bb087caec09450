"""The tables of the figures: their columns, cells and order, on the page and in a file."""

import csv
import html
import io
import re
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from statistics.exports import grid
from statistics.figures import CONSULTATION
from statistics.filters import Choice
from statistics.pages import year_page
from statistics.services.years import EVERY, Line, Year, _together
from statistics.tables import PerDayTable, year_table
from tests import factories

from .counting import brussels, look

NONE = (None,) * 12
MONTHLY = "admin:statistics_monthlycount_changelist"


def line(name: str, *months: int | None, rest: bool = False) -> Line:
    """A line of 2026 with these months at its beginning, and no data of the others."""
    return Line(name, (*months, *NONE)[:12], (7, *NONE)[:12], rest)


def year(*lines: Line) -> Year:
    """A year of these lines; February is the running month."""
    everything = _together("Totaal", lines)
    return Year(CONSULTATION, 2026, lines, lines, everything, 1, (), None)


LINES = [
    line("OCMW Zele", 5, 5),
    line("École", 9, 0),
    line("ocmw aalst", 2, 5),
    line("Eeklo", None, None),
    line("overige (12 instellingen)", 3, 100, rest=True),
]


def names(table) -> list[str]:
    return [row.heading for row in table.body]


def test_the_cells_are_those_of_django_tables2():
    table = year_table(year(*LINES), "proef")
    prepared = [*table.body, *table.foot]
    stock = [[str(cell) for cell in row] for row in table.rows]
    assert [[row.heading, *(cell.text for cell in row.cells)] for row in prepared] == stock
    values = [[str(value) for value in row] for row in table.as_values()]
    written = [["None" if value == "–" else str(value) for value in row] for row in grid(table)]
    assert written == values


def test_a_year_has_a_column_for_each_month_and_total():
    table = year_table(year(*LINES), "proef")
    assert [column.name for column in table.columns] == [
        "name",
        *(f"m{month:02d}" for month in range(1, 13)),
        "total",
        "previous",
    ]
    assert [column.header for column in table.columns][:4] == ["Instelling", "Jan", "Feb (lopend)", "Mrt"]
    zele = table.body[0]
    assert [(cell.value, cell.text, cell.look, cell.label) for cell in zele.cells[:3]] == [
        (5, "5", "num", "Jan"),
        (5, "5", "num marked", "Feb (lopend)"),
        ("–", "–", "none", "Mrt"),
    ]


@pytest.mark.parametrize(
    ("order_by", "first_to_last"),
    [
        ("", "Zele École aalst Eeklo"),
        ("-total", "Zele École aalst Eeklo"),
        ("total", "aalst École Zele Eeklo"),
        ("name", "École Eeklo aalst Zele"),
        ("-name", "Zele aalst Eeklo École"),
        ("m01", "aalst Zele École Eeklo"),
        ("-m01", "École Zele aalst Eeklo"),
        # Equal numbers keep the order of the lines; zero is less than any number, no data comes last.
        ("-m02", "Zele aalst École Eeklo"),
        ("m02", "École Zele aalst Eeklo"),
        ("m12", "Zele École aalst Eeklo"),
        ("m13", "Zele École aalst Eeklo"),
        ("--name", "Zele École aalst Eeklo"),
        ("sort_key", "Zele École aalst Eeklo"),
        ("name,m01", "Zele École aalst Eeklo"),
    ],
)
def test_institutions_can_be_sorted_by_every_column(order_by, first_to_last):
    table = year_table(year(*LINES), "proef", order_by)
    *institutions, rest = names(table)
    assert [name.split()[-1] for name in institutions] == first_to_last.split()
    assert rest == "overige (12 instellingen)"
    assert [row.heading for row in table.foot] == ["Totaal", "Ter vergelijking: 2025"]
    assert [row[0] for row in grid(table)[1:]] == [*names(table), "Totaal", "Ter vergelijking: 2025"]


def test_a_name_without_letters_can_be_sorted_too():
    table = year_table(year(line("B", 1), line("---", 2), line("A", 3)), "proef", "name")
    assert names(table) == ["---", "A", "B"]


def sorted_column(table) -> dict[str, str]:
    return {
        column.name: column.attrs["th"]["aria-sort"]
        for column in table.columns
        if column.attrs["th"].get("aria-sort")
    }


def test_the_head_says_by_which_column_the_table_is_sorted():
    several = year(*LINES)
    assert sorted_column(year_table(several, "proef")) == {"total": "descending"}
    assert sorted_column(year_table(several, "proef", "name")) == {"name": "ascending"}
    assert sorted_column(year_table(several, "proef", "-m02")) == {"m02": "descending"}
    alone = year_table(year(LINES[0]), "proef", "name")
    assert sorted_column(alone) == {}
    assert not any(column.orderable for column in alone.columns)


def test_a_month_without_a_working_day_has_a_text_instead_of_a_number():
    records = [
        {"name": "januari", "number": 5, "days": 0, "per_day": None},
        {"name": "februari", "number": 5, "days": 20, "per_day": Decimal("0.3")},
    ]
    table = PerDayTable(records, title="", definition="", notes=(), file_name="")
    assert [[cell.text for cell in row.cells] for row in table.body] == [
        ["5", "0", "geen werkdagen"],
        ["5", "20", "0,3"],
    ]
    assert table.is_narrow


@pytest.fixture
def three(db):
    """Three institutions that looked 3, 20 and 100 times in February 2026, 9, 8 and 7 times in March."""
    with time_machine.travel(brussels("2026-11-23 10:15"), tick=False):
        for name, february, march in [("Beveren", 3, 9), ("Aalst", 20, 8), ("Gent", 100, 7)]:
            institution = factories.institution(name)
            look(institution, "2026-02-03 10:00", times=february)
            look(institution, "2026-03-03 10:00", times=march)
        yield


@pytest.mark.django_db
def test_the_order_leaves_chart_and_sums_as_they_are(three, agency):
    with agency():
        usual, by_name = (
            year_page(Choice(2026, CONSULTATION, show=EVERY, order_by=order_by)) for order_by in ("", "name")
        )
    assert names(usual.table) == ["Gent", "Aalst", "Beveren"]
    assert names(by_name.table) == ["Aalst", "Beveren", "Gent"]
    assert by_name.chart == usual.chart
    assert by_name.table.foot == usual.table.foot


@pytest.mark.django_db
@pytest.mark.parametrize("order_by", ["name", "-name", "m03", "-m03", "total"])
def test_a_sorted_page_and_its_files_have_the_same_order(order_by, three, agency_administrator, sign_in):
    client = sign_in(agency_administrator)
    address = {"year": "2026", "kind": "ocmw", "name": "e", "order_by": order_by}
    page = client.get(reverse(MONTHLY), address)
    text = page.content.decode()
    shown = re.findall(r"<tbody.*?</tbody>", text, re.S)[0]
    shown = re.findall(r"<bdi>(.*?)</bdi>", shown)
    assert sorted(shown) == ["Beveren", "Gent"]
    offered = [html.unescape(href) for href in re.findall(r'href="([^"]*table=maanden[^"]*)"', text)]
    assert len(offered) == 3
    [link] = [href for href in offered if href.endswith("csv")]
    rows = list(csv.reader(io.StringIO(client.get(link).content.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:3]] == shown
    assert f'<input type="hidden" name="order_by" value="{order_by}"' in text
    direction = "descending" if order_by.startswith("-") else "ascending"
    assert text.count("aria-sort") == text.count(f'aria-sort="{direction}"') == 1


@pytest.mark.django_db
def test_the_heads_are_links_that_keep_the_rest_of_the_address(three, agency_administrator, sign_in):
    client = sign_in(agency_administrator)
    text = client.get(reverse(MONTHLY) + "?year=2026&name=e&order_by=name").content.decode()
    links = [html.unescape(href) for href in re.findall(r'href="(\?[^"]+)"', text)]
    assert links[0] == "?year=2026&name=e&order_by=-name"
    assert links[1:13] == [f"?year=2026&name=e&order_by=-m{month:02d}" for month in range(1, 13)]
    assert links[13:] == ["?year=2026&name=e&order_by=-total"]
    sorted_by_total = client.get(reverse(MONTHLY)).content.decode()
    assert 'href="?order_by=total"' in sorted_by_total
    assert 'name="order_by"' not in sorted_by_total


@pytest.mark.django_db
def test_one_row_needs_no_order(ocmw, case_worker, agency_administrator, sign_in):
    look(ocmw)
    own = sign_in(case_worker).get("/ocmw-proefstad/cijfers/", {"order_by": "name"}).content.decode()
    client = sign_in(agency_administrator)
    together = client.get(reverse(MONTHLY), {"show": "together"}).content.decode()
    for text in (own, together, client.get(reverse("admin:index")).content.decode()):
        assert "aria-sort" not in text
        assert 'href="?' not in text


@pytest.mark.django_db
def test_a_year_without_institutions_has_a_foot_and_no_links(agency_administrator, sign_in):
    text = sign_in(agency_administrator).get(reverse(MONTHLY)).content.decode()
    assert re.findall(r"<tbody[^>]*>\s*</tbody>", text)
    assert "<tfoot" in text
    assert "aria-sort" not in text
