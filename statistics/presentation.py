"""A year as the pages show it: chart, sheets, the form that asked for it, the addresses of its downloads."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from partners.models import today

from .charts import LINE, chart, is_about_machines
from .exports import FORMATS
from .figures import CONSULTATION, EXCHANGE, NOT_LOOKED, REPORTED_EXCHANGE, Figure
from .filters import Choice, YearFilterSet
from .services.calendar import working_days_of
from .services.home import quiet_institutions, this_month
from .services.quoted import quoted
from .services.years import TOGETHER, Scope, Year, every_institution, year_of
from .tables import Sheet, month_periods, no_data, number, per_day_sheet, quoted_sheet, year_sheet

MONTHS, WORKING_DAYS, QUOTED = "maanden", "werkdagen", "antwoord-191"


@dataclass(frozen=True)
class YearPage:
    """One year of one figure, ready for the screen or for a download."""

    choice: Choice
    year: Year
    sheet: Sheet
    per_day: Sheet | None
    quoted: Sheet | None
    chart: dict[str, object]

    def of_name(self, name: str) -> Sheet | None:
        """The sheet that a download's address names; None when there is none."""
        return {MONTHS: self.sheet, WORKING_DAYS: self.per_day, QUOTED: self.quoted}.get(name)


def year_page(choice: Choice, scope: Scope | None = None) -> YearPage:
    """The page of `choice`, for the institutions of `scope` (default: all of them). Raises CountedElsewhere."""
    scope = scope or every_institution()
    year = year_of(choice.figure, choice.year, scope, show=choice.show)
    sheet = year_sheet(year, scope.words)
    days = working_days_of(month_periods(year), choice.calendar)
    statement = quoted(choice.year) if choice.figure is REPORTED_EXCHANGE and not scope.own else None
    return YearPage(
        choice,
        year,
        sheet,
        per_day_sheet(year, days, scope.words),
        quoted_sheet(statement) if statement else None,
        chart(year, choice.chart, sheet),
    )


def context(page: YearPage, filterset: YearFilterSet, query: QueryDict, address: str) -> dict[str, object]:
    """What the templates of a year ask for. `address` is where the downloads are."""
    form = filterset.form
    asked = query.copy()
    for name in set(asked) - (set(form.fields) - set(form.errors)):
        del asked[name]

    def downloads(name: str) -> list[tuple[str, str]]:
        found = []
        for extension in FORMATS:
            here = asked.copy()
            # Named outright: what is usual for a year may be another figure by the time the file is fetched.
            here.update({"table": name, "format": extension})
            here["year"], here["figure"] = str(page.choice.year), page.choice.figure.code
            found.append((extension.upper(), f"{address}?{here.urlencode()}"))
        return found

    return {
        "page": page,
        "form": form,
        "downloads": downloads(MONTHS),
        "per_day_downloads": downloads(WORKING_DAYS),
        "quoted_downloads": downloads(QUOTED),
    }


@dataclass(frozen=True)
class Tile:
    """A figure at the head of the admin, in the running month and in the one before it, as words."""

    figure: Figure
    machines: bool
    numbers: tuple[tuple[str, str], ...]


def home_context(address: str) -> dict[str, object]:
    """What the first page of the admin shows of the figures; `address` is where downloads are, if one may have them.

    Raises CountedElsewhere.
    """
    choice = Choice(year=today().year, figure=CONSULTATION, chart=LINE, show=TOGETHER)
    page = year_page(choice)
    asked = {"year": choice.year, "figure": choice.figure.code, "show": choice.show, "table": MONTHS}
    return {
        "tiles": [_tile(figure) for figure in (CONSULTATION, EXCHANGE)],
        "quiet": quiet_institutions(),
        "quiet_definition": NOT_LOOKED,
        "page": page,
        "downloads": [
            (extension.upper(), f"{address}?{urlencode({**asked, 'format': extension})}")
            for extension in FORMATS
            if address
        ],
    }


def _tile(figure: Figure) -> Tile:
    months = this_month(figure)

    def words(counted: int | None) -> str:
        return no_data() if counted is None else number(counted)

    return Tile(
        figure,
        is_about_machines(figure),
        (
            (_("{month} tot nu").format(month=date_format(months.month, "F Y")), words(months.this)),
            (date_format(months.before, "F Y"), words(months.last)),
        ),
    )
