"""The agency's page of lead times."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from partners.portaladmin import PortalAdmin

from ..models import Wait
from ..pages import Frame
from ..questions import HOW_LONG
from .filters import AgencyLeadFilterSet
from .pages import lead_response


@admin.register(Wait)
class LeadTimesAdmin(PortalAdmin):
    """Show the page of lead times instead of a list of rows. The rows themselves have no page."""

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("statistics.view_monthly")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.page)
        return [
            path("", page, name="statistics_leadtimes"),
            # The name that the first page of the admin looks for.
            path("", page, name="statistics_wait_changelist"),
            path(
                "bestand/",
                self.admin_site.admin_view(self.page_download),
                name="statistics_leadtimes_download",
            ),
        ]

    def page(self, request: HttpRequest) -> HttpResponse:
        """Show the lead times of a period, of every institution."""
        return self._page(request)

    def page_download(self, request: HttpRequest) -> HttpResponse:
        """Return a table of that page as a file; `table` and `format` in the address name it. Raises Http404."""
        return self._page(request, as_file=True)

    def _page(self, request: HttpRequest, *, as_file: bool = False) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        frame = Frame(
            "admin/statistics/leadtimes.html",
            "admin/statistics/rebuild.html",
            reverse(f"{self.admin_site.name}:statistics_leadtimes_download"),
            {
                **self.admin_site.each_context(request),
                "title": HOW_LONG.words,
                "opts": self.opts,
            },
        )
        return lead_response(request, AgencyLeadFilterSet(request.GET), frame, as_file=as_file)
