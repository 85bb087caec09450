"""The agency's pages of the monthly reports. No page names a person."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse

from partners.models import Institution
from partners.portaladmin import NoChangeAdmin

from ..models import CarefulReport
from ..questions import CAREFUL
from .pages import overview_response, report_response


@admin.register(CarefulReport)
class CarefulReportAdmin(NoChangeAdmin):
    """Show the table of a month instead of a list of rows, and the report of an institution."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            # The second name is that of the stock list, by which the first page of the admin finds it.
            path("", view(self.overview), name="statistics_careful"),
            path("", view(self.overview), name="statistics_carefulreport_changelist"),
            path("bestand/", view(self.overview_download), name="statistics_careful_download"),
            path("<int:institution>/", view(self.report), name="statistics_careful_report"),
            path(
                "<int:institution>/bestand/",
                view(self.report_download),
                name="statistics_careful_report_download",
            ),
        ]

    def overview(self, request: HttpRequest) -> HttpResponse:
        """Show the reports of a month, of every institution."""
        return self._overview(request)

    def overview_download(self, request: HttpRequest) -> HttpResponse:
        """Return that table as a file; `table` and `format` in the address name it. Raises Http404."""
        return self._overview(request, as_file=True)

    def report(self, request: HttpRequest, institution: int) -> HttpResponse:
        """Show the report of one institution."""
        return self._report(request, institution)

    def report_download(self, request: HttpRequest, institution: int) -> HttpResponse:
        """Return a table of that page as a file. Raises Http404."""
        return self._report(request, institution, as_file=True)

    def _overview(self, request: HttpRequest, *, as_file: bool = False) -> HttpResponse:
        return overview_response(
            request,
            template="admin/statistics/careful.html",
            downloads=reverse("admin:statistics_careful_download"),
            address=lambda institution: reverse("admin:statistics_careful_report", args=[institution.pk]),
            context=self._context(request),
            as_file=as_file,
        )

    def _report(self, request: HttpRequest, institution: int, *, as_file: bool = False) -> HttpResponse:
        context = self._context(request)
        of = get_object_or_404(Institution, pk=institution)
        return report_response(
            request,
            [of],
            template="admin/statistics/careful_report.html",
            downloads=reverse("admin:statistics_careful_report_download", args=[institution]),
            own=False,
            refusals=True,
            context={**context, "institution_read": of},
            as_file=as_file,
        )

    def _context(self, request: HttpRequest) -> dict[str, object]:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return {
            **self.admin_site.each_context(request),
            "title": CAREFUL.words,
            "opts": self.opts,
        }
