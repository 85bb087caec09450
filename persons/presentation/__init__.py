"""The file of one client prepared for the page: dataclasses for templates, made from an `OpenedFile` of the door.

Pure: no query, no request; texts are in the active language. Modules, each looking only upwards in this list:
`language`, `doubts`, `values` (the wording of dates, periods and amounts), `codes` and `words` (labels), `tree` (a
block that remembers which elements were laid out), `sheets` (the layout of any element), `technical` (what a case
worker does not need), `courses`, `attendance` (the cards), `blocks` (the other blocks), `items` (what a question can
be about), `questions`, `folds` (the parts that open on demand), `contacts`, `say` (the first screen),
`translations` (the languages of the conversation sheet), `conversation` (that sheet), `page`.
"""

from .conversation import SHEET_BLOCKS, conversation_sheet
from .folds import BY_SLUG, FIRST_SCREEN, Fold
from .page import escaped_file, file_header, file_part, first_screen, whole_file
from .questions import questions_of

__all__ = [
    "BY_SLUG",
    "FIRST_SCREEN",
    "SHEET_BLOCKS",
    "Fold",
    "conversation_sheet",
    "escaped_file",
    "file_header",
    "file_part",
    "first_screen",
    "questions_of",
    "whole_file",
]
