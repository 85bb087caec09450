"""Import a file in the admin: upload it, see what it would change, and import it. The base of the kinds of files."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

import django_tables2 as tables
from django import forms
from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from partners.models import User
from partners.portaladmin import NoChangeAdmin, is_key

from .models import StoredFile
from .services.filereading import LARGEST, LONGEST_SOURCE, Mistake, OutOfDate, Refused

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

LONGEST_NAME = 120  # of a file


class Plan(Protocol):
    """What importing a file would do; `digest` differs once something else was imported."""

    @property
    def read_as(self) -> str: ...
    @property
    def added(self) -> int: ...
    @property
    def replaced(self) -> int: ...
    @property
    def unchanged(self) -> int: ...
    @property
    def digest(self) -> str: ...


@dataclass(frozen=True)
class FileWords:
    """The words of the pages of a kind of file: titles, and what stays of what is replaced."""

    add: StrPromise
    show_rows: StrPromise
    replaced: StrPromise
    out_of_date: StrPromise


class MistakeTable(tables.Table):
    """The mistakes in a file, in its order."""

    line = tables.Column(verbose_name=_("Regel"))
    field = tables.Column(verbose_name=_("Kolom"), empty_values=())
    words = tables.Column(verbose_name=_("Wat er mis is"))

    class Meta:
        orderable = False
        attrs = {"class": "counts"}


class StoredFileForm(forms.Form):
    """A file, and where its contents come from."""

    file = forms.FileField(
        label=_("Bestand: CSV, XLSX of ODS"),
        error_messages={
            "required": _("Kies een bestand."),
            "empty": _("Dit bestand is leeg. Kies een ander."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.ods"}),
    )
    source = forms.CharField(
        label=_("Bron"),
        max_length=LONGEST_SOURCE,
        widget=forms.TextInput(attrs={"size": 80}),
        error_messages={"required": _("Noem de bron.")},
    )

    help_of_file: ClassVar[StrPromise]
    help_of_source: ClassVar[StrPromise]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = self.help_of_file
        self.fields["source"].help_text = self.help_of_source

    def clean_file(self) -> UploadedFile:
        """Refuse a file that is too large to read."""
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST:
            raise forms.ValidationError(_("Dit bestand is te groot: hoogstens 10 MB."))
        return file


class StoredFileAdmin(NoChangeAdmin):
    """Files of a kind: what they would change, and what they changed.

    Subclasses say how a file is read, and how pages call what is in it. `rows` is the model that a file fills.
    """

    list_display = ["name", "source", "added_at", "added_by", "imported_at", "imported_by"]
    list_select_related = ["added_by", "imported_by"]
    search_fields = ["name", "source"]
    actions = None
    form_class: ClassVar[type[StoredFileForm]]
    words: ClassVar[FileWords]
    rows: ClassVar[str]

    @abstractmethod
    def plan_of(self, content: bytes, source: str) -> Plan:
        """Return what importing a file would do. Raises Refused with every mistake in it."""

    @abstractmethod
    def import_stored(self, file: Any, user: User, digest: str) -> Plan:
        """Import a file as its page showed it. Raises OutOfDate and Refused."""

    @abstractmethod
    def plan_table(self, plan: Any) -> tables.Table:
        """Return the table of a plan."""

    @abstractmethod
    def imported_words(self, plan: Plan) -> str:
        """Return what was imported, in words."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        # The evidence of what is on the pages stays.
        is_evidence = isinstance(obj, StoredFile) and obj.imported_at is not None
        return not is_evidence and request.user.has_perm(f"statistics.delete_{self.opts.model_name}")

    def get_urls(self) -> list[URLPattern]:
        def own(route: str, name: str, view: Any) -> URLPattern:
            return path(
                route, self.admin_site.admin_view(view), name=f"statistics_{self.opts.model_name}_{name}"
            )

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
        form = self.form_class(request.POST, request.FILES) if is_post else self.form_class()
        mistakes: list[Mistake] = []
        if form.is_valid():
            upload = form.cleaned_data["file"]
            content, source = upload.read(), form.cleaned_data["source"]
            try:
                self.plan_of(content, source)
            except Refused as refused:
                mistakes = refused.mistakes
            else:
                file = self.model.objects.create(
                    name=upload.name[-LONGEST_NAME:],
                    source=source,
                    content=content,
                    added_by=cast(User, request.user),
                )
                self.log_addition(request, file, [{"added": {}}])
                return redirect(self._address("change", file.pk))
        context = {
            **self._context(request, str(self.words.add)),
            "form": form,
            "mistakes": len(mistakes),
            "table": MistakeTable(mistakes) if mistakes else None,
        }
        return TemplateResponse(
            request, "admin/statistics/storedfile/add.html", context, status=422 if is_post else 200
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Show what a file would change, or what came from it."""
        if request.method == "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        file = self._file(object_id)
        plan: Plan | None = None
        mistakes: list[Mistake] = []
        if file.imported_at is None:
            try:
                plan = self.plan_of(bytes(file.content), file.source)
            except Refused as refused:
                # An institution was renamed since, for instance.
                mistakes = refused.mistakes
        context = {
            **self._context(request, file.name),
            "file": file,
            "plan": plan,
            "mistakes": len(mistakes),
            "table": MistakeTable(mistakes) if mistakes else plan and self.plan_table(plan),
            "may_import": self._may_import(request),
            "rows": f"{reverse(f'admin:statistics_{self.rows}_changelist')}?file__id__exact={file.pk}",
        }
        return TemplateResponse(request, "admin/statistics/storedfile/change.html", context)

    def import_file(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Import a file as its page showed it."""
        if not self._may_import(request):
            raise PermissionDenied
        file = self._file(object_id)
        try:
            plan = self.import_stored(file, cast(User, request.user), request.POST.get("digest", ""))
        except OutOfDate:
            messages.warning(request, str(self.words.out_of_date))
        except Refused:
            messages.error(request, gettext("Er is niets ingevoerd: het bestand heeft nu fouten."))
        else:
            messages.success(request, self.imported_words(plan))
            self.log_change(request, file, gettext("Ingevoerd."))
        return redirect(self._address("change", file.pk))

    def _may_import(self, request: HttpRequest) -> bool:
        """Return True if the user may add files, and what they fill where that has a permission of its own."""
        options = apps.get_model("statistics", self.rows)._meta
        needed = f"statistics.add_{self.rows}" if "add" in options.default_permissions else ""
        return self.has_add_permission(request) and (not needed or request.user.has_perm(needed))

    def _address(self, name: str, *args: object) -> str:
        return reverse(f"admin:statistics_{self.opts.model_name}_{name}", args=args)

    def _file(self, object_id: str) -> StoredFile:
        if not is_key(object_id):
            raise Http404
        file: StoredFile = get_object_or_404(
            self.model.objects.select_related("added_by", "imported_by"), pk=object_id
        )
        return file

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "words": self.words,
        }


class FileRowsAdmin(NoChangeAdmin):
    """Rows that files fill. The page of a file links to its own rows."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        of_file = lookup == "file__id__exact" and is_key(value)
        return of_file or super().lookup_allowed(lookup, value, request)
