"""Rows of the log as tables: those of the desk, and those about one person."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consultations.enums import Kind, Outcome, Refusal
from consultations.models import Consultation
from partners.downloads import Sheet, Value
from partners.enums import BLOCK_LABELS, Capacity
from partners.models import Institution
from partners.rowtables import RowTable, column
from persons.enums import EscapeReason
from persons.formats import weekday
from persons.insz import format_insz
from persons.reasons import EXPORT_REASONS

from .enums import FILES_OPENED
from .hours import Hours
from .services import numbers_of, only_number_in

USUAL = "-at"
_REASONS = {**EXPORT_REASONS, **dict(EscapeReason.choices)}


@dataclass(frozen=True, slots=True)
class LookRow:
    """The values of one look. `insz` is that of the one person it is about, else `persons` says how many, in words.

    `marks` says what stands out; `is_outside` that the look was outside the hours of the institution.
    """

    look_id: uuid.UUID
    day: str
    time: str
    user: str
    user_id: int | None
    insz: str
    persons: str
    capacity: str
    how: str
    outcome: str
    is_shown: bool
    marks: str
    is_outside: bool


class LookTable(RowTable):
    """Looks of one institution, the newest first unless `sort` says otherwise.

    Set `followed` (the numbers in a caseload today, of those in the rows) before it is drawn.
    """

    at = column(gettext_lazy("Wanneer"), "i-at", order_by=("at", "id"))
    user = column(gettext_lazy("Wie keek"), "i-user", order_by=("user_name", "at", "id"))
    person = column(gettext_lazy("Naar wie"), "i-person", orderable=False)
    capacity = column(gettext_lazy("Hoedanigheid"), "i-capacity", order_by=("capacity", "at", "id"))
    how = column(gettext_lazy("Hoe"), "i-how", order_by=("kind", "at", "id"))
    outcome = column(gettext_lazy("Uitkomst"), "i-outcome", order_by=("outcome", "at", "id"))
    marks = column(gettext_lazy("Opvallend"), "i-marks", orderable=False)

    class Meta(RowTable.Meta):
        orderable = True
        attrs: ClassVar = {"class": "clients plainrows inzages one-line"}

    row_template = "oversight/look_row.html"
    caption = gettext_lazy("Eén regel per inzage, de nieuwste eerst, tenzij u anders sorteert.")
    followed: Container[str] = ()

    def __init__(
        self,
        looks: QuerySet[Consultation],
        *,
        institution: Institution,
        sort: str = "",
        is_short: bool = False,
        query: str = "",
    ) -> None:
        """`sort` names a column, with "-" for descending; all but the moment sort only when the list `is_short`.

        `query` is the period as parameters of an address: a colleague's name leads to their looks in it.
        """
        super().__init__(looks)
        self.institution, self.query = institution, query
        if not is_short:
            for name in ("user", "capacity", "how", "outcome"):
                self.columns.columns[name].column.orderable = False
        sortable = {each.name for each in self.columns if each.orderable}
        self.order_by = sort if sort.removeprefix("-") in sortable else USUAL

    @property
    def sort(self) -> str:
        """The order as it appears in an address: "" for the usual one."""
        alias = ",".join(self.order_by)
        return "" if alias == USUAL else alias

    @cached_property
    def page_rows(self) -> list[LookRow]:
        """The rows of the page."""
        return self.rows_of(self.page.rows)

    def rows_of(self, looks: Sequence[Consultation]) -> list[LookRow]:
        """Return the values of these looks."""
        hours = Hours.of(self.institution)
        return [self._row(look, hours) for look in looks]

    def _row(self, look: Consultation, hours: Hours) -> LookRow:
        insz, is_outside = only_number_in(look), hours.is_outside(look.at)
        marks = [_("buiten de uren")] if is_outside else []
        if look.rule:
            marks.append(rule_words(look))
        is_opened = look.kind in FILES_OPENED and look.outcome == Outcome.SHOWN
        if is_opened and look.insz not in self.followed:
            marks.append(_("in geen caseload"))
        return LookRow(
            look_id=look.pk,
            day=weekday(look.at),
            time=hour(look.at),
            user=look.user_name,
            user_id=look.user_id,
            insz=insz,
            persons="" if insz else count_words(look),
            capacity=capacity_words(look),
            how=how_words(look),
            outcome=capfirst(look.get_outcome_display()),
            is_shown=look.outcome == Outcome.SHOWN,
            marks="; ".join(marks),
            is_outside=is_outside,
        )

    def sheet(self, name: str, looks: Sequence[Consultation]) -> Sheet:
        """Return `looks` as a file named `name`: the columns of the page, with the legal basis."""
        head: list[Value] = [
            *(_("Dag"), _("Uur"), _("Wie keek"), _("INSZ"), _("Aantal personen"), _("Hoedanigheid")),
            *(_("Rechtsgrond"), _("Hoe"), _("Uitkomst"), _("Opvallend")),
        ]
        body: list[list[Value]] = [
            [
                timezone.localdate(look.at),
                row.time,
                row.user,
                format_insz(row.insz) if row.insz else "",
                len(numbers_of(look)),
                row.capacity,
                look.legal_basis,
                row.how,
                row.outcome,
                row.marks,
            ]
            for look, row in zip(looks, self.rows_of(looks), strict=True)
        ]
        return Sheet(name, [head, *body])


@dataclass(frozen=True, slots=True)
class PersonRow:
    """The values of one look at a person. `shown` says what the user saw, `basis` why they could."""

    look_id: uuid.UUID
    day: str
    time: str
    user: str
    capacity: str
    shown: str
    basis: str
    is_outside: bool


class PersonTable(RowTable):
    """Looks at one person, the newest first."""

    at = column(gettext_lazy("Wanneer"), "i-at")
    user = column(gettext_lazy("Wie keek"), "i-user")
    capacity = column(gettext_lazy("Hoedanigheid"), "i-capacity")
    shown = column(gettext_lazy("Wat werd getoond"), "i-shown")
    basis = column(gettext_lazy("Waarvoor"), "i-basis")

    class Meta(RowTable.Meta):
        attrs: ClassVar = {"class": "clients plainrows inzages"}

    row_template = "oversight/person_row.html"
    caption = gettext_lazy("Eén regel per inzage, de nieuwste eerst.")

    def __init__(self, looks: Sequence[Consultation], *, institution: Institution) -> None:
        super().__init__(looks)
        self.institution = institution

    @cached_property
    def page_rows(self) -> list[PersonRow]:
        """The rows of the page."""
        hours = Hours.of(self.institution)
        return [
            PersonRow(
                look_id=look.pk,
                day=weekday(look.at),
                time=hour(look.at),
                user=look.user_name,
                capacity=capacity_words(look),
                shown=shown_words(look),
                basis=basis_words(look),
                is_outside=hours.is_outside(look.at),
            )
            for look in self.data.data
        ]


class LetterTable(RowTable):
    """The looks of a letter to a person, in words: each row is a list of texts, one for each column."""

    at = column(gettext_lazy("Wanneer"), "l-at")
    institution = column(gettext_lazy("Instelling"), "l-institution")
    what = column(gettext_lazy("Wat"), "l-what")
    purpose = column(gettext_lazy("Waarom"), "l-purpose")
    basis = column(gettext_lazy("Rechtsgrond"), "l-basis")
    channel = column(gettext_lazy("Hoe"), "l-channel")

    class Meta(RowTable.Meta):
        attrs: ClassVar = {"class": "clients plainrows letter-looks"}

    row_template = "oversight/letter_row.html"
    caption = gettext_lazy("Eén regel per inzage, de nieuwste eerst.")


def hour(moment: datetime.datetime) -> str:
    """Return the time of day in Brussels without a word: "9.14"."""
    return date_format(timezone.localtime(moment), get_format("TIME_FORMAT"))


def capacity_words(look: Consultation) -> str:
    """Return the capacity in which somebody looked; "–" without one, as for a list."""
    return str(Capacity(look.capacity).label) if look.capacity else "–"


def how_words(look: Consultation) -> str:
    """Return what the user did, and for a search whether it was by number. Never what they typed: it may be a name."""
    if look.kind == Kind.SEARCH:
        return _("Gezocht op INSZ") if look.numbers else _("Gezocht zonder INSZ")
    return capfirst(look.get_kind_display())


def count_words(look: Consultation) -> str:
    """Return how many persons a row is about: "47 personen"; "" for no one."""
    number = len(numbers_of(look))
    return (
        ngettext("%(number)s persoon", "%(number)s personen", number) % {"number": number} if number else ""
    )


def rule_words(look: Consultation) -> str:
    """Return the rule that refused; "" without one."""
    return str(Refusal(look.rule).label) if look.rule in Refusal.values else look.rule


def shown_words(look: Consultation) -> str:
    """Return what a look showed: the action, how many persons with this one, and the parts of the file."""
    words = how_words(look)
    if look.outcome != Outcome.SHOWN:
        return f"{words}: {look.get_outcome_display()}"
    if not look.insz and len(numbers_of(look)) > 1:
        return f"{words}: {count_words(look)}"
    return f"{words}: {', '.join(block_words(look))}" if look.blocks else words


def block_words(look: Consultation) -> list[str]:
    """Return the names of the parts of the file that were shown."""
    labels = {str(name): label for name, label in BLOCK_LABELS.items()}
    return [str(labels.get(name, name)) for name in look.blocks]


def basis_words(look: Consultation) -> str:
    """Return why the user could look: the legal basis, the reason they chose, or the rule that refused."""
    reason = str(_REASONS.get(look.reason, look.reason))
    if look.escape_id and reason:
        return f"{reason}; {look.legal_basis}"
    return look.legal_basis or reason or rule_words(look) or "–"
