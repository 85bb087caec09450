"""The agency's pages: monthly figures of every institution, closing days, imported counts. None names a person."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from .exports import FORMATS, download
from .filters import AgencyFilterSet
from .models import ClosingDay, ImportedCount, MonthlyCount
from .presentation import YearPage, context, year_page
from .services.counting import CountedElsewhere


class ReadOnlyAdmin(admin.ModelAdmin):
    """What was counted or stated stays as it is."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(MonthlyCount)
class MonthlyCountAdmin(ReadOnlyAdmin):
    """The page of the monthly figures in the place of a list of rows; the rows themselves are never shown."""

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("statistics.view_monthly")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        return [
            path("", self.admin_site.admin_view(self.monthly), name="statistics_monthlycount_changelist"),
            path(
                "bestand/",
                self.admin_site.admin_view(self.monthly_download),
                name="statistics_monthlycount_download",
            ),
        ]

    def monthly(self, request: HttpRequest) -> HttpResponse:
        """The monthly figures of a year, of every institution."""
        filterset, page = self._page(request)
        frame = {
            **self.admin_site.each_context(request),
            "title": _("Maandelijkse raadplegingen per instelling"),
        }
        if page is None:
            return TemplateResponse(request, "admin/statistics/rebuild.html", frame, status=503)
        address = reverse(f"{self.admin_site.name}:statistics_monthlycount_download")
        return TemplateResponse(
            request,
            "admin/statistics/monthly.html",
            {
                **frame,
                **context(page, filterset, request.GET, address),
                "opts": self.opts,
            },
        )

    def monthly_download(self, request: HttpRequest) -> HttpResponse:
        """A sheet of that page as a file."""
        filterset, page = self._page(request)
        sheet = page.of_name(request.GET.get("table", "")) if page else None
        # On the page a mistake stands beside its field; a file of something else than was asked would hide it.
        if filterset.errors or sheet is None or request.GET.get("format") not in FORMATS:
            raise Http404
        return download(sheet, request.GET["format"])

    def _page(self, request: HttpRequest) -> tuple[AgencyFilterSet, YearPage | None]:
        if not self.has_view_permission(request):
            raise PermissionDenied
        filterset = AgencyFilterSet(request.GET)
        try:
            return filterset, year_page(filterset.form.choice(), filterset.scope)
        except CountedElsewhere:
            return filterset, None


@admin.register(ImportedCount)
class ImportedCountAdmin(ReadOnlyAdmin):
    list_display = ["month", "institution", "measure", "number", "source", "imported_at"]
    list_filter = ["measure", "source"]
    list_select_related = ["institution"]
    search_fields = ["institution__name", "source"]
    date_hierarchy = "month"


@admin.register(ClosingDay)
class ClosingDayAdmin(admin.ModelAdmin):
    list_display = ["day", "name", "calendar"]
    list_filter = ["calendar"]
    search_fields = ["name"]
    date_hierarchy = "day"
