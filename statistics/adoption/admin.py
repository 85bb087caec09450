"""The agency's page about who does not use the portal, its files, and its mails. No page names a client."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from partners.models import User
from partners.portaladmin import PortalAdmin, is_key

from ..models import AdoptionMail
from ..pages import Frame
from ..questions import NOT_USED
from ..services.counting import CountedElsewhere
from .filters import AdoptionFilterSet
from .mails import ask_for_mails
from .pages import adoption_response, list_query

REBUILD = "admin/statistics/rebuild.html"


@admin.register(AdoptionMail)
class AdoptionAdmin(PortalAdmin):
    """Show the page about adoption instead of a list of mails. The mails themselves have no page."""

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("statistics.view_adoption")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("", view(self.adoption), name="statistics_adoption"),
            # Under this name the first page of the admin links to it.
            path("", view(self.adoption), name="statistics_adoptionmail_changelist"),
            path("bestand/", view(self.adoption_download), name="statistics_adoption_download"),
            path("mail/", view(require_POST(self.mail)), name="statistics_adoption_mail"),
        ]

    def adoption(self, request: HttpRequest) -> HttpResponse:
        """Show in which class each entitled institution is."""
        return self._page(request)

    def adoption_download(self, request: HttpRequest) -> HttpResponse:
        """Return a table of that page as a file; `table` and `format` in the address name it. Raises Http404."""
        return self._page(request, as_file=True)

    def mail(self, request: HttpRequest) -> HttpResponse:
        """Ask for a mail to each posted institution, and go back to the page. What is left out is said."""
        if not request.user.has_perms(["statistics.view_adoption", "statistics.add_adoptionmail"]):
            raise PermissionDenied
        keys = request.POST.getlist("institution")
        if not all(map(is_key, keys)):
            raise BadRequest("A posted institution is no number")
        if not settings.KBI_SENDS_MAIL:
            messages.error(request, _("Dit portaal verstuurt geen e-mails."))
        else:
            try:
                mails = ask_for_mails({int(key) for key in keys}, cast(User, request.user))
            except CountedElsewhere:
                return TemplateResponse(request, REBUILD, self._context(request), status=503)
            for mail in mails:
                words = _("Mail aan de lokale beheerders: {kind}.").format(kind=mail.get_kind_display())
                self.log_change(request, mail.institution, words)
            self._report(request, len(mails), len(set(keys)) - len(mails))
        query = QueryDict(request.POST.get("query", ""))
        address = reverse("admin:statistics_adoption")
        return redirect(f"{address}?{list_query(query, AdoptionFilterSet(query)).urlencode()}")

    def _report(self, request: HttpRequest, sent: int, left_out: int) -> None:
        if sent:
            words = ngettext("{number} mail vertrekt.", "{number} mails vertrekken.", sent)
            messages.success(request, words.format(number=sent))
        if left_out:
            words = ngettext(
                "{number} instelling krijgt geen mail: ze kreeg er deze maand al een, heeft geen lokale beheerder meer,"
                " of gebruikt het portaal intussen.",
                "{number} instellingen krijgen geen mail: ze kregen er deze maand al een, hebben geen lokale beheerder"
                " meer, of gebruiken het portaal intussen.",
                left_out,
            )
            messages.warning(request, words.format(number=left_out))

    def _page(self, request: HttpRequest, *, as_file: bool = False) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        frame = Frame(
            "admin/statistics/adoption.html",
            REBUILD,
            reverse("admin:statistics_adoption_download"),
            {**self._context(request), "mails_off": not settings.KBI_SENDS_MAIL},
        )
        user = request.user
        may = {
            "see_contact": user.has_perms(["partners.view_membership", "partners.view_institution"]),
            "give_access": user.has_perm("partners.add_membership"),
            "mail": settings.KBI_SENDS_MAIL and user.has_perm("statistics.add_adoptionmail"),
        }
        return adoption_response(request, frame, may, as_file=as_file)

    def _context(self, request: HttpRequest) -> dict[str, object]:
        return {
            **self.admin_site.each_context(request),
            "title": NOT_USED.words,
            "opts": self.opts,
        }
