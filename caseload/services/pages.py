"""One page of a table about persons, together with its log row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django_tables2 import Table

from consultations.enums import Kind, Outcome
from consultations.models import Consultation
from consultations.services import record
from partners.models import Membership

from ..paging import KeysetPaginator

PAGE_SIZE = 50


@dataclass(frozen=True)
class LoggedPage:
    """One page that was shown: its rows, the cursors of the pages beside it ("" without one), and the log row."""

    rows: Sequence[Any]
    previous: str
    next_after: str
    is_first: bool
    consultation: Consultation


def show_rows(table: Table, *, acting: Membership, kind: Kind, place: str, after: str = "") -> LoggedPage:
    """Read one page of `table`, over rows with an `insz`, and write the log row with the numbers on it.

    `after` is a cursor of a page beside it; it opens for the same user, institution and `place` only. Raises
    DatabaseError when the log row cannot be written; nothing is shown then.
    """
    with transaction.atomic():
        context = (place, acting.institution_id, acting.user_id)
        table.paginate(KeysetPaginator, PAGE_SIZE, after, context=context)
        page = table.page
        consultation = record(
            kind=kind,
            outcome=Outcome.SHOWN if page.rows else Outcome.EMPTY,
            acting=acting,
            shown=sorted({row.insz for row in page.rows}),
        )
    return LoggedPage(page.rows, page.previous, page.next_after, page.is_first, consultation)
