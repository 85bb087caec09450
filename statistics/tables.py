"""Tables of figures: their columns, order and cells are the same on a page, in a file and in `monthly_table`."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

import django_tables2 as tables
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_tables2.columns import BoundColumn
from django_tables2.data import TableListData
from django_tables2.utils import OrderByTuple

from persons.sorting import fold

from .figures import PER_WORKING_DAY
from .services.calendar import WorkingDays
from .services.quoted import Quoted
from .services.years import Year

Value = int | Decimal | str
# The values of a row by column name; None for a number without data. `rest` and `beside` are marks (Records, Row).
Record = dict[str, Any]
TOTAL, PREVIOUS = "total", "previous"


def number(value: int | Decimal) -> str:
    """Return a number as pages show it: with a thousands separator, decimals unchanged."""
    return number_format(value, force_grouping=True)


def no_data() -> str:
    """Return the words for a number without data. Zero is 0."""
    return _("geen gegevens")


def dash() -> str:
    """Return the sign for a number without data in a table; a note under the table explains it."""
    return "–"


class Cell(NamedTuple):
    """A cell: its value for files, its text and CSS classes for pages.

    `label` is the heading of the column, which small screens show beside the cell.
    """

    value: Value | datetime.date
    text: str
    look: str
    label: str


class Row(NamedTuple):
    """A row for a page or a file. `beside` marks a row for comparison, with numbers of another year.

    The heading of a row on a page is a link if there is an `address`.
    """

    heading: str
    cells: list[Cell]
    beside: bool
    address: str = ""


def _direction(bound_column: BoundColumn) -> str | None:
    """Return `aria-sort` for the column by which the table is sorted, None for all others."""
    if not bound_column.is_ordered:
        return None
    return "descending" if bound_column.order_by_alias.is_descending else "ascending"


class HeadingColumn(tables.Column):
    """The first column: the heading of each row."""

    def __init__(self, verbose_name: str | Promise, **options: Any) -> None:
        super().__init__(verbose_name, attrs={"th": {"aria-sort": _direction}}, **options)


class NumberColumn(tables.Column):
    """A column of numbers. `default` returns the text for a number without data; zero is shown as 0.

    `marked` is for a month that is not over; `month` is its name without the mark.
    """

    empty_values = (None,)

    def __init__(
        self,
        verbose_name: str | Promise,
        *,
        default: Callable[[], str] = dash,
        marked: bool = False,
        month: str = "",
    ) -> None:
        self.marked = marked
        self.month = month or verbose_name
        look = "num marked" if marked else "num"
        super().__init__(
            verbose_name,
            default=default,
            initial_sort_descending=True,
            attrs={"th": {"class": look, "aria-sort": _direction}},
        )

    def render(self, value: Value) -> str:
        """Return a value as pages show it."""
        return value if isinstance(value, str) else number(value)

    def value(self, value: Value) -> Value:
        """Return a value as files contain it: numbers stay numbers."""
        return value

    def cell(self, value: Value | None, *, beside: bool = False) -> Cell:
        """Return the cell of a value. Cells for comparison (`beside`) are of a month that is over, so not marked."""
        value = self.default if value is None else value
        look = "none" if isinstance(value, str) else "num"
        if beside:
            return Cell(value, self.render(value), look, str(self.month))
        return Cell(
            value, self.render(value), f"{look} marked" if self.marked else look, str(self.verbose_name)
        )


class WordColumn(NumberColumn):
    """A column of words beside the numbers. Nothing is an empty cell."""

    def __init__(self, verbose_name: str | Promise, **options: Any) -> None:
        super().__init__(verbose_name, default=str, **options)
        self.attrs = {"th": {"aria-sort": _direction}}
        self.initial_sort_descending = False

    def cell(self, value: Value | None, *, beside: bool = False) -> Cell:
        """Return the cell of a word."""
        text = str(value or "")
        return Cell(text, text, "word", str(self.verbose_name))


class Records(TableListData):
    """The rows of a table of figures.

    Rows without data come last, ascending or descending. So does the line of all other institutions (`rest`),
    whatever its name and total.
    """

    data: list[Record]

    def order_by(self, aliases: OrderByTuple) -> None:
        """Sort by column names, with `-` in front for descending. Equal rows keep their order."""
        for alias in reversed(aliases):
            [field] = self.table.columns[alias.bare].order_by
            value = itemgetter(field.bare)
            blanks = [record for record in self.data if value(record) is None]
            self.data = [record for record in self.data if value(record) is not None]
            self.data.sort(key=value, reverse=alias.is_descending)
            self.data += blanks
        self.data.sort(key=lambda record: record.get("rest", False))


class FigureTable(tables.Table):
    """A table of figures with its texts: title, definition of the figure, and notes on sources and missing data.

    `file_name` is the name of its files, without extension. `totals` are the rows of the foot: pinned below the others
    in every order. The first column has the headings of the rows, all others have numbers. `row_template` draws the
    rows; with `has_folded_notes` the page shows the notes folded, and with `has_actions` a last column without a head.
    """

    row_template = "statistics/includes/rows.html"
    has_folded_notes = False
    has_actions = False

    class Meta:
        attrs = {"class": "fig-table"}
        order_by_field = "order_by"
        orderable = False

    def __init__(
        self,
        records: Iterable[Record],
        totals: Sequence[Record] = (),
        *,
        title: str,
        definition: str,
        notes: Sequence[str],
        file_name: str,
        **options: Any,
    ) -> None:
        self.title = title
        self.definition = definition
        self.notes = notes
        self.file_name = file_name
        self.totals = totals
        super().__init__(Records(list(records)), **options)

    def get_bottom_pinned_data(self) -> Sequence[Record]:
        """Return the rows of the foot."""
        return self.totals

    @property
    def is_narrow(self) -> bool:
        """True for a table with too few columns to fill the width of the page."""
        return len(self.columns) < 7

    @property
    def body(self) -> list[Row]:
        """The rows above the foot, ready for a template.

        Rendering each cell through django-tables2 takes several times as long as looping over these.
        """
        return self._rows(self.data)

    @property
    def foot(self) -> list[Row]:
        """The rows of the foot."""
        return self._rows(self.totals)

    def _rows(self, records: Iterable[Record]) -> list[Row]:
        heading, *numbers = ((column.name, column.column) for column in self.columns)
        rows = []
        for record in records:
            beside = record.get("beside", False)
            cells = [column.cell(record[name], beside=beside) for name, column in numbers]
            rows.append(Row(record[heading[0]], cells, beside, record.get("address", "")))
        return rows


class YearTable(FigureTable):
    """The months of a year, with a row for each institution. Users can sort several rows by any column."""

    name = HeadingColumn(gettext_lazy("Instelling"), order_by="sort_key")

    class Meta(FigureTable.Meta):
        order_by = f"-{TOTAL}"

    def __init__(self, year: Year, *, order_by: str = "", **options: Any) -> None:
        columns = _month_columns(year)
        if order_by.removeprefix("-") not in {"name", *dict(columns)}:
            order_by = self.Meta.order_by
        super().__init__(
            [
                _record(line.name, line.months, line.total, line.previous_total, rest=line.rest)
                for line in year.lines
            ],
            _totals(year),
            extra_columns=columns,
            orderable=len(year.lines) > 1,
            order_by=order_by,
            **options,
        )


class PerDayTable(FigureTable):
    """Complete months, with the number per working day."""

    name = HeadingColumn(gettext_lazy("Maand"))
    number = NumberColumn(gettext_lazy("aantal"))
    days = NumberColumn(gettext_lazy("werkdagen"))
    per_day = NumberColumn(gettext_lazy("per werkdag"), default=lambda: _("geen werkdagen"))

    class Meta(FigureTable.Meta):
        """Repeat the options: django-tables2 does not inherit them."""


class QuotedTable(FigureTable):
    """The public statement of 2015, by each calendar of working days."""

    name = HeadingColumn(gettext_lazy("Kalender"))
    number = NumberColumn(gettext_lazy("uitwisselingen"))
    days = NumberColumn(gettext_lazy("werkdagen"))
    per_day = NumberColumn(gettext_lazy("per werkdag"))

    class Meta(FigureTable.Meta):
        """Repeat the options."""


def month_name(month: datetime.date) -> str:
    """Return the short name of a month, as in the head of a column: `jan`."""
    return date_format(month, "M").rstrip(".")


def _month(index: int) -> str:
    """Return the column name of a month (0 to 11): `m01` to `m12`. Addresses use it to sort."""
    return f"m{index + 1:02d}"


def _month_columns(year: Year) -> list[tuple[str, NumberColumn]]:
    """Return the columns of a year by name: twelve months, the total, and the total of the year before if any."""
    columns = []
    for index, month in enumerate(year.months):
        name, marked = month_name(month), index == year.running
        heading = _("{month} (lopend)").format(month=name) if marked else name
        columns.append((_month(index), NumberColumn(heading, marked=marked, month=name)))
    words = _("totaal {year}") if year.running is None else _("totaal {year} tot nu")
    columns.append((TOTAL, NumberColumn(words.format(year=year.year))))
    if year.has_previous:
        columns.append((PREVIOUS, NumberColumn(_("totaal {year}").format(year=year.year - 1))))
    return columns


def _record(
    name: str, months: Iterable[int | None], total: int | str | None, previous: int | None, **marks: bool
) -> Record:
    numbers = {_month(index): value for index, value in enumerate(months)}
    return {"name": name, "sort_key": fold(name), **numbers, TOTAL: total, PREVIOUS: previous, **marks}


def _totals(year: Year) -> list[Record]:
    # A single line equals its total. Without lines the total still shows that each month has no data.
    together = year.all
    totals = []
    if len(year.lines) != 1:
        totals.append(_record(together.name, together.months, together.total, together.previous_total))
    if year.has_previous:
        before = _("Ter vergelijking: {year}").format(year=year.year - 1)
        totals.append(_record(before, together.previous, "", together.previous_total, beside=True))
    return totals


def year_table(year: Year, scope: str, order_by: str = "") -> YearTable:
    """Return the table of a year; `scope` describes its institutions.

    `order_by` is the name of a column (`name`, `m01` to `m12`, `total`, `previous`), with `-` in front for descending;
    any other text means `-total`. A year before without data gets no row and no column.
    """
    return YearTable(
        year,
        order_by=order_by,
        title=_("{figure} per maand in {year} · {scope}").format(
            figure=capfirst(str(year.figure.name)), year=year.year, scope=scope
        ),
        definition=str(year.figure.definition),
        notes=tuple(_notes(year, scope)),
        file_name=_file_name(year, scope),
    )


def _file_name(year: Year, scope: str, more: str = "") -> str:
    # With figure, year and institutions, so that one file does not overwrite another.
    return slugify(" ".join([str(year.figure.name), str(year.year), more, scope]))[:100]


def _notes(year: Year, scope: str) -> Iterable[str]:
    if year.is_empty:
        yield _("Voor {year} zijn er geen gegevens ({scope}).").format(year=year.year, scope=scope)
    elif not year.has_previous:
        yield _("Voor {year} zijn er geen gegevens om mee te vergelijken.").format(year=year.year - 1)
    for source, at in year.sources:
        yield _("Bron: {source}; ingevoerd op {day}.").format(
            source=source, day=date_format(timezone.localtime(at).date(), "DATE_FORMAT")
        )
    if not year.figure.measure:
        yield _("Geteld in het logboek op {moment}. Dagen en maanden volgen de tijd in Brussel.").format(
            moment=date_format(timezone.localtime(), "DATETIME_FORMAT")
        )
        if year.begins and year.begins.year >= year.year - 1:
            yield _("Het logboek begint in {month}: daarvoor zijn er geen gegevens.").format(
                month=date_format(year.begins, "F Y")
            )
    if year.running is not None and not year.is_empty:
        yield _("{month} loopt nog: dat aantal is niet volledig.").format(
            month=capfirst(date_format(year.months[year.running], "F"))
        )
    if year.followed:
        yield _("Geteld bij hun opvolger: {institutions}.").format(institutions=", ".join(year.followed))
    if any(cell is None for line in year.lines for cell in line.months):
        yield _("“–” is geen gegevens, 0 is nul.")


def month_periods(year: Year) -> list[tuple[datetime.date, datetime.date]]:
    """Return first and last day of each month that has data and is over."""
    ends = [*year.months[1:], datetime.date(year.year + 1, 1, 1)]
    return [(year.months[i], ends[i] - datetime.timedelta(days=1)) for i in year.complete]


def per_day_table(year: Year, days: Sequence[WorkingDays], scope: str) -> PerDayTable | None:
    """Return the complete months of a year per working day, or None if no month is complete.

    `days` are the working days of `month_periods(year)`.
    """
    if not days:
        return None
    numbers = [year.all.months[i] or 0 for i in year.complete]
    together = WorkingDays(
        days[0].first,
        days[-1].last,
        days[0].calendar,
        sum(period.number for period in days),
        tuple(closing for period in days for closing in period.closed),
        all(period.covered for period in days),
    )
    months = ngettext("{number} volledige maand", "{number} volledige maanden", len(days))
    return PerDayTable(
        [
            _per_day(date_format(period.first, "F"), count, period)
            for period, count in zip(days, numbers, strict=True)
        ],
        [_per_day(months.format(number=len(days)), sum(numbers), together)],
        title=_("{figure} per werkdag in {year} · {scope} · kalender: {calendar}").format(
            figure=capfirst(str(year.figure.name)),
            year=year.year,
            scope=scope,
            calendar=calendar_name(together),
        ),
        definition=str(PER_WORKING_DAY),
        notes=tuple(_calendar_notes(together)),
        file_name=_file_name(year, scope, _("per werkdag")),
    )


def _per_day(name: str, number: int, days: WorkingDays) -> Record:
    return {"name": name, "number": number, "days": days.number, "per_day": days.per_day(number)}


def quoted_table(quoted: Quoted) -> QuotedTable:
    """Return the statement of 2015, divided by the working days of each calendar."""
    first, last = date_format(quoted.first, "F"), date_format(quoted.last, "F Y")
    return QuotedTable(
        [
            _per_day(calendar_name(quotient.days), quoted.total, quotient.days)
            for quotient in quoted.quotients
        ],
        title=_("Uitwisselingen van {first} tot en met {last} per werkdag · alle instellingen").format(
            first=first, last=last
        ),
        definition=str(PER_WORKING_DAY),
        notes=(
            _(
                "Het antwoord op schriftelijke vraag nr. 191 van 14 december 2015 noemt meer dan {claimed}"
                " uitwisselingen per werkdag. Dat kan met ten hoogste {days} werkdagen ({per_day} per dag); geen van"
                " deze kalenders geeft er zo weinig. Het getal van het antwoord is hier niet overgenomen."
            ).format(
                claimed=number(quoted.claimed), days=quoted.most_days, per_day=number(quoted.at_most_days)
            ),
        ),
        file_name="uitwisselingen-per-werkdag-2015-09-11",
    )


def calendar_name(days: WorkingDays) -> str:
    """Return the name of the calendar used for a number of working days."""
    return str(days.calendar.label) if days.calendar else _("elke maandag tot en met vrijdag")


def _calendar_notes(days: WorkingDays) -> Iterable[str]:
    if days.closed:
        yield _("Sluitingsdagen op een weekdag: {days}.").format(
            days=", ".join(f"{date_format(closing.day, 'j F')} ({closing.name})" for closing in days.closed)
        )
    if not days.covered:
        yield _("De kalender is voor dit jaar niet ingevuld: alleen zaterdagen en zondagen zijn weggelaten.")
