"""Read the escapes to review, and write the row of the log that says who read them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Q

from caseload.services.pages import LoggedPage, show_rows
from consultations.enums import Kind, Outcome
from consultations.models import Consultation
from consultations.services import record
from partners.models import Membership
from partners.periods import today
from persons.models import Escape

if TYPE_CHECKING:
    from .tables import EscapeTable


@dataclass(frozen=True)
class Waiting:
    """How many escapes have no review, and how many of those are past their day."""

    number: int
    late: int


def waiting(acting: Membership) -> Waiting:
    """Count the escapes that wait for a review at the institution of `acting`, and those it succeeded."""
    escapes = Escape.objects.to_review(acting).filter(verdict=None)
    return Waiting(**escapes.aggregate(number=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today()))))


def escape_of(look: Consultation) -> Escape | None:
    """Return the escape of a row of the log that the bound privacy officer reads; None without one."""
    return Escape.objects.filter(pk=look.escape_id).first() if look.escape_id else None


def show_queue(table: EscapeTable, *, acting: Membership, after: str, place: str) -> LoggedPage:
    """Read one page of `table` and write the log row with the numbers on it. `place` names the list for its cursors."""
    return show_rows(table, acting=acting, kind=Kind.LOG_READING, place=f"escapes {place}", after=after)


def show_escape(escape_id: uuid.UUID, *, acting: Membership) -> Escape | None:
    """Return one escape with its reviews, and write the log row with its number; None, with no row, without one."""
    with transaction.atomic():
        escapes = Escape.objects.to_review(acting).select_related("version__mandate", "institution")
        escape = escapes.prefetch_related("reviews").filter(public_id=escape_id).first()
        if escape is not None:
            record(kind=Kind.LOG_READING, outcome=Outcome.SHOWN, acting=acting, shown=[escape.insz])
        return escape
