"""OpenDocument spreadsheets are read like workbooks: the same rows, the same limits."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from odfdo import Document, Row, Table

from partners.downloads import Sheet, as_ods
from partners.officefiles import OfficeFileError, opendocument
from partners.officefiles import workbooks as limits
from tests.sweeps import examples

from .test_officefiles import HEADING, read, rows, tables

pytestmark = pytest.mark.usefixtures("english")


def spreadsheet(*table: list[object]) -> bytes:
    """A spreadsheet as an office program stores values of these types."""
    document = Document("spreadsheet")
    document.body.clear()
    sheet = Table("Lijst")
    for values in table:
        row = Row()
        row.set_values(values)
        sheet.append_row(row)
    document.body.append(sheet)
    raw = io.BytesIO()
    document.save(raw)
    return raw.getvalue()


def changed(before: str, after: str, content: bytes | None = None) -> bytes:
    """A spreadsheet of two rows with `before` replaced once in its XML."""
    raw = io.BytesIO()
    with (
        zipfile.ZipFile(
            io.BytesIO(content or as_ods(Sheet("lijst", [["insz", "reason"], ["1", "x"]])))
        ) as source,
        zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == "content.xml":
                assert before in part.decode()
                part = part.decode().replace(before, after, 1).encode()
            target.writestr(name, part, zipfile.ZIP_STORED if name == "mimetype" else None)
    return raw.getvalue()


@settings(deadline=None, max_examples=examples(50))
@given(tables)
def test_a_file_of_the_portal_has_the_same_rows_when_it_is_read(table):
    assert rows(as_ods(Sheet("lijst", [HEADING, *table]))) == [HEADING, *table]


def test_numbers_and_days_are_text_as_in_a_workbook():
    day = datetime.date(2026, 4, 3)
    content = spreadsheet(["a", "b", "c", "d", "e"], [91610100176, 12.5, day, True, "x"])
    assert read(content).read_as == "ODS"
    assert rows(content)[1] == ["91610100176", "12.5", "2026-04-03", "True", "x"]


def test_repeated_rows_and_cells_are_read_and_empty_ones_at_the_end_are_not():
    row = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2"'
    )
    row += (
        ' office:value-type="float" office:value="7"><text:p>7</text:p></table:table-cell></table:table-row>'
    )
    empty = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell'
    empty += ' table:number-columns-repeated="16384"/></table:table-row>'
    lines = list(read(changed("</table:table>", f"{row}{empty}</table:table>")).lines())
    assert [(line.number, line.values) for line in lines] == [
        (1, ["insz", "reason"]),
        (2, ["1", "x"]),
        (3, ["7", "7"]),
        (4, ["7", "7"]),
    ]


def test_only_the_first_visible_sheet_is_read_and_no_comment():
    style = (
        '<style:style style:name="ta9" style:family="table"><style:table-properties table:display="false"/>'
    )
    content = changed("<office:automatic-styles>", f"<office:automatic-styles>{style}</style:style>")
    hidden = (
        '<table:table table:style-name="ta9"><table:table-row><table:table-cell office:value-type="string">'
    )
    hidden += "<text:p>verborgen</text:p></table:table-cell></table:table-row></table:table>"
    content = changed("<office:spreadsheet>", f"<office:spreadsheet>{hidden}", content)
    comment = "<office:annotation><text:p>nota</text:p></office:annotation><text:p>insz</text:p>"
    content = changed("<text:p>insz</text:p>", comment, content)
    content = changed(
        "</office:spreadsheet>", f"{hidden.replace('ta9', 'ta1')}</office:spreadsheet>", content
    )
    assert rows(content) == [["insz", "reason"], ["1", "x"]]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ('<table:table-cell table:formula="of:=[.A1]"/>', "Column B has a formula without a stored result"),
        (
            '<table:table-cell table:formula="of:=1/0" office:value-type="string" calcext:value-type="error"'
            ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
            "<text:p>#DIV/0!</text:p></table:table-cell>",
            "Column B shows an error of the spreadsheet",
        ),
    ],
)
def test_a_formula_without_a_result_costs_its_line(cell, words):
    before = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    _, line = read(changed(before, cell)).lines()
    assert words in line.mistake
    assert line.values == []


def test_the_stored_result_of_a_formula_counts():
    before = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    cell = '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"><text:p>2</text:p>'
    assert rows(changed(before, f"{cell}</table:table-cell>"))[1] == ["1", "2"]


@pytest.mark.parametrize(
    ("value", "words"),
    [("0.5", "50 %"), ("1", "100 %"), ("0.125", "12.5 %"), ("0.57000000000000006", "57 %")],
)
def test_a_percentage_is_read_as_one(value, words):
    before = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    cell = f'<table:table-cell office:value-type="percentage" office:value="{value}"><text:p>{value}</text:p>'
    assert rows(changed(before, f"{cell}</table:table-cell>"))[1] == ["1", words]


DRAW = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'


@pytest.mark.parametrize("shape", ["frame", "custom-shape", "rect", "ellipse", "line", "g", "caption"])
def test_the_words_of_a_drawing_are_no_text_of_its_cell(shape):
    drawing = f"<draw:{shape} {DRAW}><text:p>tekening</text:p></draw:{shape}>"
    assert rows(changed("<text:p>x</text:p>", f"{drawing}<text:p>x</text:p>"))[1] == ["1", "x"]
    inside = f"<draw:g {DRAW}><draw:{shape}><text:p>tekening</text:p></draw:{shape}></draw:g>"
    assert rows(changed("<text:p>x</text:p>", f"<text:p>x</text:p>{inside}"))[1] == ["1", "x"]


CELL = "<table:table-cell/>"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            changed("<office:document-content", "<!DOCTYPE x [<!ENTITY a 'b'>]><office:document-content"),
            "damaged",
        ),
        (changed("</table:table-row>", "</table:table>"), "damaged"),
        (changed("</table:table-row>", f"{CELL * 200_001}</table:table-row>"), "too large"),
        (
            changed("<table:table-row>", '<table:table-row table:number-rows-repeated="9999999">'),
            "too large",
        ),
        (changed("<table:table-row>", '<table:table-row table:number-rows-repeated="x">'), "damaged"),
        (changed("<table:table-row>", '<table:table-row table:number-rows-repeated="0">'), "damaged"),
        (changed('office:value-type="string"', 'office:value-type="float" office:value="nan"'), "damaged"),
        (changed('office:value-type="string"', 'office:value-type="date" office:date-value="x"'), "damaged"),
        (changed("<text:p>x", f"{'<text:span>' * 200}"), "too large"),
        (as_ods(Sheet("lijst", [HEADING]))[:-200], "damaged"),
    ],
    ids=[
        *(
            "entity",
            "not closed",
            "many cells",
            "row far away",
            "no number",
            "no row",
            "not a number",
            "no day",
        ),
        *("deep", "cut off"),
    ],
)
def test_what_no_office_program_writes_is_refused_when_the_file_is_opened(content, reason):
    with pytest.raises(OfficeFileError, match=reason):
        read(content)


def overwritten(place: Callable[[zipfile.ZipInfo], int], new: bytes) -> bytes:
    """A spreadsheet with other bytes at a place, from the beginning of the file, of its content."""
    content = bytearray(changed("", ""))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start = place(archive.getinfo("content.xml"))
    content[start : start + len(new)] = new
    return bytes(content)


HEADER = 30  # bytes before the name of a part


@pytest.mark.parametrize(
    "content",
    [
        overwritten(lambda part: part.header_offset + HEADER + len(part.filename), b"\xff" * 50),
        overwritten(lambda part: part.header_offset + 6, b"\x00\x08" + b"\xff" * 40),
        overwritten(lambda part: part.header_offset, b"\xff" * 4),
    ],
    ids=["packed badly", "name that is no UTF-8", "no header"],
)
def test_a_damaged_spreadsheet_is_refused_when_it_is_opened(content):
    with pytest.raises(OfficeFileError, match="damaged"):
        read(content)


@pytest.mark.parametrize(
    ("method", "after"),
    [
        (zipfile.ZIP_BZIP2, ""),
        (zipfile.ZIP_LZMA, ""),
        (zipfile.ZIP_DEFLATED, ""),
        (zipfile.ZIP_STORED, " " * 99),
    ],
    ids=["bzip2", "lzma", "deflate", "longer"],
)
def test_a_type_that_an_office_program_writes_otherwise_is_not_unpacked(method, after):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.spreadsheet{after}", method)
    assert not opendocument.is_spreadsheet(raw)


def test_a_spreadsheet_has_the_limits_of_a_workbook(monkeypatch):
    content = as_ods(Sheet("lijst", [HEADING, *[[str(number)] for number in range(4)]]))
    monkeypatch.setattr("partners.officefiles.opendocument.MAX_ROWS", 3)
    with pytest.raises(OfficeFileError, match="more than 3 rows"):
        read(content)
    monkeypatch.setattr(limits, "MAX_BYTES", 100)
    monkeypatch.setattr("partners.officefiles.opendocument.MAX_BYTES", 10 << 20)
    with pytest.raises(OfficeFileError, match="larger than"):
        read(content)


def test_a_line_that_is_too_long_is_a_mistake():
    _, line = read(as_ods(Sheet("lijst", [HEADING, ["x" * 5000]]))).lines()
    assert "4096" in line.mistake


def test_a_password_leaves_nothing_to_read():
    """An office program then stores the content encrypted."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", b"\x8e\x01\xfe" * 400)
    with pytest.raises(OfficeFileError, match="password"):
        read(raw.getvalue())


def test_a_document_of_another_kind_is_no_spreadsheet():
    document = Document("text")
    raw = io.BytesIO()
    document.save(raw)
    with pytest.raises(OfficeFileError, match="not an Excel workbook"):
        read(raw.getvalue())
