"""The agency's pages about expectations: use against them, the expectations themselves, files with them, and notes."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partners.models import Institution, User
from partners.portaladmin import NoChangeAdmin

from ..fileadmin import FileRowsAdmin, FileWords, StoredFileAdmin, StoredFileForm
from ..fileadmin import Plan as FilePlan
from ..models import DeviationNote, Expectation, ExpectationFile
from ..pages import Frame
from ..questions import EXPECTED
from .filters import ExpectedFilterSet, OwnExpectedFilterSet
from .forms import DeviationNoteForm, ExpectationForm
from .pages import expected_response
from .services.importing import Plan, import_stored, plan_of
from .tables import PlanTable, basis_words, period_words


@admin.register(Expectation)
class ExpectationAdmin(FileRowsAdmin):
    """Expectations, the newest first; and the page that compares them with the use."""

    form = ExpectationForm
    list_display = ["scope", "months", "expected", "bottleneck_share", "source", "added_at", "added_by"]
    list_filter = ["kind", "basis"]
    list_select_related = ["institution", "added_by"]
    search_fields = ["institution__name", "source"]
    autocomplete_fields = ["institution"]
    readonly_fields = ["added_at", "added_by", "file"]
    actions = None

    @admin.display(description=_("instelling of soort"))
    def scope(self, obj: Expectation) -> str:
        return obj.institution.name if obj.institution else obj.get_kind_display()

    @admin.display(description=_("maanden"))
    def months(self, obj: Expectation) -> str:
        return period_words(obj)

    @admin.display(description=_("verwacht"))
    def expected(self, obj: Expectation) -> str:
        return basis_words(obj)

    def get_fields(self, request: HttpRequest, obj: Expectation | None = None) -> list[Any]:
        fields: list[str] = list(ExpectationForm.Meta.fields)
        return fields if obj is None else [*fields, *self.readonly_fields]

    def save_model(self, request: HttpRequest, obj: Expectation, form: Any, change: bool) -> None:
        obj.added_by = cast(User, request.user)
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        def own(route: str, name: str, view: Any) -> URLPattern:
            return path(
                f"cijfers/{route}", self.admin_site.admin_view(view), name=f"statistics_expected{name}"
            )

        return [
            own("", "", self.expected_page),
            own("bestand/", "_download", self.expected_file),
            own("<int:institution>/", "_institution", self.institution_page),
            own("<int:institution>/bestand/", "_institution_download", self.institution_file),
            *super().get_urls(),
        ]

    def expected_page(self, request: HttpRequest) -> HttpResponse:
        """Show the use of a year against what was expected, of the institutions of the filters."""
        return self._all(request)

    def expected_file(self, request: HttpRequest) -> HttpResponse:
        """Return the table of that page as a file; `format` in the address names it. Raises Http404."""
        return self._all(request, as_file=True)

    def institution_page(self, request: HttpRequest, institution: int) -> HttpResponse:
        """Show the months of one institution, the expectations about it and the notes."""
        return self._one(request, institution)

    def institution_file(self, request: HttpRequest, institution: int) -> HttpResponse:
        """Return the table of that page as a file. Raises Http404."""
        return self._one(request, institution, as_file=True)

    def _all(self, request: HttpRequest, *, as_file: bool = False) -> HttpResponse:
        self._require_view(request)
        action = reverse("admin:statistics_expected")
        frame = Frame(
            "admin/statistics/expected.html",
            "admin/statistics/rebuild.html",
            f"{action}bestand/",
            {**self._context(request), "action": action},
        )
        return expected_response(request, ExpectedFilterSet(request.GET), frame, as_file=as_file)

    def _one(self, request: HttpRequest, pk: int, *, as_file: bool = False) -> HttpResponse:
        self._require_view(request)
        institution = get_object_or_404(Institution, pk=pk)
        action = reverse("admin:statistics_expected_institution", args=[pk])
        frame = Frame(
            "admin/statistics/expected_institution.html",
            "admin/statistics/rebuild.html",
            f"{action}bestand/",
            {**self._context(request), "action": action, "institution": institution},
        )
        filterset = OwnExpectedFilterSet(request.GET, institution)
        return expected_response(request, filterset, frame, institution=institution, as_file=as_file)

    def _require_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": EXPECTED.words,
            "opts": self.opts,
            "may_add": self.has_add_permission(request),
        }


class ExpectationFileForm(StoredFileForm):
    """A file with expectations, and where they come from."""

    help_of_file = _(
        "De eerste regel noemt de kolommen: instelling, soort, van, tot, grondslag, aantal, knelpunt. Vul instelling"
        " (naam of KBO-nummer) of soort in, niet allebei. Maanden als JJJJ-MM; zonder “tot” blijft de verwachting"
        " gelden. Grondslag: per maand, per cliënt per kwartaal, of geen. Knelpunt in procent, 50 als het leeg is."
    )
    help_of_source = _(
        "Staat op elke bladzijde bij de verwachtingen, bijvoorbeeld “Plan 2026 van het agentschap”."
    )


@admin.register(ExpectationFile)
class ExpectationFileAdmin(StoredFileAdmin):
    """Files with expectations: what they would change, and what they changed."""

    form_class = ExpectationFileForm
    rows = "expectation"
    words = FileWords(
        add=_("Verwachtingen invoeren uit een bestand"),
        show_rows=_("Toon de verwachtingen"),
        replaced=_("Wat vervangen wordt, blijft te lezen bij de verwachtingen."),
        out_of_date=_("Er is niets ingevoerd: er kwamen intussen andere verwachtingen bij. Kijk opnieuw na."),
    )

    def plan_of(self, content: bytes, source: str) -> Plan:
        return plan_of(content, source=source)

    def import_stored(self, file: ExpectationFile, user: User, digest: str) -> Plan:
        return import_stored(file, user=user, digest=digest)

    def plan_table(self, plan: Plan) -> PlanTable:
        return PlanTable(plan.lines)

    def imported_words(self, plan: FilePlan) -> str:
        words = ngettext("%(number)s verwachting ingevoerd", "%(number)s verwachtingen ingevoerd", plan.added)
        return gettext("%(added)s, %(replaced)s vervangen, %(unchanged)s stonden er al.") % {
            "added": words % {"number": plan.added},
            "replaced": plan.replaced,
            "unchanged": plan.unchanged,
        }


@admin.register(DeviationNote)
class DeviationNoteAdmin(NoChangeAdmin):
    """Notes about the use of an institution in a month."""

    form = DeviationNoteForm
    list_display = ["institution", "month_shown", "text", "added_at", "added_by"]
    list_select_related = ["institution", "added_by"]
    search_fields = ["institution__name", "text"]
    autocomplete_fields = ["institution"]
    date_hierarchy = "month"
    readonly_fields = ["added_at", "added_by"]
    actions = None

    @admin.display(description=_("maand"), ordering="month")
    def month_shown(self, obj: DeviationNote) -> str:
        return f"{obj.month:%Y-%m}"

    def get_fields(self, request: HttpRequest, obj: DeviationNote | None = None) -> list[Any]:
        fields: list[str] = list(DeviationNoteForm.Meta.fields)
        return fields if obj is None else [*fields, *self.readonly_fields]

    def save_model(self, request: HttpRequest, obj: DeviationNote, form: Any, change: bool) -> None:
        obj.added_by = cast(User, request.user)
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: DeviationNote, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Lead to the page of the institution, where the note is beside its month."""
        super().response_add(request, obj, post_url_continue)  # leaves the message
        address = reverse("admin:statistics_expected_institution", args=[obj.institution_id])
        return redirect(f"{address}?{urlencode({'year': obj.month.year})}")
