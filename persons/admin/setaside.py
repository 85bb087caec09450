"""The agency's page of messages that were set aside. It is the only page of the admin with numbers of persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from consultations.enums import Kind, Outcome
from consultations.services import record
from partners.middleware import unseen_response
from partners.models import User
from partners.portaladmin import PortalAdmin

from ..insz import format_insz
from ..models import SetAsideMessage
from ..services.aside import settle, without_numbers

MOST_FILES = 20


class OpenFilter(admin.SimpleListFilter):
    """Keep messages that nothing settled yet, unless the user asks for others."""

    title = _("stand")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("achterhaald", gettext("achterhaald")), ("alle", gettext("alle"))]

    def choices(self, changelist):
        default, *others = super().choices(changelist)
        yield default | {"display": gettext("open")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "alle":
            return queryset
        return queryset.filter(settled_at__isnull=self.value() != "achterhaald")


class FileFilter(admin.SimpleListFilter):
    """Keep the messages of one file; the files with the most open messages are offered."""

    title = _("bestand")
    parameter_name = "bestand"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        files = SetAsideMessage.objects.filter(settled_at=None).values_list("file", flat=True).order_by()
        counted = files.annotate(number=Count("pk")).order_by("-number", "file")
        return [(file, file) for file in counted[:MOST_FILES]]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(file=self.value()) if self.value() else queryset


@admin.register(SetAsideMessage)
class SetAsideMessageAdmin(PortalAdmin):
    """Read only, but for the mark on messages without a number.

    Each page that is opened is a row of the log with the numbers on it; without the row, no page.
    """

    list_display = ["place", "why", "person", "as_of", "first_at"]
    list_filter = [OpenFilter, ("reason", admin.ChoicesFieldListFilter), FileFilter]
    list_per_page = 50
    list_max_show_all = 500
    show_full_result_count = False
    search_fields = ["file"]
    search_help_text = _("Zoek op de naam van het bestand, nooit op een nummer.")
    actions = ["settle"]
    readonly_fields = ["file", "line", "field", "why", "person", "as_of", "first_at", "last_at", "settled_at"]
    fields = (*readonly_fields,)

    @admin.display(description=_("bestand en regel"), ordering="file")
    def place(self, message: SetAsideMessage) -> str:
        return str(message)

    @admin.display(description=_("reden"), ordering="reason")
    def why(self, message: SetAsideMessage) -> str:
        return message.get_reason_display()

    @admin.display(description=_("INSZ"))
    def person(self, message: SetAsideMessage) -> str:
        return format_insz(message.insz) if message.insz else gettext("niet te lezen")

    @admin.action(
        description=_("Markeer als achterhaald (enkel berichten zonder nummer)"), permissions=["view"]
    )
    def settle(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Settle messages without a number; the others are settled by a newer message of their person only."""
        settled = 0
        for message in queryset.filter(insz="", settled_at=None):
            if settle(message):
                self.log_change(request, message, gettext("Gemarkeerd als achterhaald."))
                settled += 1
        words = ngettext("%(number)s bericht gemarkeerd.", "%(number)s berichten gemarkeerd.", settled)
        messages.info(request, words % {"number": settled})

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        # Open messages have no such moment.
        return [*self.list_display, *(["settled_at"] if OpenFilter.parameter_name in request.GET else [])]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        # Django allows every field of the model, and so a number in the address.
        return lookup in {"reason__exact", OpenFilter.parameter_name, FileFilter.parameter_name}

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        if (unseen := unseen_response(request)) is not None:
            return unseen
        texts = [text for values in request.GET.lists() for text in values[1]]
        if any(without_numbers(text) != text for text in texts):
            messages.error(request, gettext("Zoek niet op een nummer: het zou in het adres staan."))
            return redirect(request.path)
        response = super().changelist_view(request, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data and "cl" in response.context_data:
            self._record(request, response.context_data["cl"].result_list)
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        if (unseen := unseen_response(request)) is not None:
            return unseen
        response = super().change_view(request, object_id, form_url, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data:
            self._record(request, [response.context_data["original"]])
        return response

    def _record(self, request: HttpRequest, shown: Sequence[SetAsideMessage]) -> None:
        """Log the persons on a page, in the transaction that read them."""
        record(
            kind=Kind.SET_ASIDE,
            outcome=Outcome.SHOWN if shown else Outcome.EMPTY,
            acting=None,
            user=cast(User, request.user),
            shown=list(dict.fromkeys(message.insz for message in shown if message.insz)),
        )
