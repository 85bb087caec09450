"""The agency's admin: the stock site under the portal's name and sign-in."""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(admin.AdminSite):
    """Signs in through the portal's own page, so that its limits and its record of attempts hold here too."""

    site_header = _("KBI-portaal · beheer")
    site_title = _("KBI-portaal")
    index_title = _("Start")
    index_template = "admin/statistics/home.html"
    enable_nav_sidebar = False
    # The portal has its own page for the own password. `view_on_site` fails on tables the web role may not read, and no
    # page of the admin links to it.
    LEFT_OUT = {"password_change", "password_change_done", "view_on_site"}

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff only; a signed-in user without that right gets 403 instead of another sign-in page."""
        if request.user.is_authenticated and not super().has_permission(request):
            raise PermissionDenied
        return super().has_permission(request)

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        if self.has_permission(request):
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next", reverse("admin:index")))

    def logout(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:  # type: ignore[override]
        """Lead to the portal's own page for signing out."""
        return redirect("account_logout")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The search, the state of the system, and the stock addresses.

        Without those for an own password and for leading to any row of any table.
        """
        return [
            path("zoeken/", self.admin_view(self.search), name="search"),
            path("toestand/", self.admin_view(self.system), name="system"),
            *(url for url in super().get_urls() if getattr(url, "name", "") not in self.LEFT_OUT),
        ]

    # Models are not loaded yet when the admin site is made, so the methods below import what needs them.

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> TemplateResponse:
        """The stock first page, under what waits for the user and the chart of the last months."""
        from partners.adminsearch import may_search
        from statistics.pages import home_context
        from statistics.tiles import tiles

        downloads = reverse(f"{self.name}:statistics_monthlycount_download")
        context = {
            **home_context(
                visible=request.user.has_perm("statistics.view_home"),
                downloads=downloads if request.user.has_perm("statistics.view_monthly") else "",
            ),
            "tiles": tiles(request),
            "may_search": may_search(request),
            "typed": "",
            **(extra_context or {}),
        }
        return super().index(request, context)

    def search(self, request: HttpRequest) -> HttpResponse:
        """Search accounts and institutions."""
        from partners.adminsearch import may_search, search

        if not may_search(request):
            raise PermissionDenied
        return search(request, self.each_context(request))

    def system(self, request: HttpRequest) -> HttpResponse:
        """Whether the jobs of the clock run and the log is proven."""
        from consultations.seals.proven import proven
        from partners.heartbeats import Heartbeat, late_jobs

        state = proven()
        context = {
            **self.each_context(request),
            "title": gettext("Toestand van het systeem"),
            "late": late_jobs(),
            "heartbeats": Heartbeat.objects.order_by("lane", "job"),
            "proven": state,
            "gap": state.gap(),
        }
        return TemplateResponse(request, "admin/partners/system.html", context)
