"""The tables of figures as files."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.utils.http import urlencode

from partners import downloads
from partners.downloads import FORMATS, Grid, Sheet

from .tables import FigureTable

__all__ = ["FORMATS", "as_csv", "as_ods", "as_xlsx", "download", "file_addresses", "grid"]


def grid(table: FigureTable) -> Grid:
    """Return the table itself: head, rows, foot, in the order of the page; numbers as numbers."""
    return [
        [str(column.header) for column in table.columns],
        *([row.heading, *(cell.value for cell in row.cells)] for row in (*table.body, *table.foot)),
    ]


def _sheet(table: FigureTable) -> Sheet:
    return Sheet(table.file_name, grid(table), table.title, [table.definition, *table.notes])


def as_csv(table: FigureTable) -> bytes:
    """Return CSV for a Belgian Excel. Title and notes follow the table."""
    return downloads.as_csv(_sheet(table))


def as_xlsx(table: FigureTable) -> bytes:
    """Return an Excel workbook."""
    return downloads.as_xlsx(_sheet(table))


def as_ods(table: FigureTable) -> bytes:
    """Return an OpenDocument spreadsheet with the same cells."""
    return downloads.as_ods(_sheet(table))


def download(table: FigureTable, extension: str) -> HttpResponse:
    """Return the table as a file to keep. Raises KeyError for an unknown format."""
    return downloads.download(_sheet(table), extension)


def file_addresses(address: str, query: QueryDict, table: str = "") -> list[tuple[str, str]]:
    """Return label and address of the file of a table in each format. A page with one table needs no name for it."""
    named = {"table": table} if table else {}
    return [
        (extension.upper(), f"{address}?{query.urlencode()}&{urlencode({**named, 'format': extension})}")
        for extension in FORMATS
    ]
