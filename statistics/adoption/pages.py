"""The page about adoption and its files."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.periods import today

from ..enums import AdoptionClass
from ..exports import FORMATS, download, file_addresses
from ..filters import own_query
from ..pages import Frame
from ..services.counting import CountedElsewhere, first_month
from ..tables import FigureTable, number
from .charts import chart
from .filters import NOT_USING_SHOWN, SHOWN, AdoptionFilterSet, shown_label
from .rule import NOT_USING
from .services import Adoption, adoption_on, clients_month, counts_of, details_of, points_shown
from .tables import AdoptionTable, BarTable, adoption_table, class_notes, kinds_table, months_table

INSTITUTIONS, KINDS, MONTHS = "instellingen", "soorten", "maanden"


@dataclass(frozen=True)
class Tab:
    """A choice of what the list shows, with how many institutions that are."""

    code: str
    label: str
    number: int
    is_shown: bool


@dataclass(frozen=True)
class AdoptionPage:
    """The institutions of the filters: their numbers by kind and over time, and the chosen ones in a list.

    `table` and `chart` are those over time, under the names that the template of a chart has. `unused` do not use the
    portal, `less` use it less than expected.
    """

    day: datetime.date
    total: int
    unused: int
    less: int
    kinds: BarTable
    table: BarTable
    chart: dict[str, object]
    tabs: Sequence[Tab]
    institutions: AdoptionTable

    def of_name(self, name: str) -> FigureTable | None:
        """Return the table with this name in the address of a file, or None."""
        return {INSTITUTIONS: self.institutions, KINDS: self.kinds, MONTHS: self.table}.get(name)


def adoption_page(filterset: AdoptionFilterSet, may: Mapping[str, bool]) -> AdoptionPage:
    """Return the page for the filters and choices in the address. Raises CountedElsewhere.

    `may` says what the user may do: see `adoption_table`.
    """
    wanted = set(filterset.qs.values_list("pk", flat=True))
    shown, order_by = filterset.form.choice()
    adoptions = {
        point: [each for each in entries if each.institution.pk in wanted]
        for point, entries in adoption_on(points_shown(first_month())).items()
    }
    now = list(adoptions.values())[-1]
    counts = counts_of(now)
    table = months_table(adoptions, filterset.words)
    return AdoptionPage(
        day=today(),
        total=len(now),
        unused=sum(counts[each] for each in NOT_USING),
        less=counts[AdoptionClass.BELOW],
        kinds=kinds_table(now, filterset.words, today()),
        table=table,
        chart=chart(adoptions, table),
        tabs=[
            Tab(code, shown_label(code), sum(counts[each] for each in classes), code == shown)
            for code, classes in SHOWN.items()
        ],
        institutions=_institutions(
            [each for each in now if each.adoption_class in SHOWN[shown]],
            f"{shown_label(shown)} · {filterset.words}",
            may,
            order_by,
        ),
    )


def _institutions(
    adoptions: Sequence[Adoption], title: str, may: Mapping[str, bool], order_by: str
) -> AdoptionTable:
    month = clients_month()
    return adoption_table(
        adoptions,
        details_of([each.institution.pk for each in adoptions], month),
        title=title,
        notes=[
            ngettext(
                "{number} instelling op {day}.", "{number} instellingen op {day}.", len(adoptions)
            ).format(number=number(len(adoptions)), day=date_format(today(), "DATE_FORMAT")),
            *class_notes(),
            _(
                "Cliënten: hoeveel personen die maand ingeschreven waren. Gebruikers: hoeveel accounts vandaag toegang"
                " hebben. Provincie: volgens de NIS-code. “–” is geen gegevens, 0 is nul."
            ),
        ],
        clients_month=month,
        may=may,
        order_by=order_by,
    )


def adoption_response(
    request: HttpRequest, frame: Frame, may: Mapping[str, bool], *, as_file: bool = False
) -> HttpResponse:
    """Return the page, or one of its tables as a file.

    The status is 503 while the roll-up must be rebuilt. Raises Http404 for a file that does not exist.
    """
    filterset = AdoptionFilterSet(request.GET)
    try:
        page = adoption_page(filterset, may)
    except CountedElsewhere:
        return TemplateResponse(request, frame.rebuild_template, {**frame.context}, status=503)
    if as_file:
        table, extension = page.of_name(request.GET.get("table", "")), request.GET.get("format")
        # The page shows a mistake beside its field. A file cannot: it would have other data than the address says.
        if filterset.errors or table is None or extension not in FORMATS:
            raise Http404
        return download(table, extension)
    query = list_query(request.GET, filterset)
    context = {
        **frame.context,
        "page": page,
        "form": filterset.form,
        "query": query.urlencode(),
        "downloads": {
            name: file_addresses(frame.downloads, query, name) for name in (INSTITUTIONS, KINDS, MONTHS)
        },
        "may": may,
    }
    return TemplateResponse(request, frame.template, context)


def list_query(parameters: QueryDict, filterset: AdoptionFilterSet) -> QueryDict:
    """Return the parameters that are choices of the page, without those that are wrong."""
    query = own_query(parameters, filterset)
    query.setdefault("show", NOT_USING_SHOWN)
    return query
