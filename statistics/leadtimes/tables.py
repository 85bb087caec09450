"""The tables of lead times, as pages and files show them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.periods import today
from persons.sorting import fold

from ..enums import PortalWait
from ..services.calendar import WorkingDays
from ..services.counting import next_month
from ..tables import FigureTable, HeadingColumn, NumberColumn, Record, calendar_name, dash
from .services import (
    HIDDEN,
    NONE_ENDED,
    Both,
    Lead,
    LeadChoice,
    LeadTimes,
    Open,
    TimeClass,
    shown_beside,
    without_differences,
)
from .ways import (
    DETOUR_WAYS,
    LEAD_TIME,
    NAMES,
    PORTAL_TIME,
    PORTAL_WAYS,
    SHORT_LEAD_TIME,
    SMALL,
    name_of,
)


def not_shown() -> str:
    """Return the words for a number that is not shown, because it is of fewer than five."""
    return _("niet getoond")


class CountColumn(NumberColumn):
    """A column of how many there are: None is a number that may not be shown."""

    def __init__(self, verbose_name: str | Promise) -> None:
        super().__init__(verbose_name, default=not_shown)


class EndedTable(FigureTable):
    """The columns of ended waits, which other tables share."""

    name = HeadingColumn("")
    number = CountColumn(gettext_lazy("beantwoord"))
    half = NumberColumn(gettext_lazy("mediaan"))
    nine_in_ten = NumberColumn(gettext_lazy("9 op 10 binnen"))


class BothTable(EndedTable):
    """The columns of ended waits, and of those that are open today."""

    open = CountColumn(gettext_lazy("nu open"))
    age = NumberColumn(gettext_lazy("open: mediaan"))
    longest = NumberColumn(gettext_lazy("open: oudste"))


class WaysTable(BothTable):
    """Detours by the kind of third party."""

    name = HeadingColumn(gettext_lazy("Via"))

    class Meta(FigureTable.Meta):
        """Repeat the options: django-tables2 does not inherit them."""


class PortalTable(BothTable):
    """What the portal itself took, beside the detours."""

    name = HeadingColumn(gettext_lazy("In het portaal"))
    number = CountColumn(gettext_lazy("aantal"))

    class Meta(FigureTable.Meta):
        """Repeat the options."""


class ClassesTable(FigureTable):
    """How many took how long."""

    name = HeadingColumn(gettext_lazy("Werkdagen"))
    number = CountColumn(gettext_lazy("aantal"))

    class Meta(FigureTable.Meta):
        """Repeat the options."""


class MonthsTable(EndedTable):
    """By the month of the answer."""

    name = HeadingColumn(gettext_lazy("Maand"))

    class Meta(FigureTable.Meta):
        """Repeat the options."""


class InstitutionsTable(BothTable):
    """By institution. Users can sort by any column; the largest number comes first unless they do."""

    name = HeadingColumn(gettext_lazy("Instelling"), order_by="sort_key")

    class Meta(FigureTable.Meta):
        order_by = "-number"

    def __init__(
        self, records: Iterable[Record], totals: Sequence[Record], *, order_by: str = "", **options: Any
    ) -> None:
        if order_by.removeprefix("-") not in self.base_columns:
            order_by = self.Meta.order_by
        records = list(records)
        super().__init__(records, totals, orderable=len(records) > 1, order_by=order_by, **options)


def period_name(choice: LeadChoice) -> str:
    """Return the period in words: a year, a month, or from one month to another."""
    first, last = choice.begin, choice.begin.replace(month=choice.last)
    if (choice.first, choice.last) == (1, 12):
        return str(choice.year)
    if choice.first == choice.last:
        return date_format(first, "F Y")
    return _("{first} tot en met {last}").format(first=date_format(first, "F"), last=date_format(last, "F Y"))


def _ended(lead: Lead) -> Record:
    return {"number": lead.number, "half": lead.half, "nine_in_ten": lead.nine_in_ten}


def _both(name: str, both: Both) -> Record:
    still: Open = both.open
    return {
        "name": name,
        "sort_key": fold(name),
        **_ended(both.ended),
        "open": still.number,
        "age": still.half,
        "longest": still.longest,
    }


def shown_ways(times: LeadTimes) -> dict[str, Both]:
    """Return the detours that there are, by way, without the numbers that may not be shown."""
    return shown_beside({way: times.by_way[way] for way in DETOUR_WAYS if way in times.by_way}, times.detours)


class TableMaker:
    """Makes the tables of one page: they share its period, institutions and calendar.

    `scope` describes the institutions, `days` are the working days of the period.
    """

    def __init__(self, times: LeadTimes, choice: LeadChoice, scope: str, days: WorkingDays) -> None:
        self.times = times
        self.choice = choice
        self.scope = scope
        self.days = days

    def ways(self) -> WaysTable:
        """Return the detours by the kind of third party, with all of them together in the foot."""
        records = [_both(str(NAMES[way]), both) for way, both in shown_ways(self.times).items()]
        totals = [_both(_("Alle omwegen samen"), self.times.detours)]
        return WaysTable(
            records, totals, **self._texts(_("Omwegen"), [*records, *totals], definition=str(LEAD_TIME))
        )

    def portal(self) -> PortalTable:
        """Return what the portal itself took. How many are not looked at yet is no figure: no one has to look."""
        records = []
        for way in PORTAL_WAYS:
            record = _both(str(NAMES[way]), self.times.by_way.get(way, Both()))
            if way == PortalWait.FIRST_LOOK:
                record |= {"open": dash()}
            records.append(record)
        texts = self._texts(_("Wat het portaal zelf vroeg"), records, definition=str(PORTAL_TIME))
        return PortalTable(records, **texts)

    def classes(self) -> ClassesTable | None:
        """Return how many of the chosen ways took how long, or None if there are too few."""
        if not self.times.classes or self._together.ended.number is None:
            return None
        records = [{"name": class_name(each), "number": each.number} for each in self.times.classes]
        what = _("Hoe lang het duurde: {ways}").format(ways=self._ways)
        return ClassesTable(records, **self._texts(what, records))

    def months(self) -> MonthsTable:
        """Return the chosen ways by the month of the answer, up to the running month."""
        months = []
        month = self.choice.begin
        while month < self.choice.until and month <= today():
            months.append(month)
            month = next_month(month)
        leads = {month: self.times.by_month.get(month, NONE_ENDED) for month in months}
        together = self._together.ended
        hidden = without_differences({month: lead.number for month, lead in leads.items()}, together.number)
        records = [
            {"name": _month_name(month), **_ended(HIDDEN if month in hidden else lead)}
            for month, lead in leads.items()
        ]
        totals = [{"name": _("Samen"), **_ended(together)}]
        what = _("Per maand: {ways}").format(ways=self._ways)
        return MonthsTable(records, totals, **self._texts(what, [*records, *totals]))

    def institutions(self, names: Mapping[int, str]) -> InstitutionsTable:
        """Return the chosen ways by institution; `names` by primary key, others were removed."""
        institutions = shown_beside(self.times.by_institution, self._together)
        records = [
            _both(names.get(pk) or _("verwijderde instelling {pk}").format(pk=pk), both)
            for pk, both in institutions.items()
        ]
        totals = [_both(_("Samen"), self._together)]
        texts = self._texts(_("Per instelling: {ways}").format(ways=self._ways), [*records, *totals])
        return InstitutionsTable(records, totals, order_by=self.choice.order_by, **texts)

    @property
    def _ways(self) -> str:
        return name_of(self.choice.ways)

    @property
    def _together(self) -> Both:
        """The chosen ways together. Of one way no more than the table of ways shows: it would give another away."""
        if self.choice.ways not in DETOUR_WAYS:
            return self.times.together
        return shown_ways(self.times).get(self.choice.ways, Both())

    def _texts(self, what: str, records: Sequence[Record], definition: str = "") -> dict[str, Any]:
        """Return the texts of a table with these rows; the definition is that of the chosen ways unless given."""
        period = period_name(self.choice)
        is_portal = self.choice.ways in PORTAL_WAYS
        return {
            "title": _("{what} · {period} · {scope}").format(what=what, period=period, scope=self.scope),
            "definition": definition or str(PORTAL_TIME if is_portal else SHORT_LEAD_TIME),
            "notes": tuple(self._notes(records)),
            "file_name": slugify(f"{what} {period} {self.scope}")[:100],
        }

    def _notes(self, records: Sequence[Record]) -> Iterable[str]:
        if any(record.get(name, 0) is None for record in records for name in ("number", "open")):
            yield str(SMALL)
        if any(value in (None, dash()) for record in records for value in record.values()):
            yield _("“–” is geen gegevens, 0 is nul of dezelfde dag.")
        yield _(
            "Werkdagen: maandag tot en met vrijdag, zonder de sluitingsdagen van de kalender {calendar}."
        ).format(calendar=calendar_name(self.days))
        if not self.days.covered:
            yield _(
                "De kalender is voor dit jaar niet ingevuld: alleen zaterdagen en zondagen zijn weggelaten."
            )


def _month_name(month: datetime.date) -> str:
    name = capfirst(date_format(month, "F"))
    return _("{month} (lopend)").format(month=name) if month == today().replace(day=1) else name


def class_name(each: TimeClass) -> str:
    """Return how many working days a class is: `2`, `6–10`, `31 of meer`."""
    if each.high is None:
        return _("{low} of meer").format(low=each.low)
    return str(each.low) if each.low == each.high else f"{each.low}–{each.high}"
