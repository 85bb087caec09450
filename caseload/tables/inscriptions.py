"""Tables of inscriptions without a dossier on the page: waiting ones, ended ones, and the steps of one."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.periods import today
from partners.rowtables import RowTable, column
from persons import formats
from persons.enums import InscriptionStep
from persons.insz import format_insz
from persons.models import Inscription, InscriptionEvent
from persons.reasons import reason_words


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """The values of one line. `withdrawable`: registered today, so that a mistake can be taken back."""

    public_id: uuid.UUID
    number: str
    capacity: str
    registered: str
    until: str
    by: str
    withdrawable: bool


class WaitingTable(RowTable):
    """The clients who wait for a dossier, one line for each inscription, the newest first."""

    number = column(gettext_lazy("INSZ"), "c-client")
    capacity = column(gettext_lazy("Hoedanigheid"), "c-capacity")
    registered = column(gettext_lazy("Ingeschreven"), "c-age")
    until = column(gettext_lazy("Tot en met"), "c-capacity")
    by = column(gettext_lazy("Door"), "c-capacity")
    steps = column(gettext_lazy("Wat u kunt doen"), "c-capacity")

    class Meta(RowTable.Meta):
        attrs = {"class": "clients"}

    row_template = "caseload/includes/waiting_row.html"
    caption = gettext_lazy("Ingeschreven cliënten zonder dossier, de nieuwste bovenaan.")

    @cached_property
    def page_rows(self) -> list[WaitingRow]:
        """The rows of the page."""
        day = today()
        return [
            WaitingRow(
                public_id=inscription.public_id,
                number=format_insz(inscription.insz),
                capacity=inscription.mandate.get_capacity_display(),
                registered=formats.short_day(inscription.registered_at),
                until=formats.short_day(inscription.valid_until),
                by=str(inscription.registered_by or _("cliëntenlijst")),
                withdrawable=timezone.localdate(inscription.registered_at) == day,
            )
            for inscription in self.page.object_list
        ]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One step of an inscription."""

    at: datetime.datetime
    step: str
    old_until: datetime.date | None
    new_until: datetime.date | None
    user: str
    reason: str


class HistoryTable(RowTable):
    """Every step of one inscription, the newest first."""

    at = column(gettext_lazy("Tijdstip"), "e-at")
    step = column(gettext_lazy("Stap"), "e-step")
    until = column(gettext_lazy("Laatste dag"), "e-until")
    user = column(gettext_lazy("Door"), "e-user")
    reason = column(gettext_lazy("Reden"), "e-reason")

    class Meta(RowTable.Meta):
        attrs = {"class": "clients plainrows"}

    row_template = "caseload/includes/event_row.html"
    caption = gettext_lazy(
        "Wie welke stap zette, en waarom. De nieuwste staat bovenaan; niemand kan een regel wijzigen."
    )

    @property
    def page_rows(self) -> list[EventRow]:
        events: Iterable[InscriptionEvent] = self.data.data
        return [
            EventRow(
                event.at,
                event.get_what_display(),
                event.old_until,
                event.new_until,
                event.user_name,
                reason_words(event.reason),
            )
            for event in events
        ]


@dataclass(frozen=True, slots=True)
class EndedRow:
    """One inscription that opens nothing any more. `step` is how it ended: by itself, or by a step of `user`."""

    public_id: uuid.UUID
    number: str
    capacity: str
    first: datetime.date
    last: datetime.date
    running: bool
    step: str
    user: str
    reason: str


class EndedTable(RowTable):
    """Inscriptions that open nothing any more."""

    number = column(gettext_lazy("INSZ"), "e-number")
    capacity = column(gettext_lazy("Hoedanigheid"), "e-capacity")
    days = column(gettext_lazy("Van, tot en met"), "e-days")
    step = column(gettext_lazy("Hoe"), "e-how")
    user = column(gettext_lazy("Door"), "e-user")
    reason = column(gettext_lazy("Reden"), "e-reason")

    class Meta(RowTable.Meta):
        attrs = {"class": "clients plainrows"}

    row_template = "caseload/includes/ended_row.html"
    caption = gettext_lazy(
        "Inschrijvingen van uw instelling die geen dossier meer openen. Namen en dossiers zijn hier niet te zien."
    )

    @property
    def page_rows(self) -> list[EndedRow]:
        inscriptions: Iterable[Inscription] = self.page.rows
        return [_ended_row(inscription) for inscription in inscriptions]


def _ended_row(inscription: Inscription) -> EndedRow:
    # The newest step comes first; one that ends by itself has no step of its own.
    last = next(iter(inscription.events.all()), None)
    ended = last if last and last.what not in (InscriptionStep.REGISTERED, InscriptionStep.EXTENDED) else None
    running = inscription.voided_at is None and inscription.valid_until >= today()
    if inscription.voided_at:
        is_mistake = ended is not None and ended.what == InscriptionStep.WITHDRAWN
        step = _("ingetrokken (vergissing)") if is_mistake else _("vervallen")
    elif running:
        step = _("machtiging voorbij")
    else:
        step = ended.get_what_display() if ended else _("verlopen")
    return EndedRow(
        public_id=inscription.public_id,
        number=format_insz(inscription.insz),
        capacity=inscription.mandate.get_capacity_display(),
        first=inscription.valid_from,
        last=inscription.valid_until,
        running=running,
        step=step,
        user=ended.user_name if ended else "",
        reason=reason_words(ended.reason) if ended else "",
    )
