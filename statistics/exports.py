"""Tables as files. Text stays text: no cell of a file is a formula."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse
from odfdo import Cell as OdsCell
from odfdo import Document, Table
from odfdo import Row as OdsRow

from partners.csvfiles import CONTENT_TYPE, write_csv

from .tables import FigureTable, Value

Grid = Sequence[Sequence[Value]]


def grid(table: FigureTable) -> Grid:
    """Return the table itself: head, rows, foot, in the order of the page; numbers as numbers."""
    return [
        [str(column.header) for column in table.columns],
        *([row.heading, *(cell.value for cell in row.cells)] for row in (*table.body, *table.foot)),
    ]


def _texts(table: FigureTable) -> list[str]:
    return [table.definition, *table.notes]


def as_csv(table: FigureTable) -> bytes:
    """Return CSV for a Belgian Excel. Title and notes follow the table."""
    return write_csv([*grid(table), [], [table.title], *([text] for text in _texts(table))])


def as_xlsx(table: FigureTable) -> bytes:
    """Return an Excel workbook. Texts are written as text, whatever they begin with."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as workbook:
        page = workbook.add_worksheet(table.file_name[:31])
        bold = workbook.add_format({"bold": True})
        number, decimal = (workbook.add_format({"num_format": form}) for form in ("#,##0", "#,##0.0"))
        page.write_string(0, 0, table.title, bold)
        rows = grid(table)
        for line, row in enumerate(rows, start=2):
            for column, value in enumerate(row):
                if isinstance(value, int | Decimal):
                    page.write_number(line, column, value, number if value == int(value) else decimal)
                else:
                    page.write_string(line, column, value, bold if line == 2 else None)
        for line, text in enumerate(_texts(table), start=len(rows) + 3):
            page.write_string(line, 0, text)
        page.freeze_panes(3, 1)
        page.set_column(0, 0, 32)
    return buffer.getvalue()


def as_ods(table: FigureTable) -> bytes:
    """Return an OpenDocument spreadsheet with the same cells."""
    document = Document("spreadsheet")
    document.body.clear()
    page = Table(table.file_name[:31])
    rows: Grid = [[table.title], [], *grid(table), [], *([text] for text in _texts(table))]
    for values in rows:
        row = OdsRow()
        for value in values:
            row.append_cell(OdsCell(value))
        page.append_row(row)
    document.body.append(page)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


FORMATS: dict[str, tuple[str, Callable[[FigureTable], bytes]]] = {
    "csv": (CONTENT_TYPE, as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", as_ods),
}


def download(table: FigureTable, extension: str) -> HttpResponse:
    """Return the table as a file to keep. Raises KeyError for an unknown format."""
    content_type, make = FORMATS[extension]
    response = HttpResponse(make(table), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{table.file_name}.{extension}"'
    return response
