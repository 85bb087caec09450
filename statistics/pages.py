"""The pages and files of the figures: a year of one or all institutions, and the chart on the admin's first page."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.text import capfirst

from .charts import chart, recent_chart
from .exports import FORMATS, download, file_addresses
from .figures import CONSULTATION, REPORTED_EXCHANGE, Figure
from .filters import AgencyFilterSet, Choice, OwnFilterSet
from .questions import HOW_MUCH
from .recenttables import recent_table
from .services.calendar import working_days_of
from .services.counting import CountedElsewhere
from .services.home import RecentMonths, recent_months
from .services.quoted import quoted
from .services.years import Scope, Year, every_institution, imported_years, year_of
from .tables import FigureTable, month_periods, per_day_table, quoted_table, year_table

MONTHS, WORKING_DAYS, QUOTED, RECENT = "maanden", "werkdagen", "antwoord-191", "laatste-maanden"


@dataclass(frozen=True)
class YearPage:
    """One year of one figure: the numbers, its tables and its chart."""

    choice: Choice
    year: Year
    table: FigureTable
    per_day: FigureTable | None
    quoted: FigureTable | None
    chart: dict[str, object]

    def of_name(self, name: str) -> FigureTable | None:
        """Return the table with this name in the address of a file, or None."""
        return {MONTHS: self.table, WORKING_DAYS: self.per_day, QUOTED: self.quoted}.get(name)


def year_page(choice: Choice, scope: Scope | None = None) -> YearPage:
    """Return the page of `choice` for the institutions of `scope` (default: all). Raises CountedElsewhere."""
    scope = scope or every_institution()
    year = year_of(choice.figure, choice.year, scope, show=choice.show)
    table = year_table(year, scope.words, choice.order_by)
    days = working_days_of(month_periods(year), choice.calendar)
    statement = quoted(choice.year) if choice.figure is REPORTED_EXCHANGE and not scope.own else None
    return YearPage(
        choice,
        year,
        table,
        per_day_table(year, days, scope.words),
        quoted_table(statement) if statement else None,
        chart(year, choice.chart, table),
    )


@dataclass(frozen=True)
class Frame:
    """The page around a year: its template with further `context`, and the address of the downloads.

    `rebuild_template` is shown instead while the roll-up must be rebuilt (see CountedElsewhere).
    """

    template: str
    rebuild_template: str
    downloads: str
    context: Mapping[str, object] = field(default_factory=dict)


def year_response(
    request: HttpRequest, filterset: OwnFilterSet | AgencyFilterSet, frame: Frame, *, as_file: bool = False
) -> HttpResponse:
    """Return the year in the address as a page, or one of its tables as a file.

    The status is 503 while the roll-up must be rebuilt. Raises Http404 for a file that does not exist.
    """
    try:
        page = year_page(filterset.form.choice(), filterset.scope)
    except CountedElsewhere:
        return TemplateResponse(request, frame.rebuild_template, {**frame.context}, status=503)
    if as_file:
        table, extension = page.of_name(request.GET.get("table", "")), request.GET.get("format")
        # The page shows a mistake beside its field, or which other figure it shows. A file cannot: it would have other
        # data than the address says.
        is_other = page.choice.instead_of and request.GET.get("figure")
        if filterset.errors or is_other or table is None or extension not in FORMATS:
            raise Http404
        return download(table, extension)
    query = request.GET.copy()
    for name in set(query) - (set(filterset.form.fields) - set(filterset.errors)):
        del query[name]
    # Always name these two: the default figure of a year can change before the user fetches the file.
    query["year"], query["figure"] = str(page.choice.year), page.choice.figure.code
    before, after = filterset.form.beside(page.choice.year)
    context = {
        **frame.context,
        "question": HOW_MUCH,
        "page": page,
        "before": before and _other_year(query, before),
        "after": after and _other_year(query, after),
        "form": filterset.form,
        "figures": _figure_links(query, filterset.form.figures(main=True)),
        "more_figures": _figure_links(query, filterset.form.figures(main=False)),
        "downloads": file_addresses(frame.downloads, query, MONTHS),
        "per_day_downloads": file_addresses(frame.downloads, query, WORKING_DAYS),
        "quoted_downloads": file_addresses(frame.downloads, query, QUOTED),
    }
    return TemplateResponse(request, frame.template, context)


@dataclass(frozen=True)
class OtherYear:
    """A year with data beside the one of the page, and the query of its address."""

    year: int
    query: str


def _other_year(query: QueryDict, year: int) -> OtherYear:
    query = query.copy()
    query["year"] = str(year)
    return OtherYear(year, query.urlencode())


@dataclass(frozen=True)
class FigureLink:
    """A figure that can be chosen, and the query of its address."""

    name: str
    query: str
    is_current: bool


def _figure_links(query: QueryDict, figures: Iterable[Figure]) -> list[FigureLink]:
    links = []
    for figure in figures:
        other = query.copy()
        other["figure"] = figure.code
        links.append(FigureLink(capfirst(str(figure.name)), other.urlencode(), other == query))
    return links


@dataclass(frozen=True)
class RecentPage:
    """The last thirteen months of all institutions: the numbers, their table and their chart."""

    recent: RecentMonths
    table: FigureTable
    chart: dict[str, object]


def home_context(*, visible: bool, downloads: str) -> dict[str, object]:
    """Return the context of the chart on the first page of the admin.

    `page` is None unless `visible`, and also while the roll-up must be rebuilt: then `rebuild` is True. `downloads` is
    the address of the files, empty for users who may not fetch them. `sourced` are the years that have imported numbers
    only.
    """
    page = None
    if visible:
        with suppress(CountedElsewhere):
            recent = recent_months(CONSULTATION)
            table = recent_table(recent)
            page = RecentPage(recent, table, recent_chart(recent, table))
    return {
        "page": page,
        "rebuild": visible and page is None,
        "downloads": file_addresses(downloads, QueryDict(), RECENT) if downloads and page else [],
        "sourced": _years_before(page.recent.begins) if page else [],
    }


def _years_before(begins: datetime.date | None) -> list[int]:
    """Return the years with imported numbers before the month in which the log begins."""
    return sorted(year for year in imported_years() if begins is None or year < begins.year)


def recent_download(extension: str | None) -> HttpResponse:
    """Return the table of the last thirteen months as a file. Raises Http404 for an unknown format."""
    if extension not in FORMATS:
        raise Http404
    return download(recent_table(recent_months(CONSULTATION)), extension)
