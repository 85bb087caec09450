"""Read a page of changes with the lines that show them, and write the log row in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import transaction

from consultations.enums import Kind, Outcome
from consultations.models import Consultation
from consultations.services import record
from partners.models import Membership
from persons.models import Change, ClientListEntry

from ..paging import KeysetPaginator
from ..services.lists import PAGE_SIZE

if TYPE_CHECKING:
    from .tables import ChangeTable


def show_changes(table: ChangeTable, *, acting: Membership, after: str = "") -> Consultation:
    """Read one page of `table`, over changes visible to `acting`, and write the log row with their clients.

    The page is `table.page`. Logged as a list: it shows many clients, a line about each.
    """
    with transaction.atomic():
        context = ("changes", acting.institution_id, acting.user_id)
        table.paginate(KeysetPaginator, PAGE_SIZE, after, context=context)
        changes: list[Change] = table.page.rows
        lines: dict[int, list[ClientListEntry]] = defaultdict(list)
        persons = {change.person_id for change in changes}
        visible = ClientListEntry.objects.visible_to(acting).filter(person__in=persons)
        for line in visible.select_related("version").order_by("-shows", "inscription"):
            lines[line.person_id].append(line)

        def line_of(change: Change) -> ClientListEntry | None:
            return next((line for line in lines[change.person_id] if _shows(line, change)), None)

        table.line_of = line_of
        shown = sorted({line.insz for change in changes if (line := line_of(change))})
        return record(
            kind=Kind.LIST,
            outcome=Outcome.SHOWN if shown else Outcome.EMPTY,
            acting=acting,
            shown=shown,
        )


def _shows(line: ClientListEntry, change: Change) -> bool:
    """Whether this line is one that shows the change: the rule of `ChangeQuerySet.on`."""
    is_of_line = change.inscription_id in (None, line.inscription_id)
    return is_of_line and set(change.blocks) <= set(line.version.blocks)
