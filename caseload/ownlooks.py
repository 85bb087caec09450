"""The page "Mijn inzagen": the files the user opened here in the last 30 days, when, and in which capacity."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from consultations.enums import Kind, Outcome
from consultations.models import Consultation
from consultations.services import record
from partners.access import requires
from partners.enums import Capacity, Role
from partners.http import PortalRequest
from partners.models import Membership
from partners.rowtables import RowTable, column
from persons.formats import clock, short_day
from persons.insz import format_insz
from persons.models import Inscription, OwnLook
from persons.querysets import may_open_files, may_register

from .paging import KeysetPaginator
from .services.lists import PAGE_SIZE


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look.

    `client` is "" when the client is no longer visible or, with `is_escape`, never was one; `file` is None when there
    is nothing to open.
    """

    day: str
    time: str
    client: str
    file: uuid.UUID | None
    capacity: str
    what: str
    is_escape: bool


class LookTable(RowTable):
    """The own looks, the newest first. Set `clients` (by inscription of the look) before it is drawn."""

    at = column(_("Tijdstip"), "l-at")
    client = column(_("Cliënt"), "l-client")
    capacity = column(_("Hoedanigheid"), "l-capacity")
    what = column(_("Wat"), "l-what")

    class Meta(RowTable.Meta):
        attrs: ClassVar = {"class": "clients plainrows looks"}

    row_template = "caseload/includes/look_row.html"
    caption = _("Het nieuwste staat bovenaan. Lijsten en zoekopdrachten staan hier niet.")
    clients: Mapping[int, Inscription]
    opens_files: bool

    @cached_property
    def page_rows(self) -> list[LookRow]:
        """The rows of the page."""
        return [self._row(look) for look in self.page.rows]

    def _row(self, look: OwnLook) -> LookRow:
        client = self.clients.get(look.inscription_id)
        person = client.person if client else None
        return LookRow(
            day=short_day(look.at),
            time=clock(look.at),
            client=(str(person) if person else format_insz(client.insz)) if client else "",
            file=client.public_id if client and person and self.opens_files else None,
            capacity=capfirst(str(Capacity(look.capacity).label)),
            what=capfirst(look.get_kind_display()),
            is_escape=look.kind == Kind.ESCAPE_FILE,
        )


def clients_of(looks: Sequence[OwnLook], acting: Membership) -> dict[int, Inscription]:
    """Return by inscription of a look an inscription of the same client that counts today; none for former clients.

    It is the one of the look if that still counts, else another one of the number, or the one that took it over.
    """
    keys = {look.inscription_id for look in looks}
    own = Inscription.objects.filter(institution=acting.institution_id)
    numbers = dict(own.filter(pk__in=keys).values_list("pk", "insz"))
    current = own.counting().filter(Q(insz__in=set(numbers.values())) | Q(carried_from__in=keys))
    by_key: dict[int, Inscription] = {}
    by_number: dict[str, Inscription] = {}
    for inscription in current.select_related("person").order_by("pk"):
        by_key[inscription.pk] = inscription
        by_number.setdefault(inscription.insz, inscription)
        if inscription.carried_from_id:
            by_key.setdefault(inscription.carried_from_id, inscription)
    found = {key: by_key.get(key) or by_number.get(number) for key, number in numbers.items()}
    return {key: inscription for key, inscription in found.items() if inscription}


def show_looks(table: LookTable, *, acting: Membership, after: str = "") -> Consultation:
    """Read one page of `table` and write the log row with the clients it names. The page is `table.page`."""
    with transaction.atomic():
        context = ("looks", acting.institution_id, acting.user_id)
        table.paginate(KeysetPaginator, PAGE_SIZE, after, context=context)
        # A privacy officer sees no client, also not one of an earlier role.
        table.clients = clients_of(table.page.rows, acting) if may_register(acting) else {}
        table.opens_files = may_open_files(acting)
        shown = sorted({inscription.insz for inscription in table.clients.values()})
        return record(
            kind=Kind.LOG_READING,
            outcome=Outcome.SHOWN if table.page.rows else Outcome.EMPTY,
            acting=acting,
            shown=shown,
        )


@requires(*Role, kind=Kind.LOG_READING)
@require_safe
def own_looks(request: PortalRequest) -> HttpResponse:
    """What the user looked at for this institution in the last 30 days, whatever the role."""
    table = LookTable(OwnLook.objects.of(request.acting))
    consultation = show_looks(table, acting=request.acting, after=request.GET.get("after", ""))
    context = {"table": table, "page": table.page, "consultation": consultation}
    return render(request, "caseload/own_looks.html", context)
