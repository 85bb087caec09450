"""The agency's admin: the stock site under the portal's name and sign-in."""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(admin.AdminSite):
    """Signs in through the portal's own page, so that its limits and its record of attempts hold here too."""

    site_header = _("KBI-portaal · beheer")
    site_title = _("KBI-portaal")
    index_title = _("Overzicht")
    enable_nav_sidebar = False

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            # Somebody without business here learns nothing about what is here.
            raise Http404
        return redirect_to_login(request.GET.get("next", reverse("admin:index")))
