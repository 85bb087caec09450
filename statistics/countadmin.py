"""Import counts of another source in the admin: upload a file, see what it would change, and import it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from partners.models import User
from partners.portaladmin import NoChangeAdmin, is_key

from .counttables import CountMistakeTable, PlanTable
from .models import CountFile, EarlierCount, ImportedCount
from .services.countreading import Mistake, Refused
from .services.importing import LARGEST, LONGEST_SOURCE, OutOfDate, Plan, import_stored, plan_of

LONGEST_NAME = 120  # of a file


class CountFileForm(forms.Form):
    """A file with counts, and where they come from."""

    file = forms.FileField(
        label=_("Bestand: CSV of XLSX"),
        help_text=_(
            "De eerste regel noemt de kolommen: maand, instelling, uitwisselingen. Een maand als JJJJ-MM, een"
            " instelling met haar naam of KBO-nummer. Nul is een aantal; een maand zonder gegevens heeft geen regel."
        ),
        error_messages={
            "required": _("Kies een bestand."),
            "empty": _("Dit bestand is leeg. Kies een ander."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )
    source = forms.CharField(
        label=_("Bron"),
        help_text=_("Staat op elke bladzijde bij de aantallen, bijvoorbeeld “Schriftelijke vraag nr. 191”."),
        max_length=LONGEST_SOURCE,
        widget=forms.TextInput(attrs={"size": 80}),
        error_messages={"required": _("Noem de bron.")},
    )

    def clean_file(self) -> UploadedFile:
        """Refuse a file that is too large to read."""
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST:
            raise forms.ValidationError(_("Dit bestand is te groot: hoogstens 10 MB."))
        return file


@admin.register(CountFile)
class CountFileAdmin(NoChangeAdmin):
    """Files with counts: what they would change, and what they changed."""

    list_display = ["name", "source", "added_at", "added_by", "imported_at", "imported_by"]
    list_select_related = ["added_by", "imported_by"]
    search_fields = ["name", "source"]
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        # The evidence of counts on the pages stays.
        is_evidence = isinstance(obj, CountFile) and obj.imported_at is not None
        return not is_evidence and request.user.has_perm("statistics.delete_countfile")

    def get_urls(self) -> list[URLPattern]:
        def own(route: str, name: str, view: Any) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=f"statistics_countfile_{name}")

        add = own("add/", "add", self.add_view)
        # The middleware then lets the request be as long as an upload.
        add.callback.takes_file = True  # type: ignore[attr-defined]
        return [
            add,
            own("<path:object_id>/invoeren/", "import", require_POST(self.import_file)),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Take a file. One with mistakes is not stored: the page names each of them."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        is_post = request.method == "POST"
        form = CountFileForm(request.POST, request.FILES) if is_post else CountFileForm()
        mistakes: list[Mistake] = []
        if form.is_valid():
            upload = form.cleaned_data["file"]
            content, source = upload.read(), form.cleaned_data["source"]
            try:
                plan_of(content, source=source)
            except Refused as refused:
                mistakes = refused.mistakes
            else:
                file = CountFile.objects.create(
                    name=upload.name[-LONGEST_NAME:],
                    source=source,
                    content=content,
                    added_by=cast(User, request.user),
                )
                self.log_addition(request, file, [{"added": {}}])
                return redirect("admin:statistics_countfile_change", file.pk)
        context = {
            **self._context(request, gettext("Aantallen invoeren uit een bestand")),
            "form": form,
            "mistakes": len(mistakes),
            "table": CountMistakeTable(mistakes) if mistakes else None,
        }
        return TemplateResponse(
            request, "admin/statistics/countfile/add.html", context, status=422 if is_post else 200
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Show what a file would change, or the counts that came from it."""
        if request.method == "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        file = self._file(object_id)
        plan: Plan | None = None
        mistakes: list[Mistake] = []
        if file.imported_at is None:
            try:
                plan = plan_of(bytes(file.content), source=file.source)
            except Refused as refused:
                # An institution was renamed since, for instance.
                mistakes = refused.mistakes
        context = {
            **self._context(request, file.name),
            "file": file,
            "plan": plan,
            "mistakes": len(mistakes),
            "table": CountMistakeTable(mistakes) if mistakes else plan and PlanTable(plan.counts),
            "may_import": self.has_add_permission(request),
            "counts": f"{reverse('admin:statistics_importedcount_changelist')}?file__id__exact={file.pk}",
        }
        return TemplateResponse(request, "admin/statistics/countfile/change.html", context)

    def import_file(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Import a file as its page showed it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        file = self._file(object_id)
        try:
            plan = import_stored(file, user=cast(User, request.user), digest=request.POST.get("digest", ""))
        except OutOfDate:
            words = gettext(
                "Er is niets ingevoerd: er werden intussen andere aantallen ingevoerd. Kijk opnieuw na."
            )
            messages.warning(request, words)
        except Refused:
            messages.error(request, gettext("Er is niets ingevoerd: het bestand heeft nu fouten."))
        else:
            words = ngettext("%(number)s aantal ingevoerd", "%(number)s aantallen ingevoerd", plan.added)
            messages.success(
                request,
                gettext("%(added)s, %(replaced)s vervangen, %(unchanged)s stonden er al.")
                % {
                    "added": words % {"number": plan.added},
                    "replaced": plan.replaced,
                    "unchanged": plan.unchanged,
                },
            )
            self.log_change(request, file, gettext("Ingevoerd."))
        return redirect("admin:statistics_countfile_change", file.pk)

    def _file(self, object_id: str) -> CountFile:
        if not is_key(object_id):
            raise Http404
        return get_object_or_404(CountFile.objects.select_related("added_by", "imported_by"), pk=object_id)

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title}


class EarlierCountLines(admin.TabularInline):
    """The numbers that a count had before."""

    model = EarlierCount
    fields = ("number", "source", "imported_at", "replaced_at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: ImportedCount | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: EarlierCount | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: EarlierCount | None = None) -> bool:
        return request.user.has_perm("statistics.view_importedcount")


@admin.register(ImportedCount)
class ImportedCountAdmin(NoChangeAdmin):
    """Counts of another source, with the numbers they had before a correction."""

    list_display = ["month", "institution", "measure", "number", "source", "imported_at"]
    list_filter = ["measure", "source"]
    list_select_related = ["institution"]
    search_fields = ["institution__name", "source"]
    date_hierarchy = "month"
    inlines = [EarlierCountLines]
    fields = ("month", "institution", "measure", "number", "source", "imported_at", "file")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        # The page of a file links to its own counts.
        of_file = lookup == "file__id__exact" and is_key(value)
        return of_file or super().lookup_allowed(lookup, value, request)
