"""A year of a figure: zero and no data, the running month, the year before, ten and the others."""

import datetime

import pytest
import time_machine
from django.http import QueryDict

from partners.models import Institution
from partners.succession import end_institution
from statistics.charts import LINE, STACKED, chart, description
from statistics.figures import CONSULTATION, EXCHANGE, FIGURES, REPORTED_EXCHANGE
from statistics.filters import AgencyFilterSet, Choice, OwnFilterSet
from statistics.pages import year_page
from statistics.services.counting import first_month
from statistics.services.home import recent_months
from statistics.services.years import EVERY, TOGETHER, figure_of_year, year_of, years_with_figures
from statistics.tables import year_table
from tests import factories

from .counting import brussels, look

pytestmark = pytest.mark.django_db

NONE = "–"


@pytest.fixture
def november():
    """It is 23 November 2026, a quarter past ten in Brussels."""
    with time_machine.travel(brussels("2026-11-23 10:15"), tick=False):
        yield


def texts(row) -> list[str]:
    return [cell.text for cell in row.cells]


def heads(table) -> list[str]:
    """The heads of the columns, without that of the first."""
    return [column.header for column in table.columns][1:]


def test_the_year_2015_shows_the_table_of_the_original(table_2015, agency, november):
    with agency():
        assert figure_of_year(2015, first_month()) is REPORTED_EXCHANGE
        page = year_page(Choice(2015, figure_of_year(2015, first_month())))
    rows = {row.heading: texts(row) for row in (*page.table.body, *page.table.foot)}
    assert list(rows) == ["CVO/CBE", "AHOVOKS", "VMSW", "VDAB", "OCMW Gent", "Totaal"]
    assert rows["OCMW Gent"] == ["0", "0", "10.911", "14.643", "6.677", "11.987", "6.040", "6.006", "9.757", "9.458",
                                 "7.489", NONE, "82.968"]  # fmt: skip
    assert rows["CVO/CBE"][4:7] == ["0", "590.409", "0"]
    assert rows["Totaal"] == ["1.144.930", "844.123", "1.120.972", "842.539", "247.182", "1.281.748", "175.656",
                              "873.096", "1.371.895", "1.601.295", "1.412.074", NONE, "10.915.510"]  # fmt: skip
    assert heads(page.table)[-1] == "totaal 2015"
    assert any("Schriftelijke vraag nr. 191" in note for note in page.table.notes)
    assert "Voor 2014 zijn er geen gegevens om mee te vergelijken." in page.table.notes
    assert page.per_day.foot[0].cells[1].value == 230
    assert page.quoted.body[0].heading == "Vlaamse overheid"


def test_a_year_can_have_imported_and_counted_figures_side_by_side(institutions_2015, agency, november):
    gent = institutions_2015["OCMW Gent"]
    look(gent, "2026-02-03 10:00", times=4)
    with factories.owner():
        gent.imported_counts.create(month="2026-02-01", measure="exchange", number=900, source="proef")
    with agency():
        assert figure_of_year(2026, first_month()) is CONSULTATION
        assert year_of(CONSULTATION, 2026).all.total == 4
        assert year_of(REPORTED_EXCHANGE, 2026).all.total == 900
        assert year_of(EXCHANGE, 2026).all.total == 0


def test_a_figure_without_data_in_a_year_gives_way_to_one_with_data(table_2015, ocmw, agency, november):
    look(ocmw, "2026-03-02 10:00")
    with agency():
        begins = first_month()
        for year, chosen, shown in [
            (2015, CONSULTATION, REPORTED_EXCHANGE),
            (2015, FIGURES["list"], REPORTED_EXCHANGE),
            (2015, REPORTED_EXCHANGE, REPORTED_EXCHANGE),
            (2026, REPORTED_EXCHANGE, CONSULTATION),
            (2026, EXCHANGE, EXCHANGE),  # none, which the log does know
            (2020, CONSULTATION, CONSULTATION),  # no data of any
            (2020, FIGURES["list"], FIGURES["list"]),
        ]:
            assert figure_of_year(year, begins, chosen) is shown, (year, chosen.code)


def test_zero_and_no_data_differ(ocmw, other_ocmw, agency, november):
    look(ocmw, "2026-03-02 10:00", kind="list")
    look(ocmw, "2026-05-02 10:00", times=2)
    with agency():
        year = year_of(CONSULTATION, 2026)
        table = year_table(year, "proef")
    # The log begins in March; April is zero for everybody; December is still to come.
    assert year.lines[0].months == (None, None, 0, 0, 2, 0, 0, 0, 0, 0, 0, None)
    assert year.lines[1].months == (None, None, 0, 0, 0, 0, 0, 0, 0, 0, 0, None)
    assert texts(table.body[0])[:5] == [NONE, NONE, "0", "0", "2"]
    assert year.running == 10
    assert heads(table)[10] == "Nov (lopend)"
    assert [cell.look for cell in table.body[0].cells].index("num marked") == 10
    assert "Het logboek begint in maart 2026: daarvoor zijn er geen gegevens." in table.notes
    assert "November loopt nog: dat aantal is niet volledig." in table.notes
    # Neither the month in which the log began nor the running one is complete.
    assert year.complete == [3, 4, 5, 6, 7, 8, 9]


def test_a_year_without_data_says_so(ocmw, agency, november):
    look(ocmw, "2026-03-02 10:00")
    with agency():
        year = year_of(CONSULTATION, 2019)
        page = year_page(Choice(2019, CONSULTATION))
    assert year.is_empty
    assert [texts(row) for row in page.table.body] == [[NONE] * 13]
    assert page.chart["series"] == []
    assert page.per_day is None
    assert "Voor 2019 zijn er geen gegevens (alle instellingen)." in page.table.notes


def test_without_any_institution_a_year_is_empty_and_nothing_breaks(agency, november):
    with agency():
        page = year_page(Choice(2026, CONSULTATION))
        assert years_with_figures(None) == [2026]
        assert recent_months(CONSULTATION).is_empty
    assert page.year.is_empty
    assert page.chart["series"] == []


def test_the_year_before_stands_beside_it(ocmw, other_ocmw, agency, november):
    look(ocmw, "2025-11-30 23:59", times=3)
    look(other_ocmw, "2025-12-01 00:01", times=5)
    look(ocmw, "2026-01-01 00:00", times=7)
    with agency():
        year = year_of(CONSULTATION, 2026)
        table = year_table(year, "proef")
    assert [(line.name, line.total, line.previous_total) for line in year.lines] == [
        ("OCMW Proefstad", 7, 3),
        ("OCMW Elders", 0, 5),
    ]
    assert heads(table)[-2:] == ["totaal 2026 tot nu", "totaal 2025"]
    assert [cell.label for cell in table.body[0].cells][9:] == [
        "Okt",
        "Nov (lopend)",
        "Dec",
        *heads(table)[-2:],
    ]
    assert [cell.label for cell in table.foot[1].cells][9:] == ["Okt", "Nov", "Dec", *heads(table)[-2:]]
    assert not any("marked" in cell.look for cell in table.foot[1].cells)
    assert table.foot[1].heading == "Ter vergelijking: 2025"
    assert texts(table.foot[1]) == [NONE] * 10 + ["3", "5", "", "8"]


@pytest.fixture
def crowd(db):
    """Three hundred institutions of three kinds; number n looked n times in February 2026."""
    with factories.owner():
        from django.contrib.auth.models import Group

        groups = Group.objects.bulk_create(Group(name=f"g{number}") for number in range(300))
        kinds = ["ocmw", "cvo", "shm"]
        institutions = Institution.objects.bulk_create(
            Institution(name=f"Partner {number:03d}", slug=f"p{number}", kind=kinds[number % 3], group=group)
            for number, group in enumerate(groups)
        )
    for number, institution in enumerate(institutions[:40]):
        look(institution, "2026-02-03 10:00", times=number)
    look(institutions[0], "2026-01-05 10:00", kind="list")
    return institutions


def test_of_three_hundred_institutions_ten_stand_out_and_the_others_together(
    crowd, agency, november, django_assert_max_num_queries
):
    with agency():
        with django_assert_max_num_queries(12):
            page = year_page(Choice(2026, CONSULTATION))
        every = year_of(CONSULTATION, 2026, show=EVERY)
        together = year_of(CONSULTATION, 2026, show=TOGETHER)
    total = sum(range(40))
    assert [row.heading for row in page.table.body] == [
        *(f"Partner {number:03d}" for number in range(39, 29, -1)),
        "overige (290 instellingen)",
    ]
    assert [line.total for line in page.year.lines] == [*range(39, 29, -1), sum(range(30))]
    assert page.year.all.total == every.all.total == together.all.total == total
    assert len(every.lines) == 300
    assert len(every.chart) == 11
    assert [(line.name, line.total) for line in together.lines] == [("Alle instellingen samen", total)]


def narrowed(query: str):
    """The agency's page at an address with this query string."""
    filterset = AgencyFilterSet(QueryDict(query))
    return year_page(filterset.form.choice(), filterset.scope)


def test_a_kind_or_part_of_a_name_leaves_out_the_others(crowd, agency, november):
    with agency():
        kind = narrowed("kind=cvo&show=every")
        name = narrowed("name=partner 03&show=every")
        none = narrowed("name=niemand")
    assert kind.year.all.total == sum(range(1, 40, 3))
    assert len(kind.table.body) == 100
    assert kind.table.title.endswith("· CVO")
    assert [row.heading for row in name.table.body] == [f"Partner 03{digit}" for digit in range(9, -1, -1)]
    assert name.table.title.endswith("· alle instellingen met “partner 03” in de naam")
    assert none.table.body == []
    assert none.year.is_empty


def test_eleven_institutions_all_keep_their_line(agency, november):
    for number in range(11):
        look(factories.institution(f"Partner {number}"), "2026-02-03 10:00", times=number + 1)
    with agency():
        assert len(year_of(CONSULTATION, 2026).lines) == 11


def test_closed_institutions_and_looks_of_nobody_are_in_the_sum(ocmw, agency, november):
    closed = factories.institution("Gesloten")
    never = factories.institution("Nooit gekeken")
    look(closed, "2026-02-03 10:00", outcome="refused", times=2)
    look(None, "2026-02-03 10:00", outcome="refused", times=3)
    with factories.owner():
        Institution.objects.filter(pk__in=[closed.pk, never.pk]).update(active=False)
    with agency():
        year = year_of(FIGURES["refusal"], 2026)
    assert [(line.name, line.total) for line in year.lines] == [
        ("zonder instelling", 3),
        ("Gesloten", 2),
        ("OCMW Proefstad", 0),
    ]
    assert year.all.total == 5


def test_the_figures_can_follow_the_successor(agency, november):
    first, second, last, other = (
        factories.institution(name) for name in ("Eerste", "Tweede", "Laatste", "Andere")
    )
    with factories.owner():
        end_institution(first, second, datetime.date(2025, 1, 1))
        end_institution(second, last, datetime.date(2026, 6, 1))
    look(first, "2025-11-03 10:00", times=2)
    look(second, "2026-02-03 10:00", times=3)
    look(last, "2026-07-03 10:00", times=4)
    look(other, "2026-07-03 10:00")

    def page(query: str):
        filterset = AgencyFilterSet(QueryDict(f"year=2026&show=every&{query}"))
        return year_page(filterset.form.choice(), filterset.scope)

    with agency():
        apart, together = page(""), page("predecessors=followed")
        named, wrong = page("predecessors=followed&name=laatste"), page("predecessors=x")
    assert [(line.name, line.total) for line in apart.year.lines] == [
        ("Laatste", 4),
        ("Tweede", 3),
        ("Andere", 1),
        ("Eerste", 0),
    ]
    assert [(line.name, line.total, line.previous_total) for line in together.year.lines] == [
        ("Laatste", 7, 2),
        ("Andere", 1, 0),
    ]
    assert together.year.all.total == apart.year.all.total == 8
    assert together.table.title.endswith("· alle instellingen, voorgangers bij hun opvolger")
    assert "Geteld bij hun opvolger: Eerste, Tweede." in together.table.notes
    assert not any("opvolger" in note for note in apart.table.notes)
    assert [(line.name, line.total) for line in named.year.lines] == [("Laatste", 7)]
    assert wrong.year.lines == apart.year.lines
    assert together.table.file_name != apart.table.file_name


def test_the_running_month_is_that_of_brussels(ocmw, agency):
    look(ocmw, "2026-11-05 10:00")
    with time_machine.travel(datetime.datetime(2026, 11, 30, 23, 30, tzinfo=datetime.UTC)), agency():
        assert year_of(CONSULTATION, 2026).running == 11
        recent = recent_months(CONSULTATION)
        assert (recent.months[0], recent.months[-1]) == (
            datetime.date(2025, 12, 1),
            datetime.date(2026, 12, 1),
        )
        assert recent.counts == (*[None] * 11, 1, 0)


def test_a_chart_has_numbers_gaps_and_words(ocmw, other_ocmw, agency, november):
    look(ocmw, "2025-06-05 10:00", times=9)
    look(ocmw, "2026-02-03 10:00", times=1200)
    look(other_ocmw, "2026-11-03 10:00", times=2)
    with agency():
        year = year_of(CONSULTATION, 2026)
    drawn = chart(year, STACKED, year_table(year, "OCMW's aan zee"))
    assert [series["name"] for series in drawn["series"]] == ["OCMW Proefstad", "OCMW Elders"]
    assert drawn["series"][0]["values"] == (0, 1200, 0, 0, 0, 0, 0, 0, 0, 0, 0, None)
    assert drawn["before"] == (None, None, None, None, None, 9, 0, 0, 0, 0, 0, 0)
    assert (drawn["running"], drawn["machines"], drawn["file"]) == (
        10,
        False,
        "raadplegingen-2026-ocmws-aan-zee",
    )
    assert drawn["description"] == (
        "Gestapelde staafgrafiek van 2 reeksen: raadplegingen per maand in 2026. Samen 1.202; hoogste maand februari"
        " (1.200), laagste maand januari (0). November is niet volledig. Alle cijfers staan in de tabel onder de"
        " grafiek."
    )
    assert drawn["about"][0] == CONSULTATION.definition
    assert "November loopt nog: dat aantal is niet volledig." in drawn["about"]
    lines = chart(year, LINE, year_table(year, "proef"))
    assert lines["before"] is None
    assert lines["series"][0]["before"][5] == 9
    assert lines["description"].startswith("Lijngrafiek met 2 lijnen:")


def test_a_chart_of_nothing_says_so(agency, november):
    with agency():
        year = year_of(CONSULTATION, 2026)
    assert description(year, LINE).endswith("Er zijn geen gegevens.")


def test_many_lines_leave_last_year_to_the_sheet(crowd, agency, november):
    with agency():
        year = year_of(CONSULTATION, 2026)
    drawn = chart(year, LINE, year_table(year, "proef"))
    assert len(drawn["series"]) == 11
    assert drawn["hint"] == ""  # there is no year before
    look(crowd[0], "2025-05-05 10:00")
    with agency():
        year = year_of(CONSULTATION, 2026)
    assert chart(year, STACKED, year_table(year, "proef"))["hint"] == ""
    drawn = chart(year, LINE, year_table(year, "proef"))
    assert drawn["hint"].startswith("Het vorige jaar staat bij ten hoogste 3 lijnen")
    assert {series["before"] for series in drawn["series"]} == {None}


def test_machines_have_a_colour_of_their_own(ocmw, agency, november):
    look(ocmw, "2026-02-03 10:00", channel="machine")
    with agency():
        year = year_of(EXCHANGE, 2026)
    assert chart(year, LINE, year_table(year, "proef"))["machines"] is True


def test_what_was_imported_of_the_running_month_is_incomplete_too(ocmw, agency, november):
    def counted():
        with agency():
            return year_page(Choice(2026, REPORTED_EXCHANGE))

    with factories.owner():
        ocmw.imported_counts.create(month="2026-10-01", measure="exchange", number=1000, source="proef")
    assert (counted().year.running, heads(counted().table)[10]) == (None, "Nov")
    with factories.owner():
        ocmw.imported_counts.create(month="2026-11-01", measure="exchange", number=1000, source="proef")
    page = counted()
    assert heads(page.table)[10] == "Nov (lopend)"
    assert "November loopt nog: dat aantal is niet volledig." in page.table.notes
    assert [row.heading for row in (*page.per_day.body, *page.per_day.foot)] == [
        "oktober",
        "1 volledige maand",
    ]


def test_a_file_is_named_after_what_is_in_it(ocmw, other_ocmw, agency, november):
    look(ocmw, "2026-09-05 10:00")
    with agency():
        pages = [
            year_page(Choice(2026, CONSULTATION)),
            narrowed("kind=ocmw&name=stad"),
            year_page(Choice(2026, CONSULTATION), OwnFilterSet({}, ocmw).scope),
        ]
    assert [page.table.file_name for page in pages] == [
        "raadplegingen-2026-alle-instellingen",
        "raadplegingen-2026-ocmw-met-stad-in-de-naam",
        "raadplegingen-2026-ocmw-proefstad",
    ]
    assert pages[2].per_day.file_name == "raadplegingen-2026-per-werkdag-ocmw-proefstad"
    assert pages[2].chart["file"] == pages[2].table.file_name
