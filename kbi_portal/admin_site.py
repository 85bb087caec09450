"""The agency's admin: the stock site under the portal's name and sign-in."""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(admin.AdminSite):
    """Signs in through the portal's own page, so that its limits and its record of attempts hold here too."""

    site_header = _("KBI-portaal · beheer")
    site_title = _("KBI-portaal")
    index_title = _("Overzicht")
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
        """The stock addresses, without those for an own password and for leading to any row of any table."""
        return [url for url in super().get_urls() if getattr(url, "name", "") not in self.LEFT_OUT]

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> TemplateResponse:
        """The stock first page, under late jobs, and the figures and the last import for users who may see them."""
        # Import here: models are not loaded yet when the admin site is made.
        from statistics.pages import home_context

        from .health import late_jobs

        downloads = reverse(f"{self.name}:statistics_monthlycount_download")
        figures = home_context(
            visible=request.user.has_perm("statistics.view_home"),
            downloads=downloads if request.user.has_perm("statistics.view_monthly") else "",
        )
        context = {
            **figures,
            **_imports(request),
            **_proposals(request),
            "late": late_jobs(),
            **(extra_context or {}),
        }
        return super().index(request, context)


def _imports(request: HttpRequest) -> dict[str, object]:
    """Return the last import and the number of messages set aside, for users who may read them. No person."""
    from persons.models import ImportRun, SetAsideMessage

    if not request.user.has_perm("persons.view_setasidemessage"):
        return {"imports": None}
    open_messages = SetAsideMessage.objects.filter(settled_at=None).count()
    return {"imports": {"set_aside": open_messages, "run": ImportRun.objects.first()}}


def _proposals(request: HttpRequest) -> dict[str, object]:
    """Return how many proposals of access and of mandates wait, for users who may confirm them."""
    from partners.enums import VersionStatus
    from partners.models import MandateVersion, Membership
    from partners.periods import today

    may_confirm = ["partners.change_membership", "partners.change_mandateversion"]
    if not request.user.has_perms(may_confirm):
        return {"proposals": None}
    mandates = MandateVersion.objects.filter(status=VersionStatus.PROPOSED).count()
    return {"proposals": {"access": Membership.objects.waiting(today()).count(), "mandates": mandates}}
