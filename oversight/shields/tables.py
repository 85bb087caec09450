"""Shields, who may look, and accounts of clients as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partners.rowtables import RowTable, column
from persons.formats import short_day
from persons.models import NamedLooker, OwnFileReport, Shield

_ATTRS: dict[str, str] = {"class": "clients plainrows inzages"}


@dataclass(frozen=True, slots=True)
class ShieldRow:
    """The values of one shield. `reason` is empty for one by the agency: it is enough to know that there is one."""

    insz: str
    by: str
    reason: str
    days: str
    lookers: str
    state: str


@dataclass(frozen=True, slots=True)
class LookerRow:
    """The values of one name: who may look at which person."""

    insz: str
    user: str
    by: str
    reason: str
    days: str
    state: str


def days_of(row: Shield | NamedLooker) -> str:
    """Return its days: "29 november tot en met 3 december"."""
    return _("%(first)s tot en met %(last)s") % {
        "first": short_day(row.valid_from),
        "last": short_day(row.valid_until),
    }


def state_of(row: Shield | NamedLooker) -> str:
    """Return whether it counts today; if it was ended, when, by who and why."""
    if row.is_in_force():
        return _("in kracht")
    if row.ended_at is None:
        return _("voorbij")
    by = row.ended_by or _("de server")
    return _("beëindigd op %(day)s door %(name)s: %(reason)s") % {
        "day": short_day(row.ended_at),
        "name": by,
        "reason": row.end_reason,
    }


class ShieldTable(RowTable):
    """Shields, the newest first. Set `lookers` (how many may look, by INSZ) before it is drawn."""

    person = column(gettext_lazy("Over wie"), "i-person")
    by = column(gettext_lazy("Door"), "i-user")
    reason = column(gettext_lazy("Reden"))
    days = column(gettext_lazy("Van en tot"))
    lookers = column(gettext_lazy("Wie mag toch kijken"))
    state = column(gettext_lazy("Toestand"))

    class Meta(RowTable.Meta):
        attrs: ClassVar = _ATTRS

    row_template = "oversight/shields/shield_row.html"
    caption = gettext_lazy("Eén regel per afscherming, de nieuwste eerst.")
    lookers_of: Counter[str]

    def __init__(self, shields: QuerySet[Shield]) -> None:
        super().__init__(shields.select_related("made_by", "ended_by"))

    @cached_property
    def page_rows(self) -> list[ShieldRow]:
        """The rows of the page."""
        return [
            ShieldRow(
                insz=shield.insz,
                by=str(shield.made_by or _("de server")) if shield.institution_id else _("het agentschap"),
                reason=shield.reason if shield.institution_id else "",
                days=days_of(shield),
                lookers=_colleagues(self.lookers_of[shield.insz]),
                state=state_of(shield) if shield.institution_id or shield.is_in_force() else _("voorbij"),
            )
            for shield in self.page.rows
        ]


def _colleagues(number: int) -> str:
    if not number:
        return _("geen enkele collega")
    return ngettext("%(number)s collega", "%(number)s collega’s", number) % {"number": number}


class LookerTable(RowTable):
    """Who may look at a shielded person or a colleague, the newest first."""

    person = column(gettext_lazy("Over wie"), "i-person")
    user = column(gettext_lazy("Wie mag kijken"), "i-user")
    by = column(gettext_lazy("Aangewezen door"), "i-user")
    reason = column(gettext_lazy("Reden"))
    days = column(gettext_lazy("Van en tot"))
    state = column(gettext_lazy("Toestand"))

    class Meta(RowTable.Meta):
        attrs: ClassVar = _ATTRS

    row_template = "oversight/shields/looker_row.html"
    caption = gettext_lazy("Eén regel per collega en persoon, de nieuwste eerst.")

    def __init__(self, lookers: QuerySet[NamedLooker]) -> None:
        super().__init__(lookers.select_related("user", "made_by", "ended_by"))

    @cached_property
    def page_rows(self) -> list[LookerRow]:
        """The rows of the page."""
        return [
            LookerRow(
                insz=looker.insz,
                user=str(looker.user),
                by=str(looker.made_by or _("de server")),
                reason=looker.reason,
                days=days_of(looker),
                state=state_of(looker),
            )
            for looker in self.page.rows
        ]


@dataclass(frozen=True, slots=True)
class ReportRow:
    """The values of one report. `can_answer`: it is open, and not about the reader's own account."""

    pk: int
    user: str
    day: str
    state: str
    can_answer: bool


class ReportTable(RowTable):
    """Accounts whose number is that of a client here: the open ones first. `reader` is the account that reads."""

    user = column(gettext_lazy("Account"), "i-user")
    day = column(gettext_lazy("Gemeld op"))
    state = column(gettext_lazy("Is deze collega hier ook cliënt?"))

    class Meta(RowTable.Meta):
        attrs: ClassVar = _ATTRS

    row_template = "oversight/shields/report_row.html"
    caption = gettext_lazy("Eén regel per account; wat openstaat eerst.")

    def __init__(self, reports: Sequence[OwnFileReport], *, reader: int) -> None:
        super().__init__(reports)
        self.reader = reader

    @cached_property
    def page_rows(self) -> list[ReportRow]:
        """The rows of the page."""
        return [
            ReportRow(
                pk=report.pk,
                user=str(report.user),
                day=short_day(report.at),
                state=self._state(report),
                can_answer=report.is_open and report.user_id != self.reader,
            )
            for report in self.data.data
        ]

    def _state(self, report: OwnFileReport) -> str:
        if report.answer:
            return _("%(answer)s, volgens %(name)s op %(day)s") % {
                "answer": capfirst(report.get_answer_display()),
                "name": report.answered_by,
                "day": short_day(report.answered_at),
            }
        if not report.is_open:
            return _("het nummer is intussen gewist")
        if report.user_id == self.reader:
            return _("uw eigen account: een andere privacyverantwoordelijke antwoordt")
        return _("nog te beantwoorden")
