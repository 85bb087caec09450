"""Clients that the institution registered and of which the KBI has no dossier yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django_tables2 import Table

from consultations.enums import Kind, Outcome
from consultations.models import Consultation
from consultations.services import record
from partners.models import Membership
from persons.models import Inscription
from persons.querysets import InscriptionQuerySet

from ..paging import KeysetPaginator
from .lists import COUNT_CAP, PAGE_SIZE, CappedCount


@dataclass(frozen=True)
class WaitingPage:
    """One page of waiting clients that was shown, the cursor of the next page, and the log row."""

    inscriptions: Sequence[Inscription]
    next_after: str
    is_first: bool
    consultation: Consultation


def waiting_clients(acting: Membership) -> InscriptionQuerySet:
    """The waiting inscriptions of the institution, the newest first."""
    return Inscription.objects.waiting_for(acting).select_related("registered_by").order_by("-pk")


def count_waiting(acting: Membership) -> CappedCount:
    """How many clients wait, exact up to `COUNT_CAP`."""
    number = Inscription.objects.waiting_for(acting)[: COUNT_CAP + 1].count()
    return CappedCount(min(number, COUNT_CAP), number > COUNT_CAP)


def show_waiting(table: Table, *, acting: Membership, after: str = "") -> WaitingPage:
    """Read one page of `table`, over `waiting_clients`, and write the log row with the numbers it shows.

    `after` is the `next_after` of the page before. Raises DatabaseError when the log row cannot be written.
    """
    with transaction.atomic():
        context = ("waiting", acting.institution_id, acting.user_id)
        table.paginate(KeysetPaginator, PAGE_SIZE, after, context=context)
        page = table.page
        inscriptions: Sequence[Inscription] = page.rows
        consultation = record(
            kind=Kind.INSCRIPTION,
            outcome=Outcome.SHOWN if inscriptions else Outcome.EMPTY,
            acting=acting,
            shown=[inscription.insz for inscription in inscriptions],
        )
    return WaitingPage(inscriptions, page.next_after, page.is_first, consultation)
