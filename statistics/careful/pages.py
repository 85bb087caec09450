"""The pages and files of the reports, for an institution and for the agency."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from partners.models import Institution
from partners.periods import today
from partners.querysets import open_on

from ..exports import FORMATS, download, file_addresses
from ..models import CarefulReport
from ..tables import FigureTable
from .figures import Part, figures_of
from .filters import OverviewFilterSet, ReportForm
from .services import before
from .tables import Reader, definitions, overview_definitions, overview_table, report_notes, report_tables

OVERVIEW = "overzicht"


@dataclass(frozen=True)
class PartSection:
    """One part of a report on a page: its table, the files of it, and what each figure counts."""

    name: str
    table: FigureTable
    downloads: Sequence[tuple[str, str]]
    definitions: Sequence[str]


def report_response(
    request: HttpRequest,
    institutions: Sequence[Institution],
    *,
    template: str,
    downloads: str,
    own: bool,
    refusals: bool,
    context: Mapping[str, Any] | None = None,
    as_file: bool = False,
) -> HttpResponse:
    """Return the report in the address as a page, or one of its tables as a file.

    The first of `institutions` is that of the page, the others those that it succeeded. `own` is for a page of the
    institution itself, `refusals` for a reader of those figures. Raises Http404 for a file that does not exist.
    """
    form = ReportForm(request.GET, institutions)
    report = form.report()
    earlier = before(report) if report else []
    reader = Reader({each.pk for each in institutions}, own=own, refusals=refusals)
    if as_file:
        if report is None or form.errors:
            raise Http404
        tables = report_tables(report, earlier, reader, for_file=True)
        return _file(request, tables.get(request.GET.get("table", "")))
    sections = []
    if report:
        query = request.GET.copy()
        query["month"] = form.chosen
        for part, table in report_tables(report, earlier, reader).items():
            files = file_addresses(downloads, query, part)
            words = definitions(figures_of(Part(part), refusals=refusals))
            sections.append(PartSection(part, table, files, words))
    notes = report_notes(report, [*earlier, report], reader) if report else []
    earlier_report, later_report = form.beside()
    values = {
        "form": form,
        "report": report,
        "sections": sections,
        "notes": notes,
        "before": earlier_report,
        "after": later_report,
    }
    return TemplateResponse(request, template, {**(context or {}), **values})


def overview_response(
    request: HttpRequest,
    *,
    template: str,
    downloads: str,
    address: Callable[[Institution], str],
    context: Mapping[str, Any] | None = None,
    as_file: bool = False,
) -> HttpResponse:
    """Return the reports of the month in the address as a page, or as a file.

    `address` returns where the row of an institution leads. Raises Http404 for a file that does not exist.
    """
    filterset = OverviewFilterSet(request.GET, Institution.objects.all())
    month = filterset.form.chosen_month()
    table = None
    if month:
        reports = list(CarefulReport.objects.filter(month=month).latest_versions())
        # An institution that ended since has its row in the months of which it has a report.
        with_report = Q(pk__in=[report.institution_id for report in reports])
        institutions = list(filterset.qs.filter(open_on(today()) | with_report).order_by("name"))
        shown = {institution.pk for institution in institutions}
        table = overview_table(
            month,
            institutions,
            {report.institution_id: report for report in reports if report.institution_id in shown},
            address=None if as_file else lambda institution: f"{address(institution)}?month={month:%Y-%m}",
            order_by=filterset.form.cleaned_data.get("order_by", ""),
        )
    if as_file:
        if filterset.errors:
            raise Http404
        return _file(request, table if request.GET.get("table") == OVERVIEW else None)
    query = request.GET.copy()
    if month:
        query["month"] = f"{month:%Y-%m}"
    values = {
        "form": filterset.form,
        "table": table,
        "definitions": overview_definitions(),
        "downloads": file_addresses(downloads, query, OVERVIEW),
    }
    return TemplateResponse(request, template, {**(context or {}), **values})


def _file(request: HttpRequest, table: FigureTable | None) -> HttpResponse:
    extension = request.GET.get("format", "")
    if table is None or extension not in FORMATS:
        raise Http404
    return download(table, extension)
