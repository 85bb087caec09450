"""The page of lead times, and its tables as files."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from partners.models import Institution

from ..exports import FORMATS, download, file_addresses
from ..pages import Frame, OtherYear
from ..services.calendar import working_days
from ..services.counting import CountedElsewhere
from ..tables import FigureTable
from .charts import Bars, Distribution, bars, distribution, headline, open_words
from .filters import AgencyLeadFilterSet, OwnLeadFilterSet
from .services import LeadChoice, Question, lead_times
from .tables import TableMaker

WAYS, PORTAL, CLASSES, MONTHS, INSTITUTIONS = "wegen", "portaal", "verdeling", "maanden", "instellingen"


@dataclass(frozen=True)
class LeadPage:
    """What the page shows: the answer in words, the drawings, and the tables by their name in the address of a file."""

    choice: LeadChoice
    headline: str
    open_words: str
    bars: Bars | None
    distribution: Distribution | None
    tables: dict[str, FigureTable]


def lead_page(choice: LeadChoice, filterset: OwnLeadFilterSet | AgencyLeadFilterSet) -> LeadPage:
    """Return the page of `choice` for the institutions of `filterset`. Raises CountedElsewhere."""
    question = Question(choice.begin, choice.until, filterset.institutions, choice.ways, choice.calendar)
    times = lead_times(question)
    days = working_days(choice.begin, choice.last_day, choice.calendar)
    maker = TableMaker(times, choice, filterset.words, days)
    classes = maker.classes()
    tables: dict[str, FigureTable] = {WAYS: maker.ways(), PORTAL: maker.portal(), MONTHS: maker.months()}
    if classes:
        tables[CLASSES] = classes
    if isinstance(filterset, AgencyLeadFilterSet):
        names = Institution.objects.filter(pk__in=times.by_institution).values_list("pk", "name")
        tables[INSTITUTIONS] = maker.institutions(dict(names))
    return LeadPage(
        choice,
        headline(times),
        open_words(times),
        bars(times),
        distribution(times.classes, classes) if classes else None,
        tables,
    )


def lead_response(
    request: HttpRequest,
    filterset: OwnLeadFilterSet | AgencyLeadFilterSet,
    frame: Frame,
    *,
    as_file: bool = False,
) -> HttpResponse:
    """Return the lead times of the period in the address as a page, or one of its tables as a file.

    The status is 503 while the roll-up must be rebuilt. Raises Http404 for a file that does not exist.
    """
    try:
        page = lead_page(filterset.form.choice(), filterset)
    except CountedElsewhere:
        return TemplateResponse(request, frame.rebuild_template, {**frame.context}, status=503)
    if as_file:
        table, extension = page.tables.get(request.GET.get("table", "")), request.GET.get("format")
        # A file cannot show a mistake beside its field.
        if filterset.errors or table is None or extension not in FORMATS:
            raise Http404
        return download(table, extension)
    query = request.GET.copy()
    for name in set(query) - (set(filterset.form.fields) - set(filterset.errors)):
        del query[name]
    # Always name the year: the current one can be over before the user fetches the file.
    query["year"] = str(page.choice.year)
    context = {
        **frame.context,
        "page": page,
        "form": filterset.form,
        "sections": [
            Section(name, page.tables[name], file_addresses(frame.downloads, query, name))
            for name in (WAYS, PORTAL, CLASSES, MONTHS, INSTITUTIONS)
            if name in page.tables
        ],
    }
    for name, year in zip(("before", "after"), filterset.form.beside(page.choice.year), strict=True):
        other = query.copy()
        other["year"] = str(year)
        # The months of another year can be ones that still have to begin.
        for field in ("first", "last"):
            other.pop(field, None)
        context[name] = OtherYear(year, other.urlencode()) if year else None
    return TemplateResponse(request, frame.template, context)


@dataclass(frozen=True)
class Section:
    """A table on the page, with label and address of its file in each format."""

    name: str
    table: FigureTable
    downloads: list[tuple[str, str]]
