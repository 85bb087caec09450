"""Client lists and tables of counts as office programs write them. Every importer reads its files here.

CSV: UTF-8, UTF-16 or Windows-1252, with `;` `,` tab or `|`. XLSX and ODS: the first visible sheet. Memory use does not
grow with the number of rows of a CSV file, and the limits in `workbooks` bound it for the others.
"""

from .columns import Column, HeadingError, find_columns, fold
from .days import InvalidDay, read_day
from .encodings import HOW_TO_SAVE
from .lines import Line, OfficeFileError
from .reading import OfficeFile, open_file

__all__ = [
    "HOW_TO_SAVE",
    "Column",
    "HeadingError",
    "InvalidDay",
    "Line",
    "OfficeFile",
    "OfficeFileError",
    "find_columns",
    "fold",
    "open_file",
    "read_day",
]
