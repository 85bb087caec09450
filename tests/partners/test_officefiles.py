"""Files as office programs write them: the same rows are read from each encoding, delimiter and format."""

from __future__ import annotations

import contextlib
import csv
import datetime
import io
import os
import random
import zipfile

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from partners.officefiles import (
    Column,
    HeadingError,
    InvalidDay,
    OfficeFile,
    OfficeFileError,
    find_columns,
    open_file,
    read_day,
)
from partners.officefiles import workbooks as limits
from tests.sweeps import examples

pytestmark = pytest.mark.usefixtures("english")

HEADING = ["insz", "capacity", "valid_from", "valid_until", "reason"]
# Letters that UTF-8, UTF-16 and Windows-1252 all have; and what has a meaning in CSV.
values = st.text("abcXYZ019 éëïçÉ€;,\"|-'", max_size=12).map(lambda text: " ".join(text.split()))
tables = st.lists(st.lists(values, min_size=5, max_size=5).filter(any), min_size=1, max_size=6)


def read(content: bytes) -> OfficeFile:
    return OfficeFile(io.BytesIO(content))


def rows(content: bytes) -> list[list[str]]:
    lines = list(read(content).lines())
    assert not any(line.mistake for line in lines)
    width = len(lines[0].values)
    return [(line.values + [""] * width)[:width] for line in lines]


def written(
    table: list[list[str]], delimiter: str, *, quoting: int = csv.QUOTE_MINIMAL, end: str = "\r\n"
) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(table)
    return text.getvalue()


def workbook(*table: list[object], title: str = "Lijst") -> bytes:
    made = openpyxl.Workbook()
    made.active.title = title
    for row in table:
        made.active.append(row)
    raw = io.BytesIO()
    made.save(raw)
    return raw.getvalue()


@settings(deadline=None, max_examples=examples(150))
@given(
    tables,
    st.sampled_from(";,\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_the_same_rows_are_read_however_they_were_written(table, delimiter, encoding, quoting, end):
    text = written([HEADING, *table], delimiter, quoting=quoting, end=end)
    content = text.encode(encoding)
    if encoding == "cp1252" and not text.isascii():
        # Two letters of Windows-1252 side by side can look like one letter of UTF-8; such a file is doubtful.
        try:
            content.decode()
        except UnicodeDecodeError:
            pass
        else:
            return
        try:
            read(content)
        except OfficeFileError:
            return
    assert rows(content) == [HEADING, *table]


@settings(deadline=None, max_examples=examples(25))
@given(tables)
def test_a_workbook_has_the_same_rows_as_a_csv_file(table):
    assert rows(workbook(HEADING, *table)) == [HEADING, *table]


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;;"])
def test_a_line_that_names_the_delimiter_is_no_row(first):
    lines = list(read(f"{first}\na;b\n1;2,5\n".encode()).lines())
    assert [(line.number, line.values) for line in lines] == [(2, ["a", "b"]), (3, ["1", "2,5"])]


def test_a_line_break_in_quotes_is_white_space_and_keeps_the_line_numbers():
    lines = list(read(b'a;b\n"een\r\ntwee";2\n3;4\n').lines())
    assert [(line.number, line.values) for line in lines] == [
        (1, ["a", "b"]),
        (2, ["een twee", "2"]),
        (4, ["3", "4"]),
    ]


def test_an_open_quotation_mark_costs_one_line():
    lines = list(read(b'a;b\n"1;2\n3;4\n5;6\n').lines())
    assert [line.number for line in lines if line.mistake] == [2]
    assert [line.values for line in lines if not line.mistake] == [["a", "b"], ["3", "4"], ["5", "6"]]


def test_two_stray_quotation_marks_swallow_no_row_between_them():
    lines = list(read(b'a;b;c\n1;2;"x\n3;4;5\n6;7;y"\n8;9;z\n').lines())
    assert [line.number for line in lines if line.mistake] == [2]
    assert [line.values for line in lines if not line.mistake][1:] == [
        *(["3", "4", "5"], ["6", "7", 'y"'], ["8", "9", "z"])
    ]


@pytest.mark.parametrize(
    "content",
    [b"a;b\n\xc3\xa9;\xe9\n", b"a;b\n1;\x81\n", b"a;b\n1;\xc3"],
    ids=["mixed", "no such byte", "cut off"],
)
def test_a_file_of_a_doubtful_encoding_is_refused_whole_with_its_line(content):
    with pytest.raises(OfficeFileError, match=r"line 2: not UTF-8.*CSV UTF-8") as refusal:
        read(content)
    assert refusal.value.line == 2


def test_a_megabyte_of_garbage_is_refused_or_read_without_a_fault():
    dice = random.Random(7)
    for start in (b"", b"a;b\n", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf"):
        with contextlib.suppress(OfficeFileError):
            assert list(read(start + dice.randbytes(1 << 20)).lines())


def test_what_is_no_file_is_refused_and_no_pipe_is_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "nowhere"):
        with pytest.raises(OfficeFileError):
            open_file(path)


# Days


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-03",
        "3/4/2026",
        "03/04/2026",
        "3-4-2026",
        "03.04.2026",
        "2026-04-03 00:00:00",
        "3/4/2026 0:00",
    ],
)
def test_a_day_is_read_day_first(text):
    assert read_day(text) == datetime.date(2026, 4, 3)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("4/13/2026", "over 12"),
        ("46327", "number of a day"),
        ("3/4/26", "two digits"),
        ("30/2/2026", "No such day"),
        ("2026-04-03 08:00", "Not a date"),
        ("3/4-2026", "Not a date"),
        ("", "Not a date"),
        ("٣/4/2026", "Not a date"),
    ],
)
def test_what_is_no_day_is_refused_with_the_reason(text, reason):
    with pytest.raises(InvalidDay, match=reason):
        read_day(text)


# Headings


COLUMNS = [
    Column("valid_from", ("van", "geldig van")),
    Column("reason", ("reden",)),
    Column("proof", required=False),
]


@pytest.mark.parametrize(
    "heading",
    [["valid_from", "reason"], ["VAN", "Reden"], ["Geldig\u00a0van", "REASON"], ["Valid From", " reden "]],
)
def test_a_heading_is_in_any_case_and_in_the_words_of_the_screen(heading):
    assert find_columns(heading, COLUMNS) == ["valid_from", "reason"]


@pytest.mark.parametrize(
    ("heading", "reason"),
    [(["van"], "missing: reason"), (["van", "valid_from", "reden"], "twice: valid_from")],
)
def test_a_heading_that_lacks_or_doubles_a_column_is_refused(heading, reason):
    with pytest.raises(HeadingError, match=reason):
        find_columns(heading, COLUMNS)


# Workbooks


def test_the_numbers_and_days_of_a_workbook_are_text():
    day = datetime.date(2026, 4, 3)
    table = rows(workbook(HEADING, [91610100176, "leefloon", day, datetime.date(2027, 4, 3), "x"]))
    assert table[1] == ["91610100176", "leefloon", "2026-04-03", "2027-04-03", "x"]


def test_a_number_that_a_workbook_rounded_shows_it():
    assert rows(workbook(["insz"], [9161010017612345678]))[1] == ["9.16101E+18"]


def test_a_percentage_is_read_as_one():
    formats = ["0%", "0.00%", "0 %;[Red]-0 %", "0%", "0%", '0" %"', "0\\%", "General", "0%"]
    values = [0.5, 0.125, 1, 0.1 + 0.2, 99999999, 0.5, 0.5, 0.5, "x"]
    made, raw = openpyxl.Workbook(), io.BytesIO()
    made.active.append(values)
    for cell, number_format in zip(made.active[1], formats, strict=True):
        cell.number_format = number_format
    made.save(raw)
    percentages = ["50 %", "12.5 %", "100 %", "30 %", "9999999900 %"]
    assert rows(raw.getvalue()) == [[*percentages, "0.5", "0.5", "0.5", "x"]]


def test_a_formula_counts_by_its_stored_result_only():
    [_, line] = read(workbook(["insz", "reason"], ["91610100176", "=1+1"])).lines()
    assert "Column B has a formula without a stored result" in line.mistake


def test_only_the_first_visible_sheet_is_read():
    made = openpyxl.Workbook()
    made.active.append(["verborgen"])
    made.active.sheet_state = "hidden"
    for words in ("eerste", "tweede"):
        made.create_sheet(words).append([words])
    raw = io.BytesIO()
    made.save(raw)
    file = read(raw.getvalue())
    assert file.read_as == "XLSX, the first of 3 sheets"
    assert [line.values for line in file.lines()] == [["eerste"]]


def unpacked(name: str, content: bytes) -> bytes:
    """A workbook with one more part."""
    raw = io.BytesIO(workbook(HEADING))
    with zipfile.ZipFile(raw, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return raw.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 500, "old Excel file"),
        (unpacked("xl/bomb.bin", b"\0" * (30 << 20)), "too large when unpacked"),
        (workbook(HEADING)[:-200], "damaged"),
        (b"PK\x03\x04" + b"x" * 500, "damaged"),
    ],
    ids=["xls", "bomb", "cut off", "no zip"],
)
def test_a_workbook_that_cannot_be_read_is_refused_with_what_to_do(content, reason):
    with pytest.raises(OfficeFileError, match=reason):
        read(content)


def test_a_zip_file_that_is_no_workbook_is_refused():
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("lijst.csv", "insz")
    with pytest.raises(OfficeFileError, match="not an Excel workbook"):
        read(raw.getvalue())


def test_a_workbook_has_a_bound_of_rows_and_size(monkeypatch):
    monkeypatch.setattr(limits, "MAX_ROWS", 3)
    content = workbook(HEADING, *[[str(number)] for number in range(4)])
    with pytest.raises(OfficeFileError, match="more than 3 rows"):
        read(content)
    monkeypatch.setattr(limits, "MAX_BYTES", 100)
    with pytest.raises(OfficeFileError, match="larger than"):
        read(content)


SHEET = "xl/worksheets/sheet1.xml"


def changed(before: bytes, after: bytes, *, part: str = SHEET) -> bytes:
    """A workbook of two rows as Excel writes it, with `before` replaced in the XML of a part."""
    original, raw = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(original) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([["insz", "reason"], ["1", "x"]]):
            sheet.write_row(number, 0, row)
    with zipfile.ZipFile(original) as source, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as target:
        assert before in source.read(part)
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(before, after, 1) if name == part else content)
    return raw.getvalue()


ENTITY = b'<!DOCTYPE worksheet [<!ENTITY a "' + b"x" * 1000 + b'">]><worksheet '


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (changed(b"<worksheet ", ENTITY), "damaged"),
        (changed(b"<sst ", ENTITY.replace(b"worksheet", b"sst"), part="xl/sharedStrings.xml"), "damaged"),
        (changed(b'<row r="2"', b'<row r="1"'), "damaged"),
        (changed(b'<row r="2"', b'<row r="999999999"'), "too large"),
        (changed(b"</row>", b"<c/>" * 200_001 + b"</row>"), "too large"),
        (changed(b"</row>", b"</row>" + b"<c/>" * 200_001), "too large"),
        (changed(b"</row>", b'<c r="C1"><f t="dataTable" other="1">A1</f><v>1</v></c></row>'), "damaged"),
        (changed(b'<c r="A1"', b'<c r="ZZZZZZZZ1"'), "damaged"),
        (changed(b"</row>", b'<c r="C1" s="9"><v>1</v></c></row>'), "damaged"),
    ],
    ids=[
        "entity in a sheet",
        "entity in a text",
        "rows not in order",
        "row far away",
        "row of many cells",
        "cells outside rows",
        "formula of no kind",
        "column far away",
        "no such format",
    ],
)
def test_markup_that_no_spreadsheet_writes_is_refused_when_the_file_is_opened(content, reason):
    with pytest.raises(OfficeFileError, match=reason):
        read(content)


def test_a_picture_in_a_workbook_is_passed_over():
    assert read(unpacked("xl/media/picture.png", b"\x89PNG\r\n\x1a\n" + b"x" * 500)).read_as == "XLSX"


def test_the_stored_result_of_a_formula_is_read():
    content = changed(b"</row>", b'<c r="C1" t="str"><f>A1</f><v>proof</v></c></row>')
    assert rows(content)[0] == ["insz", "reason", "proof"]
