"""Sheets as files. A text stays a text: no cell of a download is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse
from odfdo import Cell as OdsCell
from odfdo import Document, Table
from odfdo import Row as OdsRow

from .tables import Sheet

Grid = list[list[int | Decimal | str]]
# What spreadsheet programs take for the beginning of a formula.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def grid(sheet: Sheet) -> Grid:
    """The table itself: head, rows, sums; numbers as numbers."""
    return [
        [sheet.corner, *sheet.columns],
        *([row.heading, *(cell.value for cell in row.cells)] for row in (*sheet.rows, *sheet.totals)),
    ]


def _words(sheet: Sheet) -> list[str]:
    return [sheet.definition, *sheet.notes]


def as_csv(sheet: Sheet) -> bytes:
    """CSV as a Belgian Excel opens it: semicolons, UTF-8 with its mark. Title and notes come after the table."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    for row in [*grid(sheet), [], [sheet.title], *([words] for words in _words(sheet))]:
        writer.writerow([harmless(value) for value in row])
    return buffer.getvalue().encode("utf-8-sig")


def harmless(value: int | Decimal | str) -> int | str:
    """`value` as CSV may hold it: a text that begins like a formula gets an apostrophe in front.

    Decimals have a comma, as Belgian spreadsheets read them.
    """
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return f"'{value}"
    return value


def as_xlsx(sheet: Sheet) -> bytes:
    """An Excel workbook; texts are written as texts, whatever they begin with."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as workbook:
        page = workbook.add_worksheet(sheet.name[:31])
        bold = workbook.add_format({"bold": True})
        number, decimal = (workbook.add_format({"num_format": form}) for form in ("#,##0", "#,##0.0"))
        page.write_string(0, 0, sheet.title, bold)
        table = grid(sheet)
        for line, row in enumerate(table, start=2):
            for column, value in enumerate(row):
                if isinstance(value, int | Decimal):
                    page.write_number(line, column, value, number if value == int(value) else decimal)
                else:
                    page.write_string(line, column, value, bold if line == 2 else None)
        for line, words in enumerate(_words(sheet), start=len(table) + 3):
            page.write_string(line, 0, words)
        page.freeze_panes(3, 1)
        page.set_column(0, 0, 32)
    return buffer.getvalue()


def as_ods(sheet: Sheet) -> bytes:
    """An OpenDocument spreadsheet with the same cells."""
    document = Document("spreadsheet")
    document.body.clear()
    page = Table(sheet.name[:31])
    for values in [[sheet.title], [], *grid(sheet), [], *([words] for words in _words(sheet))]:
        row = OdsRow()
        for value in values:
            row.append_cell(OdsCell(value))
        page.append_row(row)
    document.body.append(page)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


FORMATS: dict[str, tuple[str, Callable[[Sheet], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", as_ods),
}


def download(sheet: Sheet, extension: str) -> HttpResponse:
    """The sheet as a file to keep. Raises KeyError for a format there is not."""
    content_type, make = FORMATS[extension]
    response = HttpResponse(make(sheet), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{sheet.name}.{extension}"'
    return response
