"""Tables as files: CSV, Excel and OpenDocument. Text stays text: no cell of a file is a formula."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
from django.http import HttpResponse
from odfdo import Document

from .csvfiles import CONTENT_TYPE, write_csv

Value = int | Decimal | datetime.date | str
Grid = Sequence[Sequence[Value]]

_NAME_LENGTH = 31  # of a sheet in Excel
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Sheet:
    """A table for a file: `rows` begin with the head. `name` is that of the file, without extension.

    Workbooks have the `title` above the table, in CSV it follows the table; without one the head is the first row.
    The `notes` come last.
    """

    name: str
    rows: Grid
    title: str = ""
    notes: Sequence[str] = ()


def as_csv(sheet: Sheet) -> bytes:
    """Return CSV for a Belgian Excel."""
    after = [[sheet.title]] if sheet.title else []
    after += [[text] for text in sheet.notes]
    return write_csv([*sheet.rows, [], *after] if after else sheet.rows)


def as_xlsx(sheet: Sheet) -> bytes:
    """Return an Excel workbook. Texts are written as text, whatever they begin with."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as workbook:
        page = workbook.add_worksheet(sheet.name[:_NAME_LENGTH])
        bold = workbook.add_format({"bold": True})
        # Still a text after a user edits the cell.
        text = workbook.add_format({"quote_prefix": True})
        number, decimal = (workbook.add_format({"num_format": form}) for form in ("#,##0", "#,##0.0"))
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        head = 0
        if sheet.title:
            page.write_string(0, 0, sheet.title, bold)
            head = 2
        for line, row in enumerate(sheet.rows, start=head):
            for column, value in enumerate(row):
                if isinstance(value, int | Decimal):
                    page.write_number(line, column, value, number if value == int(value) else decimal)
                elif isinstance(value, datetime.date):
                    page.write_datetime(line, column, value, day)
                else:
                    page.write_string(line, column, value, bold if line == head else text)
        for line, note in enumerate(sheet.notes, start=head + len(sheet.rows) + 1):
            page.write_string(line, 0, note)
        page.freeze_panes(head + 1, 1)
        page.set_column(0, 0, 32)
    return buffer.getvalue()


def as_ods(sheet: Sheet) -> bytes:
    """Return an OpenDocument spreadsheet with the same cells."""
    before: Grid = [[sheet.title], []] if sheet.title else []
    after: Grid = [[], *([note] for note in sheet.notes)] if sheet.notes else []
    rows = (*before, *sheet.rows, *after)
    table = (
        f"<table:table table:name={quoteattr(sheet.name[:_NAME_LENGTH])}>"
        f'<table:table-column table:number-columns-repeated="{max(map(len, rows))}"/>'
        + "".join(f"<table:table-row>{''.join(map(_ods_cell, values))}</table:table-row>" for values in rows)
        + "</table:table>"
    )
    # The table takes the place of the one in the library's empty document. With the library's own rows and cells, a
    # list of thousands takes minutes.
    package = Document("spreadsheet").container
    assert package is not None
    content = package.get_part("content.xml")
    assert isinstance(content, bytes)
    head, _start, rest = content.decode().partition("<table:table ")
    package.set_part("content.xml", f"{head}{table}{rest.rpartition('</table:table>')[2]}".encode())
    buffer = io.BytesIO()
    package.save(buffer)
    return buffer.getvalue()


def _ods_cell(value: Value) -> str:
    if isinstance(value, int | Decimal):
        content = f'office:value-type="float" office:value="{value}"><text:p>{value}</text:p>'
    elif isinstance(value, datetime.date):
        content = f'office:value-type="date" office:date-value="{value}"><text:p>{value:%d/%m/%Y}</text:p>'
    else:
        content = f'office:value-type="string"><text:p>{odf_text(value)}</text:p>'
    return f"<table:table-cell {content}</table:table-cell>"


def odf_text(value: str) -> str:
    """Return a text as the content of a paragraph of OpenDocument."""
    text = escape(_NOT_IN_XML.sub("", value))
    text = text.replace("\t", "<text:tab/>").replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\n", "<text:line-break/>")


FORMATS: dict[str, tuple[str, Callable[[Sheet], bytes]]] = {
    "csv": (CONTENT_TYPE, as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", as_ods),
}


def download(sheet: Sheet, extension: str) -> HttpResponse:
    """Return the sheet as a file to keep. Raises KeyError for an unknown format."""
    content_type, make = FORMATS[extension]
    response = HttpResponse(make(sheet), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{sheet.name}.{extension}"'
    return response
