"""The file of one client prepared for the page: dataclasses for templates, made from an `OpenedFile` of the door.

Pure: no query, no request; texts are in the active language. Modules, each looking only upwards in this list:
`language`, `doubts`, `values` (the wording of dates, periods and amounts), `codes` and `words` (labels), `tree` (a
block that remembers which elements were laid out), `sheets` (the layout of any element), `courses`, `attendance` (the
cards), `blocks` (the other blocks), `page`.
"""

from .page import file_page

__all__ = ["file_page"]
