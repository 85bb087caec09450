"""Years as sheets of cells: what the screen shows, what the downloads hold and what `monthly_table` prints."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .figures import PER_WORKING_DAY
from .services.calendar import WorkingDays
from .services.quoted import Quoted
from .services.years import Cells, Line, Year


@dataclass(frozen=True)
class Cell:
    """One cell: a number, or words. A number that is not known is the words `geen gegevens`, never 0."""

    value: int | Decimal | str
    label: str  # heading of its column: small screens show it beside the cell
    marked: bool = False  # the month is not over

    @property
    def text(self) -> str:
        """As on the screen: thousands set apart."""
        return self.value if isinstance(self.value, str) else number(self.value)

    @property
    def look(self) -> str:
        """Its classes in the stylesheet: a number or words, and whether the month is not over."""
        return ("none" if isinstance(self.value, str) else "num") + (" marked" if self.marked else "")


@dataclass(frozen=True)
class Row:
    """One row: its heading and its cells."""

    heading: str
    cells: tuple[Cell, ...]
    beside: bool = False  # for comparison: of another year than the rest


@dataclass(frozen=True)
class Sheet:
    """A table with what has to stand with it: what it is (`title`), how it is counted (`definition`), where it comes
    from and what is missing (`notes`).

    `name` is that of a downloaded file, without extension; `marked` the index of the column of a month that is not
    over.
    """

    name: str
    title: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: tuple[Row, ...]
    definition: str
    notes: tuple[str, ...]
    marked: int | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether it would look lost over the whole width of the page."""
        return len(self.columns) < 6

    @property
    def heads(self) -> list[tuple[str, bool]]:
        """The columns, each with whether it is that of a month that is not over."""
        return [(column, index == self.marked) for index, column in enumerate(self.columns)]


def number(value: int | Decimal) -> str:
    """A number as on the screen: thousands set apart, decimals as they are."""
    return number_format(value, force_grouping=True)


def no_data() -> str:
    """The words for a number that is not known."""
    return _("geen gegevens")


def month_name(month: datetime.date) -> str:
    """The short name of a month, as at the head of a column: `jan`."""
    return date_format(month, "M").rstrip(".")


def file_name(year: Year, scope: str, more: str = "") -> str:
    """The name of a file about `year`, without extension: what, when and of whom, so that none overwrites another."""
    return slugify(" ".join([str(year.figure.name), str(year.year), more, scope]))[:100]


def year_sheet(year: Year, scope: str) -> Sheet:
    """The sheet of a year: a row per institution, a column per month, the sums, the year before.

    `scope` says in words which institutions it is about. A year before without data gets no row and no column.
    """
    compared = year.all.previous_total is not None
    names = [month_name(month) for month in year.months]
    columns = [*names, _("totaal {year}").format(year=year.year)]
    if year.running is not None:
        columns[year.running] = _("{month} (lopend)").format(month=names[year.running])
        columns[12] = _("totaal {year} tot nu").format(year=year.year)
    if compared:
        columns.append(_("totaal {year}").format(year=year.year - 1))

    def row(heading: str, months: Cells, totals: Sequence[int | str | None], *, beside: bool = False) -> Row:
        values = [no_data() if value is None else value for value in (*months, *totals)]
        # A month of the year before is over, whatever stands at the head of its column.
        labels = [*names, *columns[12:]] if beside else columns
        return Row(
            heading,
            tuple(
                Cell(value, label, index == year.running and not beside)
                for index, (value, label) in enumerate(zip(values, labels, strict=False))
            ),
            beside,
        )

    def of_year(line: Line) -> Row:
        return row(line.name, line.months, (line.total, line.previous_total))

    # A single line is its own sum; without any there is still a table, which says so month by month.
    totals = [] if len(year.lines) == 1 else [of_year(year.all)]
    if compared:
        before = _("Ter vergelijking: {year}").format(year=year.year - 1)
        totals.append(row(before, year.all.previous, ("", year.all.previous_total), beside=True))
    return Sheet(
        name=file_name(year, scope),
        title=_("{figure} per maand in {year} · {scope}").format(
            figure=capfirst(str(year.figure.name)), year=year.year, scope=scope
        ),
        corner=_("Instelling"),
        columns=tuple(columns),
        rows=tuple(of_year(line) for line in year.lines),
        totals=tuple(totals),
        definition=str(year.figure.definition),
        notes=tuple(_notes(year, scope, compared)),
        marked=year.running,
    )


def _notes(year: Year, scope: str, compared: bool) -> Iterable[str]:
    if year.is_empty:
        yield _("Voor {year} zijn er geen gegevens ({scope}).").format(year=year.year, scope=scope)
    elif not compared:
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
    if year.hidden and not year.is_empty:
        yield ngettext(
            "{number} instelling zonder gegevens staat niet in de tabel.",
            "{number} instellingen zonder gegevens staan niet in de tabel.",
            year.hidden,
        ).format(number=number(year.hidden))


def month_periods(year: Year) -> list[tuple[datetime.date, datetime.date]]:
    """First and last day of each month that has data and is over."""
    ends = [*year.months[1:], datetime.date(year.year + 1, 1, 1)]
    return [(year.months[i], ends[i] - datetime.timedelta(days=1)) for i in year.complete]


def per_day_sheet(year: Year, days: Sequence[WorkingDays], scope: str) -> Sheet | None:
    """What the year's complete months come to per working day; `days` belong to `month_periods(year)`.

    None when no month is complete.
    """
    if not days:
        return None
    calendar = calendar_name(days[0])
    columns = (_("aantal"), _("werkdagen"), _("per werkdag"))

    def row(heading: str, counted: int, working: int, per_day: Decimal | None) -> Row:
        values = (counted, working, _("geen werkdagen") if per_day is None else per_day)
        return Row(heading, tuple(Cell(value, column) for value, column in zip(values, columns, strict=True)))

    numbers = [year.all.months[i] or 0 for i in year.complete]
    together = WorkingDays(
        days[0].first,
        days[-1].last,
        days[0].calendar,
        sum(period.number for period in days),
        tuple(closing for period in days for closing in period.closed),
        all(period.covered for period in days),
    )
    return Sheet(
        name=file_name(year, scope, _("per werkdag")),
        title=_("{figure} per werkdag in {year} · {scope} · kalender: {calendar}").format(
            figure=capfirst(str(year.figure.name)), year=year.year, scope=scope, calendar=calendar
        ),
        corner=_("Maand"),
        columns=columns,
        rows=tuple(
            row(date_format(period.first, "F"), counted, period.number, period.per_day(counted))
            for period, counted in zip(days, numbers, strict=True)
        ),
        totals=(
            row(
                ngettext("{number} volledige maand", "{number} volledige maanden", len(days)).format(
                    number=len(days)
                ),
                sum(numbers),
                together.number,
                together.per_day(sum(numbers)),
            ),
        ),
        definition=str(PER_WORKING_DAY),
        notes=tuple(_calendar_notes(together)),
    )


def quoted_sheet(quoted: Quoted) -> Sheet:
    """The statement of 2015 held against the days one can count."""
    columns = (_("uitwisselingen"), _("werkdagen"), _("per werkdag"))
    first, last = date_format(quoted.first, "F"), date_format(quoted.last, "F Y")
    return Sheet(
        name="uitwisselingen-per-werkdag-2015-09-11",
        title=_("Uitwisselingen van {first} tot en met {last} per werkdag · alle instellingen").format(
            first=first, last=last
        ),
        corner=_("Kalender"),
        columns=columns,
        rows=tuple(
            Row(
                calendar_name(quotient.days),
                tuple(
                    Cell(value, column)
                    for value, column in zip(
                        (quoted.total, quotient.days.number, quotient.per_day), columns, strict=True
                    )
                ),
            )
            for quotient in quoted.quotients
        ),
        totals=(),
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
    )


def calendar_name(days: WorkingDays) -> str:
    """The calendar that a number of working days goes by, in words."""
    return str(days.calendar.label) if days.calendar else _("elke maandag tot en met vrijdag")


def _calendar_notes(days: WorkingDays) -> Iterable[str]:
    if days.closed:
        yield _("Sluitingsdagen op een weekdag: {days}.").format(
            days=", ".join(f"{date_format(closing.day, 'j F')} ({closing.name})" for closing in days.closed)
        )
    if not days.covered:
        yield _("De kalender is voor dit jaar niet ingevuld: alleen zaterdagen en zondagen zijn weggelaten.")
