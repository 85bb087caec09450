"""Read a page of reminders, with the names the institution may see, and write the log row in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from consultations.enums import Kind, Outcome
from consultations.models import Consultation
from consultations.services import record
from partners.models import Membership
from persons.models import CaseloadRow, ClientListEntry

from ..services.pages import LoggedPage, show_rows

if TYPE_CHECKING:
    from .tables import ReminderTable


def log_look(acting: Membership, numbers: Iterable[str]) -> Consultation:
    """Write the log row of a page or step about reminders; `numbers` are the INSZ of the clients."""
    shown = sorted(set(numbers))
    return record(
        kind=Kind.REMINDER, outcome=Outcome.SHOWN if shown else Outcome.EMPTY, acting=acting, shown=shown
    )


def lines_of(numbers: Iterable[str], acting: Membership) -> dict[str, ClientListEntry]:
    """Return by INSZ a line of today's client list; clients who wait for the KBI have none."""
    lines = ClientListEntry.objects.visible_to(acting).filter(insz__in=set(numbers))
    # Of several inscriptions the first one.
    return {line.insz: line for line in lines.order_by("-inscription_id")}


def holders_of(numbers: Iterable[str], acting: Membership) -> dict[str, list[str]]:
    """Return by INSZ the names of the colleagues who have the client in their caseload, the user among them."""
    rows = CaseloadRow.objects.filter(institution=acting.institution_id, insz__in=set(numbers))
    holders: dict[str, list[str]] = {}
    for row in rows.select_related("user").order_by("user__last_name", "user_id"):
        holders.setdefault(row.insz, []).append(str(row.user))
    return holders


def show_page(table: ReminderTable, *, acting: Membership, after: str = "") -> LoggedPage:
    """Read one page of `table`, over reminders visible to `acting`, and write the log row with their clients."""
    page = show_rows(table, acting=acting, kind=Kind.REMINDER, place="reminders", after=after)
    table.lines = lines_of((reminder.insz for reminder in page.rows), acting)
    return page
