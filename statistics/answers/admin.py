"""The agency's pages of answers to parliamentary questions. No page names a client."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from partners.models import User
from partners.portaladmin import NoChangeAdmin, is_key

from ..enums import Calendar
from ..models import Answer
from ..services.counting import CountedElsewhere
from .comparing import compared
from .content import as_json, from_json
from .forms import AnswerForm
from .odt import CONTENT_TYPE, answer_as_odt, facts_of
from .services.making import LANGUAGE, answer_for
from .services.months import Months


@admin.register(Answer)
class AnswerAdmin(NoChangeAdmin):
    """Answers, the newest first. The page of one is the document as it was given, with what would differ now."""

    form = AnswerForm
    list_display = ["title", "first_month_words", "last_month_words", "calendar", "given_at", "given_by"]
    list_filter = ["calendar"]
    list_select_related = ["given_by"]
    search_fields = ["title"]
    actions = None

    @admin.display(description=_("van maand"), ordering="first_month")
    def first_month_words(self, obj: Answer) -> str:
        return f"{obj.first_month:%Y-%m}"

    @admin.display(description=_("tot en met maand"), ordering="last_month")
    def last_month_words(self, obj: Answer) -> str:
        return f"{obj.last_month:%Y-%m}"

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<path:object_id>/odt/",
                self.admin_site.admin_view(self.document),
                name="statistics_answer_odt",
            ),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for a period; the answer about it is made and kept at once."""
        only_save = {"show_save_and_add_another": False, "show_save_and_continue": False}
        try:
            return super().add_view(request, form_url, {**(extra_context or {}), **only_save})
        except CountedElsewhere:
            return self._rebuild(request)

    def save_model(self, request: HttpRequest, obj: Answer, form: Any, change: bool) -> None:
        obj.given_by = cast(User, request.user)
        obj.content = as_json(answer_for(Months(obj.first_month, obj.last_month), Calendar(obj.calendar)))
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: Answer, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go to the document."""
        return redirect("admin:statistics_answer_change", obj.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Show an answer as it was given, and mark what would be different now. Raises Http404."""
        if request.method == "POST":
            raise PermissionDenied
        answer = self._answer(request, object_id)
        try:
            now = answer_for(Months(answer.first_month, answer.last_month), Calendar(answer.calendar))
        except CountedElsewhere:
            return self._rebuild(request)
        sections = compared(from_json(answer.content), now)
        context = {
            **self._context(request),
            "title": answer.title,
            "answer": answer,
            "facts": facts_of(answer),
            "language": LANGUAGE,
            "sections": sections,
            "differences": sum(section.differences for section in sections),
            "odt": reverse("admin:statistics_answer_odt", args=[answer.pk]),
        }
        return TemplateResponse(request, "admin/statistics/answer.html", context)

    def document(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Return an answer as it was given, as an OpenDocument text. Raises Http404."""
        answer = self._answer(request, object_id)
        response = HttpResponse(answer_as_odt(answer, from_json(answer.content)), content_type=CONTENT_TYPE)
        name = slugify(answer.title) or "antwoord"
        response["Content-Disposition"] = f'attachment; filename="{name}.odt"'
        return response

    def _answer(self, request: HttpRequest, object_id: str) -> Answer:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not is_key(object_id):
            raise Http404
        return get_object_or_404(Answer.objects.select_related("given_by"), pk=int(object_id))

    def _rebuild(self, request: HttpRequest) -> HttpResponse:
        return TemplateResponse(request, "admin/statistics/rebuild.html", self._context(request), status=503)

    def _context(self, request: HttpRequest) -> dict[str, object]:
        return {**self.admin_site.each_context(request), "opts": self.opts}
