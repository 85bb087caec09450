"""The pages and files of the figures: a year of one or all institutions, and the top of the admin's first page."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from partners.periods import today

from .charts import LINE, chart, is_about_machines
from .exports import FORMATS, download
from .figures import CONSULTATION, EXCHANGE, NOT_LOOKED, REPORTED_EXCHANGE, Figure
from .filters import AgencyFilterSet, Choice, OwnFilterSet
from .services.calendar import working_days_of
from .services.counting import CountedElsewhere
from .services.home import quiet_institutions, this_month
from .services.quoted import quoted
from .services.years import TOGETHER, Scope, Year, every_institution, year_of
from .tables import FigureTable, month_periods, no_data, number, per_day_table, quoted_table, year_table

MONTHS, WORKING_DAYS, QUOTED = "maanden", "werkdagen", "antwoord-191"


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
        if filterset.errors or page.choice.instead_of or table is None or extension not in FORMATS:
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
        "page": page,
        "before": before and _other_year(query, before),
        "after": after and _other_year(query, after),
        "form": filterset.form,
        "downloads": downloads_of(frame.downloads, query, MONTHS),
        "per_day_downloads": downloads_of(frame.downloads, query, WORKING_DAYS),
        "quoted_downloads": downloads_of(frame.downloads, query, QUOTED),
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


def downloads_of(address: str, query: QueryDict, table: str) -> list[tuple[str, str]]:
    """Return label and address of the file of `table` in each format."""
    return [
        (
            extension.upper(),
            f"{address}?{query.urlencode()}&{urlencode({'table': table, 'format': extension})}",
        )
        for extension in FORMATS
    ]


@dataclass(frozen=True)
class Tile:
    """A figure on the first page of the admin, as text: the running month and the month before."""

    figure: Figure
    machines: bool
    numbers: tuple[tuple[str, str], ...]
    has_data: bool


def home_context(*, visible: bool, downloads: str) -> dict[str, object]:
    """Return the context of the figures on the first page of the admin.

    `figures` is None unless `visible`, and also while the roll-up must be rebuilt: then `rebuild` is True. `downloads`
    is the address of the files, empty for users who may not fetch them.
    """
    figures = None
    if visible:
        with suppress(CountedElsewhere):
            figures = _home_figures(downloads)
    return {"figures": figures, "rebuild": visible and figures is None}


def _home_figures(downloads: str) -> dict[str, object]:
    choice = Choice(year=today().year, figure=CONSULTATION, chart=LINE, show=TOGETHER)
    query = QueryDict(mutable=True)
    query.update({"year": str(choice.year), "figure": choice.figure.code, "show": choice.show})
    return {
        "tiles": [
            tile for tile in map(_tile, (CONSULTATION, EXCHANGE)) if tile.figure.is_offered or tile.has_data
        ],
        "quiet": quiet_institutions(),
        "quiet_definition": NOT_LOOKED,
        "page": year_page(choice),
        "downloads": downloads_of(downloads, query, MONTHS) if downloads else [],
    }


def _tile(figure: Figure) -> Tile:
    months = this_month(figure)

    def text(count: int | None) -> str:
        return no_data() if count is None else number(count)

    return Tile(
        figure,
        is_about_machines(figure),
        (
            (_("{month} tot nu").format(month=date_format(months.month, "F Y")), text(months.this)),
            (date_format(months.before, "F Y"), text(months.last)),
        ),
        bool(months.this or months.last),
    )
