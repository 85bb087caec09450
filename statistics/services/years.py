"""A year of one figure: a line per institution, with the year before, and months without data."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models import Institution
from partners.periods import today
from partners.succession import last_successors

from ..figures import CONSULTATION, REPORTED_EXCHANGE, Figure
from ..models import ImportedCount
from .counting import Month, first_month, monthly, months_of, sources

TOP, EVERY, TOGETHER = "top", "every", "together"
FOLDED = 10  # institutions with a line of their own; the others share one
Cells = tuple[int | None, ...]


def total(cells: Iterable[int | None]) -> int | None:
    """Return the sum of the cells with data, or None if there are none."""
    numbers = [cell for cell in cells if cell is not None]
    return sum(numbers) if numbers else None


@dataclass(frozen=True)
class Scope:
    """The institutions in a year.

    Each of `institutions` gets a line; `words` describe them in titles and file names. `own` is for an institution's
    own page: the queryset has only that institution, and its line is there even without data. `strays` adds lines for
    counts without an institution in the database: of removed institutions, and of users without one. With `follow` an
    institution that was succeeded has no line: its counts are in the line of its last successor. On an own page these
    are the institutions that it succeeded by today.
    """

    institutions: QuerySet[Institution]
    words: str
    own: bool = False
    strays: bool = False
    follow: bool = False


def every_institution() -> Scope:
    """Return all institutions. Counting them needs the agency's scope in the database."""
    return Scope(Institution.objects.all(), _("alle instellingen"), strays=True)


@dataclass(frozen=True)
class Line:
    """Twelve months of one institution or several, and of the year before. None means no data, 0 means zero.

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
    """A year of `figure`: the lines by descending total, and their sum (`all`).

    Institutions without data have a line too. `chart` are the lines of the chart, which have data: the ten largest and
    the others in one. `running` is the index (0-11) of the month that is not over, None in other years. `begins` is the
    month in which the log begins, None for imported figures. `followed` are the names of institutions whose counts are
    in the line of their successor.
    """

    figure: Figure
    year: int
    lines: tuple[Line, ...]
    chart: tuple[Line, ...]
    all: Line
    running: int | None
    sources: tuple[tuple[str, datetime.datetime], ...]
    begins: datetime.date | None
    followed: tuple[str, ...] = ()

    @property
    def months(self) -> tuple[datetime.date, ...]:
        return months_of(self.year)

    @property
    def is_empty(self) -> bool:
        """True if no month of the year has data."""
        return self.all.total is None

    @property
    def has_previous(self) -> bool:
        """True if some month of the year before has data."""
        return self.all.previous_total is not None

    @property
    def complete(self) -> list[int]:
        """The indexes of months with data that are over, without the month in which the log begins."""
        return [
            i
            for i, cell in enumerate(self.all.months)
            if cell is not None and i != self.running and self.months[i] != self.begins
        ]


def imported_years() -> set[int]:
    """Return the years with imported numbers, of all institutions that the transaction may read."""
    return {month.year for month in ImportedCount.objects.dates("month", "year")}


def years_with_figures(begins: datetime.date | None, imported: Collection[int] = ()) -> list[int]:
    """Return the years with data, oldest first; the current one if there are none.

    `begins` is the month in which the log begins, `imported` are the years with imported numbers.
    """
    now = today().year
    logged = range(begins.year, now + 1) if begins else ()
    return sorted({*logged, *imported}) or [now]


def figure_of_year(year: int, begins: datetime.date | None, chosen: Figure | None = None) -> Figure:
    """Return the figure to show of `year`: the first with data of `chosen`, consultations and imported exchanges.

    Without data of any of them, it is `chosen` or consultations. `begins` is the month in which the log begins.
    """
    figures = [*filter(None, [chosen]), CONSULTATION, REPORTED_EXCHANGE]
    return next((figure for figure in figures if _has_data(figure, year, begins)), figures[0])


def _has_data(figure: Figure, year: int, begins: datetime.date | None) -> bool:
    if not figure.measure:
        return begins is not None and begins.year <= year
    first, until = datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1)
    return ImportedCount.objects.of_months(figure.measure, first, until).exists()


def year_of(figure: Figure, year: int, scope: Scope | None = None, *, show: str = TOP) -> Year:
    """Return the months of `year` and of the year before, for the institutions of `scope` (default: all).

    `show` is TOP (the ten largest lines, and the others in one), EVERY (all lines) or TOGETHER (one line).
    Raises CountedElsewhere.
    """
    scope = scope or every_institution()
    institutions: list[tuple[int | None, str, bool]] = list(
        scope.institutions.values_list("pk", "name", "active")
    )
    now = today()
    first, until = datetime.date(year - 1, 1, 1), datetime.date(year + 1, 1, 1)
    own = institutions[0][0] if scope.own else None
    heirs = _heirs(own) if scope.follow else {}
    counted = None if own is None else [own, *heirs]
    counts: dict[Month, int] = {}
    wanted: list[int | None] = [None] if counted is None else [*counted]
    for institution in wanted:
        counts |= monthly(figure, first, until, institution)
    followed: tuple[str, ...] = ()
    if scope.follow:
        followed = _names_of({pk for pk, _month in counts if pk is not None and pk in heirs})
        counts = _with_successors(counts, heirs)
        institutions = [row for row in institutions if row[0] not in heirs]
    begins = None if figure.measure else first_month()
    rows, blank = _rows(counts, (*months_of(year - 1), *months_of(year)), figure, begins, now.replace(day=1))
    if scope.strays:
        institutions += _strays(rows, {pk for pk, _name, _active in institutions})
    lines = []
    for pk, name, active in institutions:
        if active or pk in rows:
            numbers = rows.get(pk, blank)
            lines.append(Line(name, tuple(numbers[12:]), tuple(numbers[:12])))
    lines.sort(key=lambda line: (line.total is None, -(line.total or 0), line.name))
    together = _together(_("Totaal"), lines)
    one = replace(together, name=_("Alle instellingen samen"))
    folded = [one] if show == TOGETHER else _fold(lines)
    return Year(
        figure=figure,
        year=year,
        lines=tuple(lines if show == EVERY else folded),
        chart=tuple(line for line in folded if line.total is not None),
        all=together,
        running=_running(now, year, figure, together),
        sources=tuple(sources(figure, datetime.date(year, 1, 1), until, counted)),
        begins=begins,
        followed=followed,
    )


def _heirs(own: int | None) -> dict[int, int]:
    """Return in whose line each predecessor is counted. On the page of `own` these are only its own predecessors."""
    if own is None:
        return last_successors()
    predecessors = Institution.objects.worked_for_by(own).exclude(pk=own)
    return dict.fromkeys(predecessors.values_list("pk", flat=True), own)


def _with_successors(counts: dict[Month, int], heirs: dict[int, int]) -> dict[Month, int]:
    together: dict[Month, int] = {}
    for (pk, month), number in counts.items():
        key = (heirs.get(pk, pk) if pk is not None else None, month)
        together[key] = together.get(key, 0) + number
    return together


def _names_of(institutions: Collection[int]) -> tuple[str, ...]:
    if not institutions:
        return ()
    return tuple(Institution.objects.filter(pk__in=institutions).values_list("name", flat=True))


def _running(now: datetime.date, year: int, figure: Figure, together: Line) -> int | None:
    # Numbers imported for the running month are incomplete too. Without any, no month is incomplete.
    index = now.month - 1
    if year != now.year or (figure.measure and together.months[index] is None):
        return None
    return index


def _rows(
    counts: dict[Month, int],
    months: Sequence[datetime.date],
    figure: Figure,
    begins: datetime.date | None,
    this_month: datetime.date,
) -> tuple[dict[int | None, list[int | None]], list[int | None]]:
    """Return the numbers per month of each counted institution, and those of an institution without counts.

    A month without a count is zero from the month in which the log begins to the running one. All other months, and
    months without an imported number, have no data.
    """
    blank: list[int | None] = [
        0 if not figure.measure and begins is not None and begins <= month <= this_month else None
        for month in months
    ]
    place = {month: index for index, month in enumerate(months)}
    rows: dict[int | None, list[int | None]] = {}
    for (pk, month), number in counts.items():
        row = rows.get(pk)
        if row is None:
            row = rows[pk] = blank.copy()
        row[place[month]] = number
    return rows, blank


def _strays(
    keys: Iterable[int | None], existing: Collection[int | None]
) -> list[tuple[int | None, str, bool]]:
    """Return key, name and False (not active) of the keys without an institution in the database; None is one."""
    return [
        (
            pk,
            _("zonder instelling") if pk is None else _("verwijderde instelling {pk}").format(pk=pk),
            False,
        )
        for pk in sorted(set(keys) - set(existing), key=lambda pk: pk or 0)
    ]


def _fold(lines: list[Line]) -> list[Line]:
    # Show an eleventh line as it is: "others (1)" says less in the same space.
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
