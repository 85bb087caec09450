"""Counts from outside: taken in whole or not at all, each mistake named with its line and field."""

import datetime
import io
import os

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from partners.officefiles import HOW_TO_SAVE
from statistics.models import ImportedCount
from statistics.services.filereading import Refused
from statistics.services.importing import import_counts
from tests import factories

from .counting import DATA_2015, SOURCE_2015

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

HEADER = "maand,instelling,uitwisselingen\n"


@pytest.fixture(autouse=True)
def partners(institutions_2015):
    return institutions_2015


def take_in(text: str | bytes, *, source: str = "proef", replace: bool = False):
    content = text if isinstance(text, bytes) else text.encode()
    with factories.owner():
        return import_counts(content, source=source, replace=replace)


def refused(text: str | bytes, **options) -> list[str]:
    before = stored()
    with pytest.raises(Refused) as caught:
        take_in(text, **options)
    assert stored() == before
    return [str(mistake) for mistake in caught.value.mistakes]


def stored() -> dict[tuple[str, str], int]:
    with factories.owner():
        return {
            (str(count.month), count.institution.name): count.number
            for count in ImportedCount.objects.select_related("institution")
        }


def test_the_table_of_2015_has_the_totals_of_the_original():
    done = take_in(DATA_2015.read_bytes(), source=SOURCE_2015)
    assert (done.added, done.replaced, done.unchanged, done.total) == (55, 0, 0, 10_915_510)
    numbers = stored()
    rows: dict[str, int] = {}
    columns: dict[str, int] = {}
    for (month, name), number in numbers.items():
        rows[month[:7]] = rows.get(month[:7], 0) + number
        columns[name] = columns.get(name, 0) + number
    assert columns == {
        "OCMW Gent": 82_968,
        "VMSW": 1_966_618,
        "VDAB": 342_778,
        "CVO/CBE": 5_876_563,
        "AHOVOKS": 2_646_583,
    }
    assert rows == {
        "2015-01": 1_144_930,
        "2015-02": 844_123,
        "2015-03": 1_120_972,
        "2015-04": 842_539,
        "2015-05": 247_182,
        "2015-06": 1_281_748,
        "2015-07": 175_656,
        "2015-08": 873_096,
        "2015-09": 1_371_895,
        "2015-10": 1_601_295,
        "2015-11": 1_412_074,
    }
    assert numbers["2015-07-01", "VDAB"] == 0


def test_the_same_file_again_changes_nothing():
    take_in(DATA_2015.read_bytes(), source=SOURCE_2015)
    with factories.owner():
        moments = set(ImportedCount.objects.values_list("imported_at", flat=True))
    again = take_in(DATA_2015.read_bytes(), source=SOURCE_2015)
    assert (again.added, again.replaced, again.unchanged) == (0, 0, 55)
    with factories.owner():
        assert set(ImportedCount.objects.values_list("imported_at", flat=True)) == moments


def test_semicolons_a_mark_and_windows_line_ends_are_read_too():
    done = take_in(b"\xef\xbb\xbfmaand;instelling;uitwisselingen\r\n2015-01;VMSW;5\r\n\r\n2015-02;VMSW;0\r\n")
    assert (done.added, done.total) == (2, 5)


def test_stated_totals_that_add_up_are_not_taken_in():
    text = HEADER + (
        "2015-01,VMSW,5\n2015-01,VDAB,7\n2015-02,VMSW,11\n"
        "2015-01,Totaal,12\n2015-02,Totaal,11\nTotaal,VMSW,16\nTotaal,VDAB,7\nTotaal,Totaal,23\n"
    )
    assert take_in(text).total == 23
    assert stored() == {("2015-01-01", "VMSW"): 5, ("2015-01-01", "VDAB"): 7, ("2015-02-01", "VMSW"): 11}


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("2015-01,Totaal,13", "2015-01, Totaal is stated as 13, the lines add up to 12"),
        ("Totaal,VMSW,15", "Totaal, VMSW is stated as 15, the lines add up to 16"),
        ("Totaal,Totaal,22", "Totaal, Totaal is stated as 22, the lines add up to 23"),
        ("2015-03,Totaal,1", "2015-03, Totaal is stated as 1, the lines add up to 0"),
    ],
)
def test_stated_totals_that_do_not_add_up_are_refused_with_the_cell(line, mistake):
    text = HEADER + f"2015-01,VMSW,5\n2015-01,VDAB,7\n2015-02,VMSW,11\n{line}\n"
    assert refused(text) == [f"line 5, uitwisselingen: {mistake}"]


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("2015-01,OCMW Nergens,5", "line 3, instelling: no institution has the name or KBO number OCMW Nergens"),
        ("2015-01,,5", "line 3, instelling: no institution is named"),
        ("2015-02,VMSW,5", "line 3, maand: 2015-02 of VMSW is already on line 2"),
        ("2015-01,VMSW,-5", "line 3, uitwisselingen: -5 is negative"),
        ("2015-01,VMSW,5.5", "line 3, uitwisselingen: expected a whole number without separators, found 5.5"),
        ("2015-01,VMSW,1.234", "line 3, uitwisselingen: expected a whole number without separators, found 1.234"),
        ("2015-01,VMSW,1e3", "line 3, uitwisselingen: expected a whole number without separators, found 1e3"),
        ("2015-01,VMSW,٥", "line 3, uitwisselingen: expected a whole number without separators, found ٥"),
        ("2015-01,VMSW,", "line 3, uitwisselingen: the number is missing; a month without data has no line, zero is"
         " written 0"),
        ("2015-01,VMSW," + "9" * 19, "line 3, uitwisselingen: the number has more than 18 digits"),
        ("2015-13,VMSW,5", "line 3, maand: expected a month as YYYY-MM or Totaal, found 2015-13"),
        ("jan 2015,VMSW,5", "line 3, maand: expected a month as YYYY-MM or Totaal, found jan 2015"),
        (",VMSW,5", "line 3, maand: expected a month as YYYY-MM or Totaal, found nothing"),
        ("2099-01,VMSW,5", "line 3, maand: 2099-01 is still to come"),
        ("2015-01,VMSW", "line 3, uitwisselingen: the number is missing; a month without data has no line, zero is"
         " written 0"),
        ("2015-01,VMSW,5,5", "line 3, line: expected 3 fields, found 4"),
        ('2015-01,"VMSW,5', "line 3, line: A quotation mark is not closed, or is inside a value."),
    ],
)  # fmt: skip
def test_a_bad_line_is_refused_and_nothing_is_taken_in(line, mistake):
    assert refused(HEADER + f"2015-02,VMSW,5\n{line}\n") == [mistake]


def test_every_mistake_of_a_file_is_named():
    assert len(refused(HEADER + "2015-01,VMSW,-1\n2015-02,VMSW,x\n2015-14,VMSW,-3\n")) == 4


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", "the file is empty"),
        (HEADER, "the file contains no numbers"),
        (HEADER + "Totaal,Totaal,0\n", "the file contains no numbers"),
        (HEADER + "2015-01,VD AB,5\n", "line 2, instelling: no institution has the name or KBO number VD AB"),
        ("maand,instelling\n", "line 1, header: expected maand,instelling,uitwisselingen; one column of uitwisselingen"
         " is required"),
        (
            "maand,instelling,uitwisselingen,opmerking\n2015-01,VMSW,5,x\n",
            "line 1, header: expected maand,instelling,uitwisselingen; another column",
        ),
        (
            "maand,maand,uitwisselingen\n",
            "line 1, header: expected maand,instelling,uitwisselingen; column missing: instelling",
        ),
        (
            (HEADER + "2015-01,VMSW,5\n").encode() + b"2015-01,H\x81l\x81cine,5\n",
            "line 3, line: not UTF-8, and line 3 is not Windows-1252. {how}",
        ),
        (b"maand,instelling,uitwisselingen\n2\x000\x001\x00\n", "line 2, line: contains characters that cannot be"
         " shown. {how}"),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_refused(text, mistake):
    assert refused(text) == [mistake.replace("{how}", str(HOW_TO_SAVE))]


def test_another_number_for_the_same_month_is_refused_unless_it_may_replace():
    take_in(HEADER + "2015-01,VMSW,5\n2015-02,VMSW,6\n")
    changed = HEADER + "2015-01,VMSW,5\n2015-02,VMSW,7\n2015-03,VMSW,8\n"
    assert refused(changed) == [
        "line 3, uitwisselingen: 2015-02 of VMSW is 6 already (source: proef), the file says 7; --replace takes the"
        " file's"
    ]
    done = take_in(changed, replace=True)
    assert (done.added, done.replaced, done.unchanged) == (1, 1, 1)
    assert stored()["2015-02-01", "VMSW"] == 7


def test_a_correction_keeps_the_earlier_number_with_its_source():
    take_in(HEADER + "2015-02,VMSW,6\n")
    take_in(HEADER + "2015-02,VMSW,7\n", source="tweede", replace=True)
    take_in(HEADER + "2015-02,VMSW,7\n", source="tweede", replace=True)
    take_in(HEADER + "2015-02,VMSW,8\n", source="derde", replace=True)
    with factories.owner():
        count = ImportedCount.objects.get()
        assert [(each.number, each.source) for each in count.earlier.all()] == [(7, "tweede"), (6, "proef")]
        assert all(each.imported_at < each.replaced_at for each in count.earlier.all())


@pytest.mark.parametrize("written", ["0999020123", "0999.020.123", "BE 0999.020.123", "999020123"])
def test_an_institution_is_named_by_its_kbo_number_too(written):
    factories.institution("CVO De Sprong", "cvo", kbo_number="0999020123")
    assert take_in(HEADER + f"2015-01,{written},5\n").added == 1
    assert stored() == {("2015-01-01", "CVO De Sprong"): 5}
    mistakes = refused(HEADER + f"2015-01,cvo de sprong,5\n2015-01,{written},6\n")
    assert mistakes == ["line 3, maand: 2015-01 of CVO De Sprong is already on line 2"]


def test_an_unknown_kbo_number_is_named_and_another_long_number_is_not():
    mistakes = refused(HEADER + "2015-01,0999.020.123,5\n2015-02,91610100176,6\n")
    assert mistakes == [
        "line 2, instelling: no institution has the name or KBO number 0999.020.123",
        "line 3, instelling: no institution has the name or KBO number a longer number",
    ]


def test_another_source_for_the_same_number_is_refused_too():
    take_in(HEADER + "2015-01,VMSW,5\n")
    [mistake] = refused(HEADER + "2015-01,VMSW,5\n", source="een andere")
    assert "source: proef" in mistake
    take_in(HEADER + "2015-01,VMSW,5\n", source="een andere", replace=True)
    with factories.owner():
        assert ImportedCount.objects.get().source == "een andere"


@pytest.mark.parametrize("source", ["", "   ", "x" * 501])
def test_a_source_must_be_named(source):
    assert len(refused(HEADER + "2015-01,VMSW,5\n", source=source)) == 1


def test_the_database_keeps_months_whole():
    with factories.owner():
        count = ImportedCount(
            institution_id=1, month=datetime.date(2015, 1, 2), measure="exchange", number=1, source="x"
        )
        with pytest.raises(Exception, match="imported_count_month_starts_on_first"):
            count.validate_constraints()


def test_the_command_names_file_line_and_field(tmp_path, capsys):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(HEADER + "2015-01,VMSW,5\n")
    bad.write_text(HEADER + "".join(f"2015-01,Nergens {number},5\n" for number in range(25)))
    with factories.owner():
        call_command("import_counts", str(good), source="proef")
        assert capsys.readouterr().out == (
            "good.csv is read as UTF-8, commas\n"
            "1 counts added, 0 replaced, 0 unchanged; the file adds up to 5.\n"
        )
        with pytest.raises(CommandError) as refusal:
            call_command("import_counts", str(bad), source="proef")
        with pytest.raises(CommandError, match="no such file"):
            call_command("import_counts", str(tmp_path / "none.csv"), source="proef")
    lines = str(refusal.value).splitlines()
    assert lines[0] == f"{bad}: line 2, instelling: no institution has the name or KBO number Nergens 0"
    assert lines[-2:] == ["and 5 more", "Nothing was imported."]


@pytest.mark.parametrize("heading", ["month,institution,exchanges", "MAAND;Instelling;Uitwisselingen"])
def test_the_heading_is_in_dutch_or_english_in_any_case(heading):
    delimiter = ";" if ";" in heading else ","
    assert take_in(f"{heading}\n2015-01{delimiter}VMSW{delimiter}5\n").total == 5


def test_the_columns_are_in_any_order():
    assert take_in("uitwisselingen,maand,instelling\n5,2015-01,VMSW\n").total == 5


def test_a_workbook_is_read_and_a_month_that_became_a_day_is_a_month():
    book = openpyxl.Workbook()
    for row in (["Maand", "Instelling", "Uitwisselingen"], [datetime.date(2015, 1, 1), "VMSW", 5]):
        book.active.append(row)
    raw = io.BytesIO()
    book.save(raw)
    assert take_in(raw.getvalue()).read_as == "XLSX"
    assert stored() == {("2015-01-01", "VMSW"): 5}


@pytest.mark.parametrize(
    "text",
    [
        "91610100176,leefloon,2026-11-01\n",
        HEADER + "91610100176,VMSW,5\n",
        HEADER + "2015-01,91.61.01-001.76,5\n",
        HEADER + "2015-01,VMSW,91.61.01-001.76\n",
        HEADER + "2015-01,VMSW,-91610100176\n",
    ],
    ids=["no heading", "month", "institution", "number", "negative"],
)
def test_no_mistake_repeats_the_number_of_a_person(text):
    """A client list that is imported as counts by mistake."""
    [mistake] = refused(text)
    assert "00176" not in mistake
    assert "001.76" not in mistake


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with factories.owner(), pytest.raises(CommandError, match="this is not a file"):
            call_command("import_counts", str(path), source="proef")


def test_a_file_beyond_measure_is_not_even_read(tmp_path):
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(11 * 1024 * 1024)
    with factories.owner(), pytest.raises(CommandError, match="larger than"):
        call_command("import_counts", str(huge), source="proef")


@pytest.mark.parametrize("number", ["91610100176", "91.61.01-001.76"])
def test_a_client_list_by_mistake_has_no_number_repeated(number):
    rows = f"2015-01,{number},5\n{number},VMSW,5\n2015-01,VMSW,{number}x\n"
    for content in (HEADER + rows, f"{number},leefloon,2026-01-01\n"):
        mistakes = refused(content)
        assert mistakes
        assert "001" not in " ".join(mistakes)
