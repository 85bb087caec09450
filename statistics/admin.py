"""The agency's pages: monthly figures of every institution and closing days. No page names a person."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from partners.portaladmin import PortalAdmin

from . import countadmin as countadmin  # registers its pages
from .adoption import admin as adoptionadmin  # noqa: F401 (registers its page)
from .answers import admin as answeradmin  # noqa: F401 (registers its pages)
from .careful import admin as carefuladmin  # noqa: F401 (registers its pages)
from .expected import admin as expectedadmin  # noqa: F401 (registers its pages)
from .filters import AgencyFilterSet
from .leadtimes import admin as leadtimes  # noqa: F401 (registers its page)
from .models import ClosingDay, MonthlyCount
from .pages import RECENT, Frame, recent_download, year_response
from .published import admin as publishedadmin  # noqa: F401 (registers its pages)
from .published.services import is_published
from .questions import HOW_MUCH


class ReadOnlyAdmin(PortalAdmin):
    """An admin that shows counts and cannot change them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(MonthlyCount)
class MonthlyCountAdmin(ReadOnlyAdmin):
    """Show the page of the monthly figures instead of a list of rows. The rows themselves have no page."""

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
        """Show the monthly figures of a year, of every institution."""
        return self._year(request)

    def monthly_download(self, request: HttpRequest) -> HttpResponse:
        """Return a table as a file; `table` and `format` in the address name it. Raises Http404.

        It is one of this page, or that of the last months on the first page of the admin.
        """
        if request.GET.get("table") == RECENT and self.has_view_permission(request):
            return recent_download(request.GET.get("format"))
        return self._year(request, as_file=True)

    def _year(self, request: HttpRequest, *, as_file: bool = False) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        frame = Frame(
            "admin/statistics/monthly.html",
            "admin/statistics/rebuild.html",
            reverse(f"{self.admin_site.name}:statistics_monthlycount_download"),
            {
                **self.admin_site.each_context(request),
                "title": HOW_MUCH.words,
                "opts": self.opts,
                "is_published": is_published,
                "may_publish": request.user.has_perm("statistics.view_publishingswitch"),
            },
        )
        return year_response(request, AgencyFilterSet(request.GET), frame, as_file=as_file)


@admin.register(ClosingDay)
class ClosingDayAdmin(PortalAdmin):
    list_display = ["day", "name", "calendar"]
    list_filter = ["calendar"]
    search_fields = ["name"]
    date_hierarchy = "day"
