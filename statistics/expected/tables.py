"""The tables of use against expectations: their cells are the same on a page and in a file."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from persons.sorting import fold

from ..enums import Basis
from ..models import Expectation
from ..tables import FigureTable, HeadingColumn, NumberColumn, Record, WordColumn
from .services.checking import Draft
from .services.importing import PlannedExpectation
from .services.use import Use, UseOfYear
from .words import BOTTLENECK, CLIENTS, EXPECTED

MOST_SOURCES = 6  # of which a note under the table names each


def whole(value: Fraction) -> int:
    """Return an exact number as pages show it: whole, half rounded up."""
    return int(value + Fraction(1, 2))


class UseTable(FigureTable):
    """Use against what was expected, with a row for each kind, institution or month."""

    due = NumberColumn(gettext_lazy("verwacht"))
    actual = NumberColumn(gettext_lazy("geraadpleegd"))
    share = NumberColumn(gettext_lazy("gehaald (%)"))

    class Meta(FigureTable.Meta):
        """Repeat the options: django-tables2 does not inherit them."""


class KindTable(UseTable):
    """The institutions of each kind together."""

    name = HeadingColumn(gettext_lazy("Soort"))
    institutions = NumberColumn(gettext_lazy("met verwachting"))
    bottlenecks = NumberColumn(gettext_lazy("knelpunten"))

    class Meta(FigureTable.Meta):
        sequence = ("name", "due", "actual", "share", "institutions", "bottlenecks")


class InstitutionTable(UseTable):
    """Each institution. Users can sort by any column; those that fell the most short come first."""

    name = HeadingColumn(gettext_lazy("Instelling"), order_by="sort_key")
    kind = WordColumn(gettext_lazy("soort"))
    province = WordColumn(gettext_lazy("provincie"))
    bottleneck = WordColumn(gettext_lazy("knelpunt"))
    note = WordColumn(gettext_lazy("nota"))

    class Meta(FigureTable.Meta):
        order_by = "share"
        orderable = True
        sequence = ("name", "kind", "province", "due", "actual", "share", "bottleneck", "note")


class MonthTable(UseTable):
    """Each month of the institutions together."""

    name = HeadingColumn(gettext_lazy("Maand"))
    institutions = NumberColumn(gettext_lazy("met verwachting"))
    bottlenecks = NumberColumn(gettext_lazy("knelpunten"))

    class Meta(FigureTable.Meta):
        sequence = ("name", "due", "actual", "share", "institutions", "bottlenecks")


class OwnMonthTable(UseTable):
    """Each month of one institution, with its clients and what the agency noted."""

    name = HeadingColumn(gettext_lazy("Maand"))
    clients = NumberColumn(gettext_lazy("cliënten"))
    bottleneck = WordColumn(gettext_lazy("knelpunt"))
    note = WordColumn(gettext_lazy("nota"))

    class Meta(FigureTable.Meta):
        sequence = ("name", "clients", "due", "actual", "share", "bottleneck", "note")


def use_record(name: str, use: Use | None, **others: object) -> Record:
    """Return the row of a use; None is no data."""
    numbers: Record = {"due": None, "actual": None, "share": None}
    if use is not None:
        numbers = {"due": whole(use.due), "actual": use.actual, "share": use.share}
    return {"name": name, "sort_key": fold(name), **numbers, **others}


def bottleneck_word(use: Use | None) -> str:
    """Return the word in the column of bottlenecks."""
    return _("knelpunt") if use is not None and use.is_bottleneck else ""


def month_label(month: datetime.date, running: datetime.date | None) -> str:
    """Return the name of a month; that of the running one says so."""
    name = capfirst(date_format(month, "F"))
    return _("{month} (lopend)").format(month=name) if month == running else name


def texts(
    year: UseOfYear,
    scope: str,
    view: str,
    records: Sequence[Record],
    *,
    clients: bool = False,
    authors: bool = True,
) -> dict[str, Any]:
    """Return title, definition, notes and file name of a table. `scope` describes its institutions, `view` its rows.

    `clients`: it has a column of clients. `authors`: the notes name who added the expectations.
    """
    return {
        "title": _("Raadplegingen tegenover de verwachting in {year} · {scope}").format(
            year=year.year, scope=scope
        ),
        "definition": f"{EXPECTED} {BOTTLENECK}" + (f" {CLIENTS}" if clients else ""),
        "notes": tuple(_notes(year, records, authors)),
        "file_name": slugify(f"{_('verwachting')} {year.year} {view} {scope}")[:100],
    }


def _notes(year: UseOfYear, records: Sequence[Record], authors: bool) -> Iterable[str]:
    if not year.targets:
        yield _("Voor {year} is er geen verwachting.").format(year=year.year)
    seen: list[str] = []
    for expectation in year.expectations:
        day = date_format(timezone.localtime(expectation.added_at).date(), "DATE_FORMAT")
        words = (
            _("Verwachting: {source}; ingevoerd door {who} op {day}.")
            if authors
            else _("Verwachting: {source}; ingevoerd op {day}.")
        ).format(source=expectation.source, who=expectation.added_by, day=day)
        if words not in seen:
            seen.append(words)
    yield from seen[:MOST_SOURCES]
    if len(seen) > MOST_SOURCES:
        yield _("En nog {number} andere bronnen van verwachtingen.").format(number=len(seen) - MOST_SOURCES)
    yield _("Geteld in het logboek op {moment}. Dagen en maanden volgen de tijd in Brussel.").format(
        moment=date_format(timezone.localtime(), "DATETIME_FORMAT")
    )
    if year.begins and year.begins.year == year.year:
        yield _("Het logboek begint in {month}: daarvoor zijn er geen gegevens.").format(
            month=date_format(year.begins, "F Y")
        )
    if len(records) > 1:
        yield _(
            "Verwacht is afgerond op een geheel getal; het totaal is de afgeronde som van de juiste waarden."
        )
    if any(record["due"] is None for record in records):
        yield _("“–” is geen gegevens, 0 is nul.")


def basis_words(expectation: Expectation | Draft) -> str:
    """Return what an expectation expects, in words: `120 raadplegingen per maand`."""
    label = Basis(expectation.basis).label
    if expectation.number is None:
        return str(label)
    number = expectation.number.normalize()
    places = max(0, -int(number.as_tuple().exponent))
    return f"{number_format(number, places, use_l10n=True, force_grouping=True)} {label}"


def period_words(expectation: Expectation | Draft) -> str:
    """Return the months of an expectation: `2026-01 t.e.m. 2026-12`."""
    if expectation.last_month is None:
        return _("vanaf {first}").format(first=f"{expectation.first_month:%Y-%m}")
    return _("{first} t.e.m. {last}").format(
        first=f"{expectation.first_month:%Y-%m}", last=f"{expectation.last_month:%Y-%m}"
    )


class ExpectationTable(tables.Table):
    """The expectations of one institution, also of its kind, the newest first; those that were replaced stay."""

    period = tables.Column(verbose_name=gettext_lazy("Maanden"), empty_values=())
    basis = tables.Column(verbose_name=gettext_lazy("Verwacht"), empty_values=())
    bottleneck_share = tables.Column(verbose_name=gettext_lazy("Knelpunt onder"))
    scope = tables.Column(verbose_name=gettext_lazy("Voor"), empty_values=())
    source = tables.Column(verbose_name=gettext_lazy("Bron"))
    added_at = tables.DateColumn(verbose_name=gettext_lazy("Ingevoerd op"), format="j F Y")
    added_by = tables.Column(verbose_name=gettext_lazy("Ingevoerd door"))
    state = tables.Column(verbose_name=gettext_lazy("Geldt"), empty_values=())

    class Meta:
        orderable = False
        attrs = {"class": "fig-table plain"}

    def __init__(
        self, expectations: Sequence[Expectation], in_force: Mapping[int, int], **options: object
    ) -> None:
        """`in_force`: in how many months of the year on the page each counts, by primary key."""
        self._in_force = in_force
        super().__init__(expectations, **options)

    def render_period(self, record: Expectation) -> str:
        return period_words(record)

    def render_basis(self, record: Expectation) -> str:
        return basis_words(record)

    def render_bottleneck_share(self, value: int) -> str:
        return f"{value} %"

    def render_scope(self, record: Expectation) -> str:
        return (
            _("soort: {kind}").format(kind=record.get_kind_display()) if record.kind else _("deze instelling")
        )

    def render_state(self, record: Expectation) -> str:
        number = self._in_force.get(record.pk, 0)
        if not number:
            return _("niet dit jaar")
        words = ngettext("in {number} maand van dit jaar", "in {number} maanden van dit jaar", number)
        return words.format(number=number)


class NoteTable(tables.Table):
    """What the agency noted about months of one institution, the newest first."""

    month = tables.DateColumn(verbose_name=gettext_lazy("Maand"), format="F Y")
    text = tables.Column(verbose_name=gettext_lazy("Nota"))
    added_at = tables.DateColumn(verbose_name=gettext_lazy("Geschreven op"), format="j F Y")
    added_by = tables.Column(verbose_name=gettext_lazy("Geschreven door"))

    class Meta:
        orderable = False
        attrs = {"class": "fig-table plain"}


class PlanTable(tables.Table):
    """The lines of a file beside what they replace."""

    line = tables.Column(verbose_name=gettext_lazy("Regel"))
    scope = tables.Column(verbose_name=gettext_lazy("Instelling of soort"), accessor="draft__name")
    period = tables.Column(verbose_name=gettext_lazy("Maanden"), accessor="draft")
    stored = tables.Column(verbose_name=gettext_lazy("Nu"))
    basis = tables.Column(verbose_name=gettext_lazy("Bestand"), accessor="draft")
    share = tables.Column(verbose_name=gettext_lazy("Knelpunt onder"), accessor="draft__bottleneck_share")
    change = tables.Column(verbose_name=gettext_lazy("Wat er gebeurt"), empty_values=(), order_by="line")

    class Meta:
        orderable = False
        attrs = {"class": "counts"}

    def render_period(self, value: Draft) -> str:
        return period_words(value)

    def render_basis(self, value: Draft) -> str:
        return basis_words(value)

    def render_share(self, value: int) -> str:
        return f"{value} %"

    def render_stored(self, value: Expectation) -> SafeString:
        """Return what the file replaces, with its months and source."""
        return format_html("{} ({}; {})", basis_words(value), period_words(value), value.source)

    def render_change(self, record: PlannedExpectation) -> str:
        if record.is_same:
            return _("staat er al")
        return _("nieuw") if record.stored is None else _("vervangt wat er nu staat, in deze maanden")
