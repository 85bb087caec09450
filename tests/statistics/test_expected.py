"""Targets of months and use against them: which expectation counts, what it comes to, and who sees it."""

import csv
import datetime
import io
import json
import re
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest
import time_machine
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from odfdo import Document

from partners.services import AGENCY_SCOPE, bind
from statistics.enums import Basis
from statistics.expected.services.targets import targets_of
from statistics.expected.services.use import Use, use_of_year
from statistics.expected.words import BOTTLENECK, CLIENTS, EXPECTED
from statistics.models import ClientCount, DeviationNote, Expectation
from tests import factories
from tests.factories import insz

from .counting import brussels, look
from .expecting import clients, expect, expected_for, month, note
from .test_pages import as_shown, staff, tables

pytestmark = pytest.mark.django_db

OWN = "/ocmw-proefstad/cijfers/verwachting/"
PAGE = "admin:statistics_expected"
ONE = "admin:statistics_expected_institution"
JUNE = datetime.date(2026, 6, 1)


@pytest.fixture
def november():
    """A Monday: 23 of 30 days have begun."""
    with time_machine.travel(brussels("2026-11-23 10:15"), tick=False):
        yield


@pytest.fixture
def browser(agency_administrator, sign_in):
    return sign_in(agency_administrator)


def test_the_docs_say_what_the_screen_says():
    docs = re.sub(r"\s+(> )?", " ", (settings.BASE_DIR / "docs" / "figures.md").read_text())
    for definition in (EXPECTED, BOTTLENECK, CLIENTS):
        assert str(definition) in docs


# -- which expectation counts, and what it comes to


def test_only_institutions_with_an_expectation_have_a_target(ocmw, other_ocmw, agency):
    expect(ocmw, "120", "2026-01", "2026-06")
    with agency():
        assert expected_for(JUNE) == {ocmw.pk: Decimal("120.00")}
        assert expected_for(month("2026-07")) == {}
        assert expected_for(month("2025-12")) == {}


def test_the_one_added_last_counts_in_its_months_and_earlier_ones_stay_on_record(ocmw, agency):
    expect(ocmw, "100", "2026-01")
    expect(ocmw, "200", "2026-05", "2026-06")
    with agency():
        assert [expected_for(month(f"2026-0{number}"))[ocmw.pk] for number in range(4, 8)] == [
            100,
            200,
            200,
            100,
        ]
        assert Expectation.objects.count() == 2


def test_an_expectation_of_the_institution_goes_before_one_of_its_kind_whatever_its_date(
    ocmw, other_ocmw, agency
):
    school = factories.institution("CVO Proef", "cvo")
    expect(ocmw, "10", "2026-01")
    expect("ocmw", "50", "2026-01")
    expect(other_ocmw, None, "2026-06")
    with agency():
        assert expected_for(JUNE) == {ocmw.pk: 10}
        assert expected_for(month("2026-05")) == {ocmw.pk: 10, other_ocmw.pk: 50}
    assert school.pk not in {ocmw.pk, other_ocmw.pk}


def test_per_client_and_quarter_follows_the_clients_of_each_month(ocmw, other_ocmw, agency):
    expect("ocmw", "2.5", "2026-01", basis=Basis.PER_CLIENT)
    clients(ocmw, "2026-06", 100)
    clients(other_ocmw, "2026-06", 0)
    with agency():
        # A third of 2.5 for each client; no clients is zero, and no count is no target.
        assert expected_for(JUNE) == {ocmw.pk: Decimal("83.33"), other_ocmw.pk: 0}
        assert expected_for(month("2026-07")) == {}
        assert targets_of([JUNE])[ocmw.pk, JUNE].whole == Fraction(250, 3)


def test_the_running_month_counts_for_its_days_until_today(ocmw, agency, november):
    expect(ocmw, "60", "2026-10")
    with agency():
        october, running = targets_of([month("2026-10"), month("2026-11")]).values()
    assert (october.whole, october.due) == (60, 60)
    assert (running.whole, running.due) == (60, 46)
    assert running.threshold == 23


def test_an_institution_has_targets_until_its_last_day(ocmw, other_ocmw, agency, november):
    expect("ocmw", "30", "2026-01")
    with factories.owner():
        type(ocmw).objects.filter(pk=ocmw.pk).update(ended_on="2026-06-10", active=False)
        type(ocmw).objects.filter(pk=other_ocmw.pk).update(active=False)
    with agency():
        assert expected_for(JUNE) == {ocmw.pk: 10}
        assert expected_for(month("2026-07")) == {}


@pytest.mark.parametrize(
    ("due", "actual", "share"),
    [("100", 49, 49), ("100", 50, 50), ("3", 2, 66), ("0", 5, None), ("7", 14, 200), ("0.5", 0, 0)],
)
def test_the_share_is_cut_and_never_rounded_up(due, actual, share):
    due = Fraction(Decimal(due))
    use = Use(due=due, threshold=due / 2, actual=actual)
    assert use.share == share
    assert use.is_bottleneck is (share is not None and share < 50)


def test_the_year_has_every_month_with_a_target_and_only_those(ocmw, other_ocmw, agency, november):
    look(ocmw, "2026-03-10 09:00", times=3)
    look(ocmw, "2026-05-10 09:00", times=4)
    look(ocmw, "2026-05-10 09:00", kind="list")
    look(other_ocmw, "2026-05-10 09:00", times=9)
    look(None, "2026-05-10 09:00")
    expect(ocmw, "10", "2026-04", "2026-05")
    with agency():
        year = use_of_year(2026)
    assert year.months[0] == month("2026-03")
    assert year.months[-1] == year.running == month("2026-11")
    assert {key: (use.actual, use.due) for key, use in year.uses.items()} == {
        (ocmw.pk, month("2026-04")): (0, 10),
        (ocmw.pk, month("2026-05")): (4, 10),
    }
    assert year.of_institutions[ocmw.pk].share == 20


def test_months_before_the_log_have_no_data(ocmw, agency, november):
    expect(ocmw, "10", "2015-01")
    with agency():
        assert use_of_year(2026).months == ()
    look(ocmw, "2026-10-10 09:00")
    with agency():
        assert [key[1] for key in use_of_year(2026).uses] == [month("2026-10"), month("2026-11")]
        assert use_of_year(2025).uses == {}


# -- the agency's page


@pytest.fixture
def used(ocmw, other_ocmw, november):
    """Two OCMWs and VDAB: one that does as expected, one far below it, and one without looks."""
    vdab = factories.institution("VDAB", "vdab")
    with factories.owner():
        type(ocmw).objects.filter(pk=ocmw.pk).update(nis_code="44021")
        type(ocmw).objects.filter(pk=other_ocmw.pk).update(nis_code="11002")
    look(ocmw, "2026-09-01 09:00", times=18)
    look(other_ocmw, "2026-10-01 09:00", times=3)
    expect("ocmw", "10", "2026-09", "2026-10")
    expect(vdab, "4.5", "2026-10", "2026-10")
    note(other_ocmw, "2026-10", "Verbouwing")
    return ocmw, other_ocmw, vdab


def test_the_page_answers_the_question(used, browser):
    page = browser.get(reverse(PAGE)).content.decode()
    assert page.count("<h1>") == 1
    assert "<h1>Haalt het gebruik de verwachting?</h1>" in page
    # 21 of 44.5
    assert "Tot 23 november werd 47 % gehaald van wat tegen die dag verwacht werd." in page
    assert "2 van de 3 instellingen met een verwachting zijn een knelpunt." in page
    assert str(EXPECTED) in page
    assert "Verwachting: Plan van proef; ingevoerd door Tom Jacobs op 23 november 2026." in page


def test_rows_are_kinds_institutions_or_months(used, browser):
    [kinds] = tables(browser.get(reverse(PAGE)))
    assert kinds == [
        [
            "Soort",
            "verwacht",
            "geraadpleegd",
            "gehaald (%)",
            "met verwachting",
            "knelpunten",
        ],
        ["OCMW", "40", "21", "52", "2", "1"],
        ["VDAB", "5", "0", "0", "1", "1"],
        ["Samen", "45", "21", "47", "3", "2"],
    ]
    [places] = tables(browser.get(reverse(PAGE), {"show": "institutions"}))
    assert places[1:] == [
        ["VDAB", "VDAB", "", "5", "0", "0", "knelpunt", ""],
        ["OCMW Elders", "OCMW", "Antwerpen", "20", "3", "15", "knelpunt", "oktober: Verbouwing"],
        ["OCMW Proefstad", "OCMW", "Oost-Vlaanderen", "20", "18", "90", "", ""],
        ["Samen", "", "", "45", "21", "47", "", ""],
    ]
    [months] = tables(browser.get(reverse(PAGE), {"show": "months"}))
    assert months[1:] == [
        ["September", "20", "18", "90", "2", "1"],
        ["Oktober", "25", "3", "12", "3", "3"],
        ["November (lopend)", "–", "–", "–", "0", "–"],
        ["Samen", "45", "21", "47", "", ""],
    ]


def test_institutions_without_an_expectation_are_rows_with_a_dash(used, browser):
    factories.institution("CVO Proef", "cvo")
    factories.institution("CVO/CBE", "sector")
    [rows] = tables(browser.get(reverse(PAGE), {"show": "institutions"}))
    assert rows[-2] == ["CVO Proef", "CVO", "", "–", "–", "–", "", ""]
    assert "CVO/CBE" not in [row[0] for row in rows]


def test_the_page_is_filtered_by_kind_province_and_name(used, browser):
    def names(**query) -> list[str]:
        [rows] = tables(browser.get(reverse(PAGE), {"show": "institutions", **query}))
        return [row[0] for row in rows[1:] if row[0] != "Samen"]

    assert names(kind="vdab") == ["VDAB"]
    assert names(province="antwerpen") == ["OCMW Elders"]
    assert names(province="oost-vlaanderen", kind="vdab") == []
    assert names(name="proef") == ["OCMW Proefstad"]
    assert names(order_by="name") == ["OCMW Elders", "OCMW Proefstad", "VDAB"]
    assert names(order_by="-share") == ["OCMW Proefstad", "OCMW Elders", "VDAB"]
    assert names(order_by="secret") == ["VDAB", "OCMW Elders", "OCMW Proefstad"]


@pytest.mark.parametrize("show", ["kinds", "institutions", "months"])
def test_each_file_has_what_the_screen_shows(show, used, browser):
    page = browser.get(reverse(PAGE), {"show": show, "kind": "ocmw"})
    [shown] = tables(page)
    files = {}
    for address in re.findall(r'href="([^"]*bestand/\?[^"]*)"', page.content.decode()):
        response = browser.get(address.replace("&amp;", "&"))
        assert response.headers["Content-Disposition"].startswith("attachment; filename=")
        files[re.search(r"format=(\w+)", address).group(1)] = response.content
    assert set(files) == {"csv", "xlsx", "ods"}
    rows = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=";"))
    assert [[as_shown(cell) for cell in row] for row in rows[: len(shown)]] == shown
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).active
    width = len(shown[0])
    excel = [[cell.value for cell in row[:width]] for row in sheet.iter_rows(min_row=3)]
    assert [[as_shown(cell) for cell in row] for row in excel[: len(shown)]] == shown
    ods = Document(io.BytesIO(files["ods"])).body.get_table(0).get_values()[2 : 2 + len(shown)]
    assert [[as_shown(cell) for cell in row][:width] for row in ods] == shown


def test_the_chart_has_the_numbers_of_the_table(used, browser):
    def chart(**query) -> dict:
        page = browser.get(reverse(PAGE), query).content.decode()
        return json.loads(re.search(r'id="chart-data"[^>]*>(.*?)</script>', page, re.DOTALL).group(1))

    kinds = chart()
    assert kinds["style"] == "goals"
    assert [series["values"] for series in kinds["series"]] == [[21, 0], [40, 5]]
    assert kinds["labels"] == ["OCMW: 52 % gehaald", "VDAB: 0 % gehaald"]
    # The largest shortfall first.
    assert chart(show="institutions")["months"] == ["OCMW Elders", "VDAB", "OCMW Proefstad"]
    months = chart(show="months")
    assert (months["months"], months["running"]) == (["Sep", "Okt", "Nov"], 2)
    assert (months["series"][0]["values"], months["before"]) == ([18, 3, None], [20, 25, None])


def test_a_chart_of_hundreds_shows_the_largest_shortfalls_and_says_so(used, browser):
    for number in range(12):
        expect(factories.institution(f"OCMW Klein {number}"), str(100 + number), "2026-10", "2026-10")
    page = browser.get(reverse(PAGE), {"show": "institutions"}).content.decode()
    chart = json.loads(re.search(r'id="chart-data"[^>]*>(.*?)</script>', page, re.DOTALL).group(1))
    assert chart["months"] == [f"OCMW Klein {number}" for number in range(11, 3, -1)]
    assert "De grafiek toont de grootste tekorten, de tabel alles." in page


def test_a_year_without_expectations_says_so_and_has_no_chart(ocmw, browser, november):
    look(ocmw, "2026-10-01 09:00")
    page = browser.get(reverse(PAGE)).content.decode()
    assert page.count("Voor 2026 is er geen verwachting.") == 2
    assert "data-chart" not in page
    wrong = browser.get(reverse(PAGE), {"year": "2015"})
    assert "Van 2015 zijn er geen gegevens." in wrong.content.decode()
    assert browser.get(reverse(PAGE) + "bestand/", {"year": "2015", "format": "csv"}).status_code == 404
    assert browser.get(reverse(PAGE) + "bestand/", {"format": "exe"}).status_code == 404


def test_only_years_with_looks_and_expectations_are_offered(used, browser):
    assert "2025" not in re.search(
        r'<nav class="fig-years".*?</nav>', browser.get(reverse(PAGE)).content.decode(), re.DOTALL
    ).group(0)
    look(used[0], "2025-02-01 09:00")
    expect("ocmw", "5", "2024-01", "2025-12")
    page = browser.get(reverse(PAGE), {"show": "months"}).content.decode()
    assert 'rel="prev" href="/beheer/statistics/expectation/cijfers/?show=months&amp;year=2025"' in page
    before = browser.get(reverse(PAGE), {"year": "2025"}).content.decode()
    assert "In 2025 werd 0 % gehaald van wat verwacht werd." in before
    assert "2024" not in re.search(r'<nav class="fig-years".*?</nav>', before, re.DOTALL).group(0)


def test_a_reader_of_figures_sees_the_page_and_adds_nothing(used, sign_in):
    browser = sign_in(staff("view_expectation", "view_deviationnote"))
    page = browser.get(reverse(PAGE))
    assert page.status_code == 200
    assert "Nieuwe verwachting" not in page.content.decode()
    assert browser.get(reverse("admin:statistics_expectation_add")).status_code == 403
    assert sign_in(staff("view_monthly")).get(reverse(PAGE)).status_code == 403


def test_after_a_restore_the_page_refuses_instead_of_guessing(used, browser):
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE statistics_watermark SET server = 'elsewhere'")
    assert browser.get(reverse(PAGE)).status_code == 503


def test_the_page_costs_the_same_for_one_institution_and_for_many(used, browser):
    def cost(**query) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(reverse(PAGE), query).status_code == 200
        counting = [
            query["sql"] for query in captured.captured_queries if "statistics_monthly(" in query["sql"]
        ]
        assert len(counting) == 1
        assert not [query for query in captured.captured_queries if "persons_inscription" in query["sql"]]
        return len(captured.captured_queries)

    shows = ("kinds", "institutions", "months")
    browser.get(reverse(PAGE))  # content types are cached from the first request on
    few = [cost(show=show) for show in shows]
    for number in range(20):
        place = factories.institution(f"OCMW Veel {number}")
        expect(place, "7", "2026-09")
        note(place, "2026-10", "Verbouwing")
        look(place, "2026-10-01 09:00", times=2)
    assert [cost(show=show) for show in shows] == few


# -- the page of one institution


def test_an_institution_sees_its_own_months_clients_expectations_and_notes(used, case_worker, sign_in):
    ocmw, other, _vdab = used
    clients(ocmw, "2026-09", 31)
    note(ocmw, "2026-10", "Ziekte")
    expect(other, "77", "2026-09", source="Brief aan Elders")
    page = sign_in(case_worker).get(OWN)
    assert page.status_code == 200
    months, expectations, notes = tables(page)
    assert months == [
        ["Maand", "cliënten", "verwacht", "geraadpleegd", "gehaald (%)", "knelpunt", "nota"],
        ["September", "31", "10", "18", "180", "", ""],
        ["Oktober", "–", "10", "0", "0", "knelpunt", "Ziekte"],
        ["November (lopend)", "–", "–", "–", "–", "", ""],
        ["Samen", "", "20", "18", "90", "", ""],
    ]
    assert expectations[1][:5] == [
        *("2026-09 t.e.m. 2026-10", "10 raadplegingen per maand", "50 %", "soort: OCMW", "Plan van proef"),
    ]
    assert notes[1][:2] == ["oktober 2026", "Ziekte"]
    text = page.content.decode()
    assert str(CLIENTS) in text
    # Names of the agency's staff, and what is about others, are for the agency.
    for words in ("Jacobs", "Verbouwing", "Brief aan Elders", "VDAB"):
        assert words not in text
    [file] = tables(sign_in(case_worker).get(OWN))[:1]
    rows = sign_in(case_worker).get(OWN + "bestand/", {"format": "csv"}).content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(rows), delimiter=";"))[: len(file)] == file


def test_the_agency_sees_who_wrote_what_about_an_institution(used, browser):
    other = used[1]
    expect(other, "12", "2026-10")
    page = browser.get(reverse(ONE, args=[other.pk]), {"year": "2026"})
    _months, expectations, notes = tables(page)
    assert [row[3] for row in expectations[1:]] == ["deze instelling", "soort: OCMW"]
    assert [row[-1] for row in expectations[1:]] == [
        "in 2 maanden van dit jaar",
        "in 1 maand van dit jaar",
    ]
    assert {row[-2] for row in expectations[1:]} == {"Tom Jacobs"}
    assert notes[1] == ["oktober 2026", "Verbouwing", "23 november 2026", "Tom Jacobs"]
    assert browser.get(reverse(ONE, args=[10**9])).status_code == 404


def test_a_user_without_access_gets_no_page(ocmw, outsider, sign_in):
    assert sign_in(outsider).get(OWN).status_code == 404


def test_the_database_gives_an_institution_its_own_rows_only(used, case_worker):
    ocmw, other, _vdab = used
    clients(ocmw, "2026-09", 1)
    clients(other, "2026-09", 2)
    expect(other, "77", "2026-09")
    with transaction.atomic():
        bind(institution_id=ocmw.pk, user_id=case_worker.user_id, role=case_worker.role)
        assert set(ClientCount.objects.values_list("institution", flat=True)) == {ocmw.pk}
        assert set(Expectation.objects.values_list("institution", "kind")) == {(None, "ocmw")}
        assert not DeviationNote.objects.exists()
        assert set(use_of_year(2026, ocmw.pk).targets) == {
            (ocmw.pk, month("2026-09")),
            (ocmw.pk, month("2026-10")),
        }
        bind()
        assert not ClientCount.objects.exists()


@pytest.mark.parametrize("scope", ["", AGENCY_SCOPE])
def test_no_web_request_changes_or_deletes_what_was_expected(used, case_worker, scope):
    for model in (Expectation, DeviationNote, ClientCount):
        for change in (
            lambda model: model.objects.all().delete(),
            lambda model: model.objects.update(institution=used[0]),
        ):
            with transaction.atomic():
                bind(scope=scope)
                with pytest.raises(DatabaseError), transaction.atomic():
                    change(model)
                bind()
    with transaction.atomic():
        bind(institution_id=used[0].pk, user_id=case_worker.user_id, role=case_worker.role)
        with pytest.raises(DatabaseError), transaction.atomic():
            Expectation.objects.create(
                kind="ocmw", first_month=JUNE, number=1, source="x", added_by=case_worker.user
            )
        bind()


# -- adding in the admin


def add(browser, **fields):
    data = {"kind": "ocmw", "first_month": "2026-06", "basis": "monthly", "number": "12,5"}
    data |= {"bottleneck_share": "60", "source": "Plan 2026", **fields}
    return browser.post(reverse("admin:statistics_expectation_add"), data)


def test_an_administrator_adds_an_expectation_and_it_has_their_name(ocmw, browser, agency_administrator):
    assert add(browser).status_code == 302
    with factories.owner():
        made = Expectation.objects.get()
        assert (made.kind, made.number, made.bottleneck_share) == ("ocmw", Decimal("12.5"), 60)
        assert (made.first_month, made.last_month) == (JUNE, None)
        assert made.added_by == agency_administrator
    shown = browser.get(reverse("admin:statistics_expectation_change", args=[made.pk])).content.decode()
    assert str(agency_administrator) in shown
    assert (
        "12,5 raadplegingen per maand"
        in browser.get(reverse("admin:statistics_expectation_changelist")).content.decode()
    )


@pytest.mark.parametrize(
    ("fields", "where", "words"),
    [
        ({"last_month": "2026-05"}, "last_month", "De periode eindigt voor ze begint."),
        ({"first_month": "juni"}, "first_month", "Schrijf een maand als JJJJ-MM."),
        ({"first_month": "0001-01"}, "first_month", "Schrijf een maand als JJJJ-MM."),
        ({"first_month": "2026-13"}, "first_month", "Schrijf een maand als JJJJ-MM."),
        ({"number": ""}, "number", "Het aantal ontbreekt; nul schrijft u als 0."),
        ({"number": "-1"}, "number", "Verwacht: een getal vanaf 0, met hoogstens twee decimalen."),
        ({"basis": "none"}, "number", "Zonder verwachting is er geen aantal."),
        ({"bottleneck_share": "0"}, "bottleneck_share", "Verwacht: een percentage van 1 tot en met 100."),
        ({"bottleneck_share": "101"}, "bottleneck_share", "Verwacht: een percentage van 1 tot en met 100."),
        ({"kind": ""}, "kind", "Kies een instelling of een soort, niet allebei."),
        ({"source": " "}, "source", "Dit veld is verplicht."),
        (
            {"source": f"over {insz(7)}"},
            "source",
            "Hier staat het nummer van een persoon. Noem geen personen.",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field(fields, where, words, ocmw, browser):
    response = add(browser, **fields)
    assert response.status_code == 200
    assert words in response.context["adminform"].form.errors[where]
    with factories.owner():
        assert not Expectation.objects.exists()


def test_an_ended_institution_gets_no_expectation_after_its_end(ocmw, other_ocmw, browser):
    with factories.owner():
        type(ocmw).objects.filter(pk=ocmw.pk).update(ended_on="2026-05-31", active=False)
        type(ocmw).objects.filter(pk=other_ocmw.pk).update(active=False)
    errors = add(browser, kind="", institution=ocmw.pk).context["adminform"].form.errors
    assert errors["institution"] == ["OCMW Proefstad eindigde op 31/05/2026."]
    errors = (
        add(browser, kind="", institution=ocmw.pk, first_month="2026-01").context["adminform"].form.errors
    )
    assert errors["last_month"] == [
        "OCMW Proefstad eindigt op 31/05/2026: de laatste maand is ten laatste 2026-05."
    ]
    errors = add(browser, kind="", institution=other_ocmw.pk).context["adminform"].form.errors
    assert errors["institution"] == ["OCMW Elders is niet meer actief."]
    before = add(browser, kind="", institution=ocmw.pk, first_month="2026-01", last_month="2026-05")
    assert before.status_code == 302


def test_a_note_leads_to_the_page_of_its_institution(ocmw, browser, agency_administrator, november):
    look(ocmw, "2026-09-01 09:00")
    address = reverse("admin:statistics_deviationnote_add")
    assert browser.get(address, {"institution": ocmw.pk}).status_code == 200
    done = browser.post(
        address, {"institution": ocmw.pk, "month": "2026-10", "text": "Verhuizing"}, follow=True
    )
    assert done.redirect_chain == [(f"{reverse(ONE, args=[ocmw.pk])}?year=2026", 302)]
    assert "Verhuizing" in done.content.decode()
    with factories.owner():
        assert DeviationNote.objects.get().added_by == agency_administrator
    refused = browser.post(address, {"institution": ocmw.pk, "month": "2026-10", "text": f"Zie {insz(7)}"})
    assert refused.status_code == 200
    assert "Noem geen personen." in refused.content.decode()
