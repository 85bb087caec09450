"""The tables of clients: their columns, their order, and the values in a row."""

from .cells import PartCell
from .clients import ClientRow, ClientTable, NextLesson, Whose, next_lesson
from .inscriptions import EndedTable, HistoryTable, WaitingTable
from .pasted import PastedTable

__all__ = [
    "ClientRow",
    "ClientTable",
    "EndedTable",
    "HistoryTable",
    "NextLesson",
    "PartCell",
    "PastedTable",
    "WaitingTable",
    "Whose",
    "next_lesson",
]
