"""The tables of a report, and the table of the reports of a month."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.html import format_html
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tables2.utils import OrderByTuple

from partners.models import Institution
from partners.periods import months_later
from persons.sorting import fold

from ..models import CarefulReport
from ..tables import FigureTable, HeadingColumn, NumberColumn, Record, Value, month_name
from .figures import (
    FEWEST_INSTITUTIONS,
    FEWEST_USERS,
    MEAN,
    PER,
    REPORT,
    CarefulFigure,
    Part,
    Shown,
    figures_of,
)
from .services import MONTHS_SHOWN, Comparison, share

OWN, OTHERS = "own", "others"
# The columns of the table of a month: heads by code of the figure.
OVERVIEW = {
    "consultation": gettext_lazy("raadplegingen"),
    "outside": gettext_lazy("buiten de uren"),
    "search": gettext_lazy("zoekopdrachten"),
    "by_name": gettext_lazy("zonder INSZ"),
    "refusal": gettext_lazy("weigeringen"),
    "aborted": gettext_lazy("afgebroken"),
    "escapes": gettext_lazy("noodinzages"),
    "late": gettext_lazy("te laat"),
    "export": gettext_lazy("lijsten mee"),
    "workers": gettext_lazy("toegang"),
    "looked": gettext_lazy("keken"),
    "unused": gettext_lazy("keken niet"),
    "never": gettext_lazy("nog nooit"),
}


@dataclass(frozen=True)
class Reader:
    """Who reads a report: the institution itself (`own`) or the agency, and with the figures of refusals or without.

    `institutions` are those whose reports this reader sees (primary keys).
    """

    institutions: Collection[int]
    own: bool
    refusals: bool


def hidden() -> str:
    """Return the words for a number of fewer users than may be shown."""
    return f"n<{FEWEST_USERS}"


def shown_number(report: CarefulReport, figure: CarefulFigure, *, own: bool) -> Value | None:
    """Return a number of a report for a page: that of the institution itself (`own`) or of the agency.

    `hidden()` where it is of too few users for this reader; None for a figure that the report does not have.
    """
    if figure.code not in report.figures:
        return None
    is_few = report.figures["looked"] < FEWEST_USERS
    if is_few and (figure.shown is Shown.NEVER or (figure.shown is Shown.TO_OWN and not own)):
        return hidden()
    value = report.figures[figure.code]
    return Decimal(str(value)) if isinstance(value, float) else value


def own_rate(report: CarefulReport, figure: CarefulFigure, *, own: bool) -> Value | None:
    """Return what is compared of a report: so many per hundred, or the mean."""
    value = shown_number(report, figure, own=own)
    if isinstance(value, str) or value is None or figure.code == MEAN:
        return value
    return share(int(value), report.figures[figure.base])


class ReportTable(FigureTable):
    """One part of a report: a row for each figure, a column for each month, and the comparison if there is one."""

    name = HeadingColumn(gettext_lazy("Cijfer"))

    class Meta(FigureTable.Meta):
        """Repeat the options: django-tables2 does not inherit them."""


class OverviewColumn(NumberColumn):
    """A figure of the overview. A number that is not shown is sorted as one without data."""

    def __init__(self, figure: CarefulFigure) -> None:
        super().__init__(OVERVIEW[figure.code])
        self.order_by = OrderByTuple([_order(figure.code)])


def _order(code: str) -> str:
    return f"{code}_order"


class OverviewTable(FigureTable):
    """The reports of a month: a row for each institution, which leads to its report."""

    name = HeadingColumn(gettext_lazy("Instelling"), order_by="sort_key")

    class Meta(FigureTable.Meta):
        """Repeat the options."""


def report_tables(
    report: CarefulReport, before: Iterable[CarefulReport], reader: Reader, *, for_file: bool = False
) -> dict[str, ReportTable]:
    """Return the tables of a report by part, for a reader. `before` are the reports of the months before.

    `for_file` adds what a page says beside the tables: the definitions and the notes on the report.
    """
    reports = {each.month: each for each in (*before, report)}
    return {part.value: _part_table(part, report, reports, reader, for_file=for_file) for part in Part}


def _part_table(
    part: Part,
    report: CarefulReport,
    reports: Mapping[datetime.date, CarefulReport],
    reader: Reader,
    *,
    for_file: bool,
) -> ReportTable:
    months = [months_later(report.month, -back) for back in reversed(range(MONTHS_SHOWN))]
    figures = figures_of(part, refusals=reader.refusals)
    comparison = Comparison.of(report, reader.institutions)
    columns = [(f"m{place}", NumberColumn(_month_head(month))) for place, month in enumerate(months)]
    if any(map(_is_compared, figures)):
        columns.append((OWN, NumberColumn(_("verhouding"))))
        columns += [(OTHERS, NumberColumn(_("bij de andere")))] if comparison else []
    records: list[Record] = []
    for figure in figures:
        numbers = {
            f"m{place}": shown_number(reports[month], figure, own=reader.own) if month in reports else None
            for place, month in enumerate(months)
        }
        compared: Record = {OWN: "", OTHERS: ""}
        if _is_compared(figure):
            rates = comparison.rates if comparison else {}
            compared = {OWN: own_rate(report, figure, own=reader.own), OTHERS: rates.get(figure.code)}
        records.append({"name": figure_name(figure), **numbers, **compared})
    return ReportTable(
        records,
        extra_columns=columns,
        title=f"{part.label} · {report.institution} · {date_format(report.month, 'F Y')}",
        definition=_about(part, report),
        notes=[*definitions(figures), *report_notes(report, reports.values(), reader)] if for_file else [],
        file_name=slugify(f"{part.label} {report.institution} {report.month:%Y-%m}")[:100],
    )


def _month_head(month: datetime.date) -> str:
    return f"{month_name(month)} {month.year}"


def _is_compared(figure: CarefulFigure) -> bool:
    return bool(figure.base) or figure.code == MEAN


def figure_name(figure: CarefulFigure) -> str:
    """Return the name of a figure, with what it is compared by."""
    if not figure.base:
        return str(figure.name)
    return _("{figure} (per {per} {base})").format(figure=figure.name, per=PER, base=REPORT[figure.base].name)


def definitions(figures: Iterable[CarefulFigure]) -> list[str]:
    """Return what each of these figures counts."""
    return [f"{capfirst(str(figure.name))}: {figure.definition}" for figure in figures]


def overview_definitions() -> list[str]:
    """Return what each column of the overview counts, after its head."""
    return [f"{capfirst(str(head))}: {REPORT[code].definition}" for code, head in OVERVIEW.items()]


def _about(part: Part, report: CarefulReport) -> str:
    """What is said above the table of a part."""
    match part:
        case Part.TOTAL:
            return _("Dezelfde telling als in de maandcijfers.")
        case Part.CAREFUL:
            return _(
                "Niets hiervan is op zich een fout. De kantooruren zijn maandag tot en met vrijdag van {opens} tot"
                " {closes} uur."
            ).format(opens=_hour(report.opens_at), closes=_hour(report.closes_at))
        case Part.ACCOUNTS:
            return _("Toegang zoals het portaal ze kende toen het verslag gemaakt werd.")
        case Part.EFFECTIVE:
            return _("Cijfers per medewerker staan er vanaf {number} medewerkers die keken.").format(
                number=FEWEST_USERS
            )


def _hour(moment: datetime.time) -> str:
    return time_format(moment, "G.i")


def report_notes(report: CarefulReport, shown: Iterable[CarefulReport], reader: Reader) -> list[str]:
    """Return the notes on a report: when it was made, what is compared, and what the signs mean.

    `shown` are all reports on the page.
    """
    notes = [
        _(
            "Gemaakt op {moment}, versie {version}. Wat later verbeterd wordt, verandert dit verslag niet."
        ).format(
            moment=date_format(timezone.localtime(report.made_at), "DATETIME_FORMAT"), version=report.version
        ),
        _("Een verhouding is per {per} van wat achter het cijfer staat, in de maand van het verslag.").format(
            per=PER
        ),
    ]
    threshold = {"institutions": FEWEST_INSTITUTIONS, "users": FEWEST_USERS}
    if comparison := Comparison.of(report, reader.institutions):
        words = _(
            "“Bij de andere”: {number} andere instellingen van dezelfde soort samen, waar {users} medewerkers keken. In"
            " elk van hen keken er minstens {fewest}, zodat niemand af te leiden is."
        )
        notes.append(
            words.format(number=comparison.institutions, users=comparison.users, fewest=FEWEST_USERS)
        )
    else:
        words = _(
            "Geen vergelijking met andere instellingen van dezelfde soort: die is er als in deze instelling en in"
            " minstens {institutions} andere telkens minstens {users} medewerkers keken, zodat niemand af te leiden is."
        )
        notes.append(words.format(**threshold))
    return [*notes, *_signs([each.figures["looked"] for each in shown])]


def _signs(looked: Sequence[int]) -> Iterable[str]:
    yield _("“–” is geen gegevens, 0 is nul.")
    if any(number < FEWEST_USERS for number in looked):
        yield _("“{sign}”: er keken minder dan {fewest} medewerkers; dan staat dit cijfer er niet.").format(
            sign=hidden(), fewest=FEWEST_USERS
        )


def overview_table(
    month: datetime.date,
    institutions: Iterable[Institution],
    reports: Mapping[int, CarefulReport],
    *,
    address: Callable[[Institution], str] | None = None,
    order_by: str = "",
) -> OverviewTable:
    """Return the reports of a month, by institution (primary key), for the agency; a row for each of `institutions`.

    `address` returns where the row of an institution leads; without it, the names are text, for a file.
    """
    figures = [REPORT[code] for code in OVERVIEW]
    records: list[Record] = []
    for institution in institutions:
        report = reports.get(institution.pk)
        numbers = {each.code: shown_number(report, each, own=False) if report else None for each in figures}
        order = {_order(code): None if isinstance(value, str) else value for code, value in numbers.items()}
        name: str = institution.name
        if report and address:
            name = format_html('<a href="{}">{}</a>', address(institution), institution.name)
        records.append({"name": name, "sort_key": fold(institution.name), **numbers, **order})
    if order_by.removeprefix("-") not in {"name", *OVERVIEW}:
        order_by = "name"
    looked = [report.figures["looked"] for report in reports.values()]
    return OverviewTable(
        records,
        _totals(figures, list(reports.values())),
        extra_columns=[(each.code, OverviewColumn(each)) for each in figures],
        orderable=len(records) > 1,
        order_by=order_by,
        title=_("Zorgvuldig gebruik per instelling · {month}").format(month=date_format(month, "F Y")),
        definition=_("De verslagen van de maand zoals ze gemaakt zijn, de laatste versie."),
        notes=[
            _(
                "Het totaal staat niet bij cijfers die van een instelling met weinig medewerkers verborgen zijn."
            ),
            *_signs(looked),
            *([] if address else overview_definitions()),
        ],
        file_name=f"zorgvuldig-gebruik-{month:%Y-%m}",
    )


def _totals(figures: Sequence[CarefulFigure], reports: Sequence[CarefulReport]) -> list[Record]:
    """The foot. A total of figures that are hidden for one institution would give that one away."""
    if len(reports) < 2:
        return []
    sums = {
        each.code: sum(report.figures.get(each.code) or 0 for report in reports)
        if each.shown is Shown.ALWAYS
        else ""
        for each in figures
    }
    return [{"name": _("Totaal"), "sort_key": "", **sums}]
