"""A year of one figure: a line per institution, the year before beside it, and what is not known."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Min, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models import Institution, today

from ..figures import CONSULTATION, REPORTED_EXCHANGE, Figure
from ..models import ImportedCount
from .counting import Month, first_month, monthly, months_of, sources

TOP, EVERY, TOGETHER = "top", "every", "together"
FOLDED = 10  # institutions that keep a line of their own while the others are taken together
Cells = tuple[int | None, ...]


def total(cells: Iterable[int | None]) -> int | None:
    """The sum of what is known; None when nothing is."""
    known = [cell for cell in cells if cell is not None]
    return sum(known) if known else None


@dataclass(frozen=True)
class Scope:
    """The institutions that a year is about.

    Each of `institutions` gets a line; `words` name them in titles and file names. `own` is for an institution's own
    page: the queryset has that institution only, the database counts for no other, and the line stays when there are
    no data. `strays` adds the counts without an institution in the database: of removed ones, and of users who worked
    for none.
    """

    institutions: QuerySet[Institution]
    words: str
    own: bool = False
    strays: bool = False


def every_institution() -> Scope:
    """Return the scope of all institutions together. Counting it needs the agency's scope in the database."""
    return Scope(Institution.objects.all(), _("alle instellingen"), strays=True)


@dataclass(frozen=True)
class Line:
    """Twelve months of an institution, or of several together; None where there are no data. Zero is zero.

    `rest` marks the line of all institutions after the ten largest.
    """

    name: str
    months: Cells
    previous: Cells
    rest: bool = False

    @cached_property
    def total(self) -> int | None:
        return total(self.months)

    @cached_property
    def previous_total(self) -> int | None:
        return total(self.previous)


@dataclass(frozen=True)
class Year:
    """A year of `figure`: lines in descending order of their total, what they add up to, and how far it goes.

    `chart` holds the lines a chart can show: the largest ten and the others together. `running` is the index (0-11)
    of the month that is not over yet, None for a year that is. `hidden` counts institutions that are left out
    because there are no data of them.
    """

    figure: Figure
    year: int
    lines: tuple[Line, ...]
    chart: tuple[Line, ...]
    all: Line
    running: int | None
    hidden: int
    sources: tuple[tuple[str, datetime.datetime], ...]
    begins: datetime.date | None

    @property
    def months(self) -> tuple[datetime.date, ...]:
        return months_of(self.year)

    @property
    def is_empty(self) -> bool:
        """Whether there are no data of any month of the year."""
        return self.all.total is None

    @property
    def has_previous(self) -> bool:
        """Whether there are data of the year before."""
        return self.all.previous_total is not None

    @property
    def complete(self) -> list[int]:
        """Indexes of the months that have data, are over, and are not the one in which the log begins."""
        return [
            i
            for i, cell in enumerate(self.all.months)
            if cell is not None and i != self.running and self.months[i] != self.begins
        ]


def years_with_figures(begins: datetime.date | None) -> range:
    """From the first year there are data of to the current one; `begins` is the month in which the log begins."""
    imported = ImportedCount.objects.aggregate(first=Min("month"))["first"]
    firsts = [month.year for month in (imported, begins) if month]
    return range(min([*firsts, today().year]), today().year + 1)


def usual_figure(year: int, begins: datetime.date | None) -> Figure:
    """What a page shows of `year` unless asked otherwise: people's consultations, else what was imported of it.

    `begins` is the month in which the log begins.
    """
    if begins is not None and begins.year <= year:
        return CONSULTATION
    imported = ImportedCount.objects.of_months(
        REPORTED_EXCHANGE.measure, datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1)
    )
    return REPORTED_EXCHANGE if imported.exists() else CONSULTATION


def year_of(figure: Figure, year: int, scope: Scope | None = None, *, show: str = TOP) -> Year:
    """Return the months of `year` and of the year before, for the institutions of `scope` (default: all of them).

    `show` is TOP (the ten largest lines, the others added up in one), EVERY line, or TOGETHER: one line of all.
    Raises CountedElsewhere.
    """
    scope = scope or every_institution()
    institutions: list[tuple[int | None, str, bool]] = list(
        scope.institutions.values_list("pk", "name", "active")
    )
    now = today()
    first, until = datetime.date(year - 1, 1, 1), datetime.date(year + 1, 1, 1)
    counts = monthly(figure, first, until, institutions[0][0] if scope.own else None)
    begins = None if figure.measure else first_month()
    rows, blank = _rows(counts, (*months_of(year - 1), *months_of(year)), figure, begins, now.replace(day=1))
    if scope.strays:
        institutions += _strays(rows, {pk for pk, _name, _active in institutions})
    lines = []
    for pk, name, active in institutions:
        if active or pk in rows:
            numbers = rows.get(pk, blank)
            lines.append(Line(name, tuple(numbers[12:]), tuple(numbers[:12])))
    shown = [line for line in lines if line.total is not None or scope.own]
    shown.sort(key=lambda line: (-(line.total or 0), line.name))
    together = _together(_("Totaal"), lines)
    drawn = _fold(shown) if show != TOGETHER else [replace(together, name=_("Alle instellingen samen"))]
    return Year(
        figure=figure,
        year=year,
        lines=tuple(shown if show == EVERY else drawn),
        chart=tuple(drawn),
        all=together,
        running=_running(now, year, figure, together),
        hidden=len(lines) - len(shown) if show != TOGETHER else 0,
        sources=tuple(sources(figure, datetime.date(year, 1, 1), until)),
        begins=begins,
    )


def _running(now: datetime.date, year: int, figure: Figure, together: Line) -> int | None:
    # What was imported of the running month is not all of it either; where nothing was, nothing is incomplete.
    index = now.month - 1
    if year != now.year or (figure.measure and together.months[index] is None):
        return None
    return index


def _rows(
    counted: dict[Month, int],
    months: Sequence[datetime.date],
    figure: Figure,
    begins: datetime.date | None,
    this_month: datetime.date,
) -> tuple[dict[int | None, list[int | None]], list[int | None]]:
    """The numbers of each institution that was counted, month by month, and those of one that was not.

    What was not counted is zero from the month in which the log begins to the running one, else not known; what was
    not imported is never known.
    """
    blank: list[int | None] = [
        0 if not figure.measure and begins is not None and begins <= month <= this_month else None
        for month in months
    ]
    place = {month: index for index, month in enumerate(months)}
    rows: dict[int | None, list[int | None]] = {}
    for (pk, month), number in counted.items():
        row = rows.get(pk)
        if row is None:
            row = rows[pk] = blank.copy()
        row[place[month]] = number
    return rows, blank


def _strays(
    counted: Iterable[int | None], existing: Collection[int | None]
) -> list[tuple[int | None, str, bool]]:
    """Number, name and False (not active) of each key in `counted` that no institution has; None is a key too."""
    return [
        (
            pk,
            _("zonder instelling") if pk is None else _("verwijderde instelling {pk}").format(pk=pk),
            False,
        )
        for pk in sorted(set(counted) - set(existing), key=lambda pk: pk or 0)
    ]


def _fold(lines: list[Line]) -> list[Line]:
    # One line more than ten is shown as it is: "others (1)" would tell less in as much room.
    if len(lines) <= FOLDED + 1:
        return lines
    others = lines[FOLDED:]
    label = ngettext("overige ({number} instelling)", "overige ({number} instellingen)", len(others))
    rest = _together(label.format(number=len(others)), others)
    return [*lines[:FOLDED], replace(rest, rest=True)]


def _together(name: str, lines: Sequence[Line]) -> Line:
    if not lines:
        return Line(name, (None,) * 12, (None,) * 12)
    return Line(
        name,
        tuple(total(cells) for cells in zip(*(line.months for line in lines), strict=True)),
        tuple(total(cells) for cells in zip(*(line.previous for line in lines), strict=True)),
    )
