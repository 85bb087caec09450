"""Answers to parliamentary questions: every figure of 2015, on the page and in the document, and kept as given."""

import csv
import datetime
import io
import re

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from odfdo import Document

from partners.models import Institution
from statistics.answers.content import as_json
from statistics.answers.services.making import answer_for
from statistics.answers.services.months import Months
from statistics.enums import Calendar
from statistics.models import Answer
from statistics.services.importing import import_file
from tests import factories

from .counting import DATA_2015, SOURCE_2015, brussels, look
from .expecting import author, expect, month
from .test_pages import staff, tables
from .waits import detours, took, waits

pytestmark = pytest.mark.django_db

ADD = "admin:statistics_answer_add"
HEADS = ["Maand", "OCMW Gent", "VMSW", "VDAB", "CVO/CBE", "AHOVOKS", "Totaal"]
QUESTION = {
    "title": "Schriftelijke vraag nr. 191",
    "first_month": "2015-01",
    "last_month": "2015-11",
    "calendar": Calendar.FLEMISH_GOVERNMENT,
}


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel(brussels("2026-11-23 10:15"), tick=False):
        yield


@pytest.fixture
def tom(sign_in):
    return sign_in(staff("view_answer", "add_answer", "view_monthly"))


def dotted(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def original() -> list[list[str]]:
    """The table of the original answer, as its file has it, with sums."""
    cells: dict[str, dict[str, int]] = {}
    for row in csv.DictReader(DATA_2015.read_text().splitlines()):
        cells.setdefault(row["maand"], {})[row["instelling"]] = int(row["uitwisselingen"])
    rows = [
        [*(of_month[head] for head in HEADS[1:-1]), sum(of_month.values())] for of_month in cells.values()
    ]
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    return [[dotted(value) for value in row] for row in rows]


def ask(browser, **asked):
    return browser.post(reverse(ADD), {**QUESTION, **asked})


def given(browser, **asked) -> str:
    """Give an answer; return the address of its page."""
    response = ask(browser, **asked)
    assert response.status_code == 302, response.context["adminform"].form.errors
    return response["Location"]


def named(found: list[list[list[str]]], *heads: str) -> list[list[str]]:
    """The table that begins with these heads."""
    [table] = [table for table in found if table[0][: len(heads)] == list(heads)]
    return table


def plain(rows: list[list[str]]) -> list[list[str]]:
    return [[re.sub(r"\s+", " ", cell) for cell in row] for row in rows]


def as_odt(browser, address: str) -> Document:
    response = browser.get(address.replace("/change/", "/odt/"))
    assert response["Content-Type"] == "application/vnd.oasis.opendocument.text"
    return Document(io.BytesIO(response.content))


def odt_tables(document: Document) -> list[list[list[str]]]:
    return [
        [[cell or "" for cell in row] for row in table.get_values()] for table in document.body.get_tables()
    ]


def test_every_figure_of_2015_is_that_of_the_original(table_2015, tom):
    page = tom.get(given(tom))
    table = plain(named(tables(page), *HEADS))
    assert [row[1:] for row in table[1:]] == original()
    assert [row[0] for row in (table[1], table[-2], table[-1])] == ["januari 2015", "november 2015", "Totaal"]
    assert table[-1][-1] == "10.915.510"
    text = page.content.decode()
    assert SOURCE_2015 in text
    assert "ten hoogste 62 werkdagen (70.730 per werkdag); de kalenders tellen er 63 tot 65" in text
    assert plain(named(tables(page), "Kalender"))[1:] == [
        ["Vlaamse overheid", "63", "69.607"],
        ["Wettelijke feestdagen", "64", "68.520"],
        ["Alle weekdagen", "65", "67.466"],
    ]
    assert "OCMW Gent (januari 2015, februari 2015)" in text
    assert "Met de cijfers van nu zou dit antwoord hetzelfde zeggen." in text


def test_the_document_of_2015_has_the_same_figures_and_words(table_2015, tom):
    address = given(tom)
    on_screen = plain(named(tables(tom.get(address)), *HEADS))
    document = as_odt(tom, address)
    assert named(odt_tables(document), *HEADS) == on_screen
    assert [row[1:] for row in on_screen[1:]] == original()
    assert [plain(table) for table in tables(tom.get(address))] == odt_tables(document)
    text = document.get_formatted_text()
    assert "ten hoogste 62 werkdagen" in text
    assert "Schriftelijke vraag nr. 191" in text
    assert "Kalender van de werkdagen: Vlaamse overheid" in text
    assert document.meta.title == "Schriftelijke vraag nr. 191"


@pytest.mark.parametrize(
    ("calendar", "days", "per_day"),
    [(Calendar.FLEMISH_GOVERNMENT, "19", "74.320"), (Calendar.PUBLIC_HOLIDAYS, "20", "70.604")],
)
def test_working_days_are_those_of_the_chosen_calendar(table_2015, tom, calendar, days, per_day):
    page = tom.get(given(tom, calendar=calendar))
    table = plain(named(tables(page), "Maand", "Uitwisselingen die de bron opgaf", "Werkdagen"))
    assert table[11] == ["november 2015", "1.412.074", days, per_day]


def test_an_answer_stays_as_it_was_given_and_its_page_shows_what_differs_now(table_2015, tom, tmp_path):
    address = given(tom)
    corrected = tmp_path / "2015.csv"
    corrected.write_text(DATA_2015.read_text().replace("2015-10,VDAB,69349", "2015-10,VDAB,69350"))
    with factories.owner():
        import_file(corrected, source=SOURCE_2015, replace=True)
    page = tom.get(address)
    table = plain(named(tables(page), *HEADS))
    assert table[10] == [
        "oktober 2015",
        *("9.458", "239.645", "69.349 nu: 69.350", "939.314", "343.529", "1.601.295 nu: 1.601.296"),
    ]
    assert table[-1][-1] == "10.915.510 nu: 10.915.511"
    assert "plaatsen anders" in page.content.decode()
    assert [row[1:] for row in named(odt_tables(as_odt(tom, address)), *HEADS)[1:]] == original()


def test_an_institution_that_came_later_is_marked_as_new(table_2015, tom):
    address = given(tom)
    ended = factories.institution("SHM Nieuw", "shm")
    with factories.owner():
        ended.imported_counts.create(month="2015-03-01", measure="exchange", number=5, source="brief")
    table = plain(tables(tom.get(address))[0])
    assert table[0] == [*HEADS, "nu: SHM Nieuw"]
    assert table[3][-1] == "nu: 5"
    assert table[1][-1] == "nu: –"


def test_no_one_changes_an_answer(table_2015, tom, as_owner):
    address = given(tom)
    assert tom.post(address, {"title": "anders"}).status_code == 403
    assert tom.get(address.replace("/change/", "/delete/")).status_code == 403
    for statement in ("UPDATE statistics_answer SET title = 'x'", "DELETE FROM statistics_answer"):
        with pytest.raises(DatabaseError), as_owner(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        (
            {"first_month": "2015-11", "last_month": "2015-01"},
            "last_month",
            "De periode eindigt voor ze begint.",
        ),
        ({"last_month": "2026-11"}, "last_month", "Deze maand is nog niet voorbij."),
        ({"first_month": "2012-01"}, "last_month", "Kies ten hoogste 36 maanden."),
        (
            {"first_month": "2013-01", "last_month": "2013-12"},
            "first_month",
            "Over deze maanden zijn er geen gegevens.",
        ),
        ({"first_month": "januari"}, "first_month", "Schrijf een maand als JJJJ-MM."),
        ({"last_month": ""}, "last_month", "Dit veld is verplicht."),
        ({"calendar": "maan"}, "calendar", "maan"),
        ({"title": ""}, "title", "Dit veld is verplicht."),
        ({"title": "Over 91.61.01-001.76"}, "title", "Hier staat het nummer van een persoon."),
    ],
)
def test_a_bad_period_is_refused_at_its_field(table_2015, tom, asked, field, words):
    page = ask(tom, **asked)
    assert page.status_code == 200
    errors = page.context["adminform"].form.errors
    assert list(errors) == [field]
    assert words in str(errors[field])
    with factories.owner():
        assert not Answer.objects.exists()


def test_staff_without_the_permission_are_refused(table_2015, tom, sign_in):
    address = given(tom)
    pages = [
        reverse(ADD),
        reverse("admin:statistics_answer_changelist"),
        address,
        address.replace("change", "odt"),
    ]
    other = sign_in(staff("view_monthly"))
    assert [other.get(page).status_code for page in pages] == [403] * 4
    reader = sign_in(staff("view_answer"))
    assert [reader.get(page).status_code for page in pages] == [403, 200, 200, 200]
    assert ask(reader).status_code == 403


@pytest.mark.parametrize("key", ["999999", "nul", "9" * 30])
def test_an_answer_that_does_not_exist_is_not_found(tom, key):
    for name in ("change", "odt"):
        assert tom.get(reverse(f"admin:statistics_answer_{name}", args=[key])).status_code == 404


def test_names_become_no_markup_and_no_formula(tom):
    names = ['<script>alert("x")</script>', "=1+1", "@SUM(A1) & <text:p/>"]
    for name in names:
        place = factories.institution(name, "ocmw")
        with factories.owner():
            place.imported_counts.create(month="2015-03-01", measure="exchange", number=5, source="=bron <b>")
            place.imported_counts.create(month="2015-04-01", measure="exchange", number=0, source="=bron <b>")
    address = given(tom, title="=2+2 <script>")
    text = tom.get(address).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    document = as_odt(tom, address)
    found = {row[0] for table in odt_tables(document) for row in table}
    assert set(names) <= found
    assert "table:formula" not in document.body.serialize()
    assert document.meta.title == "=2+2 <script>"


def test_another_year_has_a_column_per_kind_and_counts_looks_and_exchanges_apart(ocmw, other_ocmw, tom):
    vdab = factories.institution("VDAB", "vdab")
    look(ocmw, "2026-03-02 10:00")
    look(ocmw, "2026-09-02 10:00", times=3)
    look(other_ocmw, "2026-10-02 10:00", times=4)
    look(vdab, "2026-10-05 10:00", times=2)
    with factories.owner():
        vdab.imported_counts.create(month="2026-10-01", measure="exchange", number=1000, source="brief")
    expect("ocmw", "20", "2026-09", added_by=author())
    page = tom.get(given(tom, first_month="2026-02", last_month="2026-10"))
    found = [plain(table) for table in tables(page)]
    reported, looks = (table for table in found if table[0][0] == "Maand" and table[0][-1] == "Totaal")
    assert looks[0] == ["Maand", "OCMW", "VMSW", "VDAB", "CVO/CBE", "AHOVOKS", "Totaal"]
    assert looks[1] == ["februari 2026", "–", "–", "–", "–", "–", "–"]
    assert looks[8] == ["september 2026", "3", "–", "0", "–", "–", "3"]
    assert looks[9] == ["oktober 2026", "4", "–", "2", "–", "–", "6"]
    assert looks[-1] == ["Totaal", "8", "–", "2", "–", "–", "10"]
    assert reported[-1][-1] == "1.000"
    names = named(found, "Instelling", "Feb 26")
    assert [row[0] for row in names[1:]] == ["OCMW Elders", "OCMW Proefstad", "VDAB"]
    expected = named(found, "Soort", "Instellingen")
    assert expected[1] == ["OCMW", "2", "80", "7", "8 %"]
    behind = named(found, "Instelling", "Verwacht")
    assert [row[0] for row in behind[1:]] == ["OCMW Elders", "OCMW Proefstad"]
    assert behind[1] == ["OCMW Elders", "40", "4", "10 %"]


def test_institutions_that_do_not_use_their_access_are_named(ocmw, other_ocmw, tom):
    factories.member(ocmw)
    factories.institution("OCMW Zonder", "ocmw")
    factories.member(other_ocmw)
    look(ocmw, "2026-03-02 10:00")
    page = tom.get(given(tom, first_month="2026-02", last_month="2026-10"))
    found = [plain(table) for table in tables(page)]
    classes = dict(named(found, "Klasse")[1:])
    assert {name: classes[name] for name in ("Gestopt", "Keek nog nooit", "Geen toegang", "Totaal")} == {
        "Gestopt": "1",
        "Keek nog nooit": "1",
        "Geen toegang": "1",
        "Totaal": "3",
    }
    assert named(found, "Instelling", "Soort", "Klasse")[1:] == [
        ["OCMW Proefstad", "OCMW", "gestopt", "2 maart 2026"],
        ["OCMW Elders", "OCMW", "keek nog nooit", "nooit"],
        ["OCMW Zonder", "OCMW", "geen toegang", "nooit"],
    ]


def test_it_says_how_long_detours_and_the_portal_took(ocmw, other_ocmw, tom):
    look(ocmw, "2026-03-02 10:00")
    end = datetime.date(2026, 3, 18)
    took(ocmw, [1, 2, 3, 4, 10], "school", end)
    took(other_ocmw, [2] * 6, "vdab", end)
    took(other_ocmw, [20] * 5, "vdab", datetime.date(2026, 6, 17))  # after the period
    detours(ocmw, [(end, None)] * 7, "school")  # open ones are of today
    waits(ocmw, "first_look", [(end, end)] * 5)
    waits(ocmw, "question", [(end, end)] * 4)
    page = tom.get(given(tom, first_month="2026-02", last_month="2026-05"))
    found = [plain(table) for table in tables(page)]
    assert named(found, "Weg", "Beantwoord")[1:] == [
        ["school of centrum (CVO, CBE)", "5", "3", "10"],
        ["VDAB", "6", "2", "2"],
        ["Alle omwegen samen", "11", "2", "4"],
    ]
    assert named(found, "Weg", "Aantal")[1:] == [
        ["“klopt niet?” in het portaal", "niet getoond", "–", "–"],
        ["van inschrijving tot eerste inzage", "5", "0", "0"],
    ]
    assert "Een vraag telt in de maand van het antwoord." in page.content.decode()


def test_without_detours_it_does_not_say_that_there_were_none(table_2015, tom):
    page = tom.get(given(tom)).content.decode()
    assert "Of er andere waren, weet het portaal niet." in page


def test_no_data_about_use_is_not_zero(table_2015, agency):
    with agency():
        answer = answer_for(Months(month("2015-01"), month("2015-11")), Calendar.FLEMISH_GOVERNMENT)
    text = str(as_json(answer))
    assert "Het logboek van dit portaal is nog leeg" in text
    assert "'consultation_months'" not in text
    assert "legde het agentschap geen verwachting vast" in text


def test_the_page_reads_no_row_of_the_log(table_2015, tom, django_assert_max_num_queries):
    address = given(tom)
    with django_assert_max_num_queries(45) as captured:
        tom.get(address)
    assert not [q for q in captured.captured_queries if 'FROM "consultations_' in q["sql"]]
    assert Institution.objects.exists()
