"""Expectations from a file on the agency's pages: each mistake by line and column, a preview, all of it or nothing."""

import io
import random
import re
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from partners.services import AGENCY_SCOPE, bind
from statistics.enums import Basis
from statistics.expected.services.checking import Draft
from statistics.expected.services.importing import plan_of
from statistics.models import Expectation, ExpectationFile
from statistics.services.filereading import Refused
from tests import factories

from .expecting import author, expect, month
from .test_count_files import import_shown
from .test_pages import staff

pytestmark = pytest.mark.django_db

HEADER = "instelling;soort;van;tot;grondslag;aantal;knelpunt\n"
ADD = "/beheer/statistics/expectationfile/add/"


@pytest.fixture
def browser(agency_administrator, sign_in, ocmw, other_ocmw):
    return sign_in(agency_administrator)


def upload(browser, text: str | bytes, source: str = "Plan 2026"):
    content = text if isinstance(text, bytes) else text.encode()
    return browser.post(ADD, {"file": SimpleUploadedFile("plan.csv", content), "source": source})


def mistakes(text: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(Refused) as refused:
        plan_of((HEADER + text).encode(), source="x")
    return [(mistake.line, mistake.field, mistake.words) for mistake in refused.value.mistakes]


def stored() -> list[tuple]:
    with factories.owner():
        return [
            (
                str(each.institution or each.kind),
                f"{each.first_month:%Y-%m}",
                each.basis,
                each.number,
                each.source,
            )
            for each in Expectation.objects.order_by("pk")
        ]


def test_a_file_is_shown_first_and_imported_with_a_button(browser, agency_administrator):
    assert "JJJJ-MM" in browser.get(ADD).content.decode()
    lines = (
        "OCMW Proefstad;;2026-01;2026-06;per maand;120;\n"
        ";ocmw;2026-01;;per cliënt per kwartaal;2,5;40\n"
        "ocmw ELDERS;;2026-01;;geen;;\n"
    )
    page = browser.get(upload(browser, HEADER + lines).url).content.decode()
    assert "3 nieuw, 0 te vervangen, 0 staan er al" in page
    assert "2,5 raadplegingen per cliënt per kwartaal" in page
    assert stored() == []
    done = import_shown(browser, page).content.decode()
    assert "3 verwachtingen ingevoerd, 0 vervangen, 0 stonden er al." in done
    assert stored() == [
        ("OCMW Proefstad", "2026-01", "monthly", 120, "Plan 2026"),
        ("ocmw", "2026-01", "per_client", Decimal("2.5"), "Plan 2026"),
        ("OCMW Elders", "2026-01", "none", None, "Plan 2026"),
    ]
    with factories.owner():
        file = ExpectationFile.objects.get()
        assert set(Expectation.objects.values_list("file", "added_by", "bottleneck_share")) == {
            (file.pk, agency_administrator.pk, 50),
            (file.pk, agency_administrator.pk, 40),
        }
    rows = browser.get(reverse("admin:statistics_expectation_changelist"), {"file__id__exact": file.pk})
    assert "3 verwachtingen" in rows.content.decode()
    assert browser.get(f"/beheer/statistics/expectationfile/{file.pk}/delete/").status_code == 403


def test_what_a_file_replaces_is_shown_and_stays(browser, ocmw):
    expect(ocmw, "100", "2026-01", source="Oud plan")
    page = browser.get(
        upload(browser, HEADER + "OCMW Proefstad;;2026-07;;per maand;150;\n").url
    ).content.decode()
    assert "0 nieuw, 1 te vervangen, 0 staan er al" in page
    assert "100 raadplegingen per maand (vanaf 2026-01; Oud plan)" in page
    import_shown(browser, page)
    assert [row[3] for row in stored()] == [100, 150]


def test_the_same_file_again_changes_nothing(browser):
    text = HEADER + "OCMW Proefstad;;2026-01;2026-06;per maand;120;\n"
    import_shown(browser, browser.get(upload(browser, text).url).content.decode())
    page = browser.get(upload(browser, text).url).content.decode()
    assert "0 nieuw, 0 te vervangen, 1 staan er al" in page
    import_shown(browser, page)
    assert len(stored()) == 1


@pytest.mark.parametrize(
    ("line", "where", "words"),
    [
        (
            "Nergens;;2026-01;;per maand;1;",
            "instelling",
            "geen instelling heet Nergens of heeft dat KBO-nummer",
        ),
        (";;2026-01;;per maand;1;", "soort", "kies een instelling of een soort, niet allebei"),
        ("OCMW Elders;ocmw;2026-01;;per maand;1;", "soort", "kies een instelling of een soort, niet allebei"),
        (";kerk;2026-01;;per maand;1;", "soort", "gevonden: kerk"),
        (";ocmw;2026-1;;per maand;1;", "van", "verwacht: een maand als JJJJ-MM, gevonden: 2026-1"),
        (";ocmw;;;per maand;1;", "van", "verwacht: een maand als JJJJ-MM, gevonden: niets"),
        (";ocmw;1999-12;;per maand;1;", "van", "verwacht: een maand als JJJJ-MM, gevonden: 1999-12"),
        (";ocmw;2026-01;2100-01;per maand;1;", "tot", "verwacht: een maand als JJJJ-MM, gevonden: 2100-01"),
        (";ocmw;2026-01;zomer;per maand;1;", "tot", "verwacht: een maand als JJJJ-MM, gevonden: zomer"),
        (";ocmw;2026-02;2026-01;per maand;1;", "tot", "de periode eindigt voor ze begint"),
        (";ocmw;2026-01;;per jaar;1;", "grondslag", "gevonden: per jaar"),
        (";ocmw;2026-01;;per maand;;", "aantal", "het aantal ontbreekt; nul schrijft u als 0"),
        (";ocmw;2026-01;;per maand;-1;", "aantal", "gevonden: -1"),
        (";ocmw;2026-01;;per maand;1.000,5;", "aantal", "gevonden: 1.000,5"),
        (";ocmw;2026-01;;per maand;99999999;", "aantal", "verwacht: een getal vanaf 0"),
        (";ocmw;2026-01;;geen;1;", "aantal", "zonder verwachting is er geen aantal"),
        (";ocmw;2026-01;;per maand;1;0", "knelpunt", "verwacht: een percentage van 1 tot en met 100"),
        (";ocmw;2026-01;;per maand;1;half", "knelpunt", "gevonden: half"),
        (";ocmw;2026-01;;per maand;1;50;x", "hele regel", "verwacht: 7 velden, gevonden: 8"),
    ],
)
def test_each_mistake_has_its_line_and_column(line, where, words, ocmw, other_ocmw):
    [(number, field, said)] = mistakes(f";vdab;2026-01;;per maand;1;\n{line}\n")
    assert (number, field) == (3, where)
    assert words in said


def test_a_month_that_is_in_the_file_twice_is_a_mistake(ocmw):
    lines = (
        "OCMW Proefstad;;2026-01;2026-03;per maand;1;\n"
        ";ocmw;2026-01;;per maand;1;\n"
        "OCMW Proefstad;;2026-04;2026-06;per maand;1;\n"
        "OCMW Proefstad;;2026-03;2026-03;per maand;2;\n"
        ";OCMW;2027-01;;per maand;1;\n"
    )
    assert mistakes(lines) == [
        (5, "van", "2026-03 van OCMW Proefstad staat al op regel 2"),
        (6, "van", "2027-01 van OCMW staat al op regel 3"),
    ]


def test_a_draft_is_compared_with_two_lines_at_most(ocmw, monkeypatch):
    """A file has room for 100,000 lines."""
    compared = []

    def meets(draft, other, compare=Draft.meets):
        compared.append(other)
        return compare(draft, other)

    monkeypatch.setattr(Draft, "meets", meets)
    months = [f"{2000 + number // 12}-{number % 12 + 1:02}" for number in range(600)]
    random.Random(11).shuffle(months)
    lines = [f"OCMW Proefstad;;{each};{each};per maand;1;" for each in months]
    again = f"OCMW Proefstad;;{months[7]};{months[7]};per maand;2;"
    found = mistakes("\n".join([*lines, again, "OCMW Proefstad;;2049-11;;per maand;3;"]))
    assert found == [
        (602, "van", f"{months[7]} van OCMW Proefstad staat al op regel 9"),
        (603, "van", f"2049-11 van OCMW Proefstad staat al op regel {months.index('2049-11') + 2}"),
    ]
    assert len(compared) <= 2 * 602


def test_an_ended_institution_is_a_mistake(ocmw, other_ocmw):
    with factories.owner():
        type(ocmw).objects.filter(pk=ocmw.pk).update(ended_on="2026-05-31", active=False)
    [(_line, field, words)] = mistakes("OCMW Proefstad;;2026-06;;per maand;1;\n")
    assert (field, words) == ("instelling", "OCMW Proefstad eindigde op 31/05/2026")
    [(_line, field, words)] = mistakes("OCMW Proefstad;;2026-01;;per maand;1;\n")
    assert (field, words) == (
        "tot",
        "OCMW Proefstad eindigt op 31/05/2026: de laatste maand is ten laatste 2026-05",
    )


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("instelling;van;grondslag\n", "deze kolom ontbreekt: aantal"),
        ("van;grondslag;aantal\n", "één van de kolommen instelling en soort is nodig"),
        ("instelling;van;van;grondslag;aantal\n", "deze kolom staat er twee keer: van"),
        ("instelling;van;grondslag;aantal;kleur\n", "er is een andere kolom"),
    ],
)
def test_a_wrong_heading_is_the_first_mistake(heading, words, ocmw):
    with pytest.raises(Refused) as refused:
        plan_of(heading.encode() + b"a;b;c;d\n", source="x")
    [mistake] = refused.value.mistakes
    assert (mistake.line, mistake.field) == (1, "kop")
    assert words in mistake.words


def test_a_file_with_one_mistake_is_not_stored(browser):
    response = upload(browser, HEADER + ";vdab;2026-01;;per maand;1;\n;ocmw;2026-13;;<b>;1;\n")
    assert response.status_code == 422
    page = response.content.decode()
    assert "Er is niets bewaard: het bestand heeft 2 fouten." in page
    assert "&lt;b&gt;" in page
    with factories.owner():
        assert not ExpectationFile.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 50_000, b"%PDF-1.7", b"PK\x03\x04garbage"])
def test_garbage_is_refused_with_words(browser, content):
    response = upload(browser, content)
    assert response.status_code == 422
    assert re.search("leeg|fout", response.content.decode())


def test_a_workbook_is_read_like_a_text(ocmw):
    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    for row in [
        ["instelling", "van", "grondslag", "aantal"],
        ["OCMW Proefstad", "2026-01", "per maand", 12.5],
    ]:
        book.active.append(row)
    book.save(buffer)
    [line] = plan_of(buffer.getvalue(), source="x").lines
    assert (line.draft.institution, line.draft.first_month, line.draft.number) == (
        *(ocmw, month("2026-01")),
        Decimal("12.5"),
    )


@pytest.mark.parametrize(
    ("value", "number_format", "share"),
    [(0.5, "0%", 50), (1, "0%", 100), (50, "General", 50), ("50 %", "@", 50), ("50%", "@", 50)],
)
def test_the_share_of_a_workbook_may_be_a_percentage(value, number_format, share, ocmw):
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["instelling", "van", "grondslag", "aantal", "knelpunt"])
    book.active.append(["OCMW Proefstad", "2026-01", "per maand", 12, value])
    book.active["E2"].number_format = number_format
    book.save(buffer)
    [line] = plan_of(buffer.getvalue(), source="x").lines
    assert line.draft.bottleneck_share == share


def test_what_was_added_meanwhile_is_shown_before_anything_is_written(browser, ocmw):
    page = browser.get(
        upload(browser, HEADER + "OCMW Proefstad;;2026-01;;per maand;5;\n").url
    ).content.decode()
    expect(ocmw, "7", "2026-01")
    refused = import_shown(browser, page).content.decode()
    assert "Er is niets ingevoerd" in refused
    assert "1 te vervangen" in refused
    assert len(stored()) == 1


def test_a_doubled_request_imports_once(browser):
    page = browser.get(upload(browser, HEADER + ";ocmw;2026-01;;per maand;5;\n").url).content.decode()
    import_shown(browser, page)
    assert "Er is niets ingevoerd" in import_shown(browser, page).content.decode()
    assert len(stored()) == 1


def test_who_only_reads_may_not_upload(sign_in):
    browser = sign_in(staff("view_expectation", "view_expectationfile"))
    assert browser.get(ADD).status_code == 403
    assert upload(browser, HEADER).status_code == 403


def test_who_may_not_add_expectations_imports_no_file_with_them(sign_in, browser):
    address = upload(browser, HEADER + ";ocmw;2026-01;;per maand;5;\n").url
    page = browser.get(address).content.decode()
    rights = ("view_expectation", "view_expectationfile", "add_expectationfile")
    reader = sign_in(staff(*rights))
    assert "invoeren/" not in reader.get(address).content.decode()
    assert import_shown(reader, page).status_code == 403
    assert stored() == []
    import_shown(sign_in(staff(*rights, "add_expectation")), page)
    assert len(stored()) == 1


def test_the_database_keeps_an_imported_file(ocmw):
    who = author()
    with factories.owner():
        file = ExpectationFile.objects.create(
            name="x", source="x", content=b"", added_by=who, imported_by=who, imported_at=who.date_joined
        )
    with transaction.atomic():
        bind(scope=AGENCY_SCOPE)
        assert not ExpectationFile.objects.filter(pk=file.pk).delete()[0]
        with pytest.raises(DatabaseError), transaction.atomic():
            Expectation.objects.create(
                kind="ocmw",
                first_month=month("2026-01"),
                number=1,
                source="x",
                basis=Basis.MONTHLY,
                added_by=who,
            )
        bind()
