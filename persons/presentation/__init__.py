"""The file of one client made ready for the page: dataclasses for templates, from what the door handed over.

Pure: no query, no request; texts are in the active language. Modules, each looking only upwards in this list:
`language`, `values` (how a date, a period, an amount reads), `codes` and `words` (labels), `tree` (a block that
remembers what was laid out), `sheets` (the layout of anything), `courses`, `attendance` (the cards), `blocks`
(the other blocks), `page`.
"""

from .page import file_page

__all__ = ["file_page"]
