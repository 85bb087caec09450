"""The agency's pages of mandates and their versions. They count clients and show none.

The models are those of `partners`; the pages are here because they count what only this app knows.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Field, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from partners.enums import InstitutionKind, VersionStatus
from partners.forms import ONE_PROPOSAL, EndForm, ReasonForm, VersionForm
from partners.models import Mandate, MandateEvent, MandateVersion, User
from partners.periods import today
from partners.portaladmin import EndingFilter, InForceFilter, NoChangeAdmin
from partners.querysets import MANDATE_ENDING_SOON
from partners.services import confirm_version, end_version, withdraw_version

from ..services.opening import count_opened

CONTENT = [
    "legal_reference",
    "legal_title",
    "legal_url",
    "max_months",
    "may_register",
    "valid_from",
    "valid_until",
    "is_example",
]


class VersionInline(admin.TabularInline):
    model = MandateVersion
    fields = readonly_fields = (
        "legal_reference",
        "state",
        "valid_from",
        "valid_until",
        "max_months",
        "may_register",
    )
    ordering = ("-valid_from", "-pk")
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("toestand"))
    def state(self, version: MandateVersion) -> str:
        return version.state()


class MandateInForceFilter(InForceFilter):
    """Keep mandates that have a version in force today, or those that have none."""

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        in_force = MandateVersion.objects.in_force(today()).values("mandate_id")
        if self.value() == "yes":
            return queryset.filter(pk__in=in_force)
        if self.value() == "no":
            return queryset.exclude(pk__in=in_force)
        return queryset


@admin.register(Mandate)
class MandateAdmin(NoChangeAdmin):
    """The addresses of mandates, each with its versions."""

    fields = ["institution_kind", "institution", "capacity"]
    list_display = ["addressee", "capacity", "in_force", "proposal"]
    list_filter = ["institution_kind", "capacity", MandateInForceFilter]
    list_select_related = ["institution"]
    search_fields = ["institution__name", "versions__legal_reference", "versions__legal_title"]
    autocomplete_fields = ["institution"]
    inlines = [VersionInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("versions")

    def formfield_for_choice_field(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "institution_kind":
            # Imported counts are about a sector as a whole. No one works there, so no mandate is for it.
            kwargs["choices"] = [
                choice
                for choice in db_field.get_choices(blank_choice=[("", "---------")])
                if choice[0] != InstitutionKind.SECTOR
            ]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Mandate | None) -> list[Any]:
        return [VersionInline] if obj else []

    @admin.display(description=gettext_lazy("voor"), ordering="institution_kind")
    def addressee(self, mandate: Mandate) -> str:
        return mandate.addressee

    @admin.display(description=gettext_lazy("versie die vandaag geldt"), empty_value="–")
    def in_force(self, mandate: Mandate) -> str | None:
        day = today()
        return next(
            (
                f"{version.legal_reference} · {version.period_text}"
                for version in mandate.versions.all()
                if version.is_in_force(day)
            ),
            None,
        )

    @admin.display(description=gettext_lazy("open voorstel"), empty_value="–")
    def proposal(self, mandate: Mandate) -> str | None:
        proposals = [each for each in mandate.versions.all() if each.status == VersionStatus.PROPOSED]
        return next((f"{each.legal_reference} · {each.period_text}" for each in proposals), None)

    def response_add(
        self, request: HttpRequest, obj: Mandate, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on to the first version: a mandate without one opens nothing."""
        return HttpResponseRedirect(_proposing(obj))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        mandate = self.get_object(request, object_id)
        context: dict[str, object] = {}
        if isinstance(mandate, Mandate):
            events = MandateEvent.objects.filter(version__mandate=mandate).select_related("version")
            may_propose = request.user.has_perm("partners.add_mandateversion")
            context = {"events": events, "propose_href": _proposing(mandate) if may_propose else ""}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})


def _proposing(mandate: Mandate) -> str:
    return f"{reverse('admin:partners_mandateversion_add')}?mandate={mandate.pk}"


@dataclass(frozen=True)
class Difference:
    """What a version changes to the version before it: names of blocks, and other values before and after."""

    added: list[str]
    removed: list[str]
    values: list[tuple[str, str, str]]

    @classmethod
    def between(cls, before: MandateVersion, after: MandateVersion) -> Difference:
        """Return the difference between two versions of one mandate."""
        rows = [
            (_("Langste inschrijving (maanden)"), str(before.max_months), str(after.max_months)),
            (
                _("Noodinzage"),
                " · ".join(before.escape_labels) or "–",
                " · ".join(after.escape_labels) or "–",
            ),
            (
                _("Wie schrijft in"),
                str(before.get_may_register_display()),
                str(after.get_may_register_display()),
            ),
            (_("Rechtsgrond"), before.legal_basis, after.legal_basis),
            (_("Geldig"), before.period_text, after.period_text),
        ]
        return cls(
            added=[label for label in after.block_labels if label not in before.block_labels],
            removed=[label for label in before.block_labels if label not in after.block_labels],
            values=[row for row in rows if row[1] != row[2]],
        )


class VersionEndingFilter(EndingFilter):
    title = gettext_lazy("einde binnen 90 dagen")
    soon = MANDATE_ENDING_SOON


@admin.register(MandateVersion)
class VersionAdmin(NoChangeAdmin):
    """Versions of mandates: propose one, compare it with the version before, confirm, end or withdraw it."""

    form = VersionForm
    list_display = ["mandate", "legal_reference", "state", "valid_from", "valid_until"]
    list_filter = [
        "status",
        InForceFilter,
        VersionEndingFilter,
        "mandate__institution_kind",
        "mandate__capacity",
        "is_example",
    ]
    list_select_related = ["mandate__institution"]
    search_fields = ["legal_reference", "legal_title", "mandate__institution__name"]

    def get_fields(self, request: HttpRequest, obj: MandateVersion | None = None) -> list[Any]:
        if obj is None:
            return ["mandate", "blocks", "escape_blocks", *CONTENT]
        record = ["proposed_by", "proposed_at", "confirmed_by", "confirmed_at", "end_reason"]
        return ["mandate", "state", "block_names", "escape_names", *CONTENT, *record]

    def get_readonly_fields(self, request: HttpRequest, obj: MandateVersion | None = None) -> list[Any]:
        return self.get_fields(request, obj) if obj else []

    @admin.display(description=gettext_lazy("toestand"))
    def state(self, version: MandateVersion) -> str:
        return version.state()

    @admin.display(description=gettext_lazy("dossieronderdelen"))
    def block_names(self, version: MandateVersion) -> str:
        return " · ".join(version.block_labels)

    @admin.display(description=gettext_lazy("onderdelen bij een noodinzage"), empty_value="–")
    def escape_names(self, version: MandateVersion) -> str | None:
        return " · ".join(version.escape_labels) or None

    # -- proposing

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Show the form of a proposal, for the mandate in the address; without one, the list of mandates."""
        mandate = self._mandate(request)
        if mandate is None:
            return redirect("admin:partners_mandate_changelist")
        proposal = mandate.versions.filter(status=VersionStatus.PROPOSED).first()
        if proposal is not None and request.method == "GET":
            messages.warning(request, ONE_PROPOSAL)
            return redirect(_page(proposal))
        context = {
            "title": _("Nieuwe versie voorstellen"),
            "subtitle": str(mandate),
            "show_save_and_add_another": False,
            "show_save_and_continue": False,
            **(extra_context or {}),
        }
        try:
            with transaction.atomic():
                return super().add_view(request, form_url, context)
        except IntegrityError:
            # The same form was sent twice at the same moment; the other one is the proposal.
            messages.warning(request, ONE_PROPOSAL)
            return redirect("admin:partners_mandate_change", mandate.pk)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the values of the newest version that was not withdrawn; it starts tomorrow and has no end."""
        mandate = self._mandate(request)
        assert mandate is not None
        first: dict[str, Any] = {
            "mandate": mandate.pk,
            "valid_from": today() + datetime.timedelta(days=1),
        }
        newest = (
            mandate.versions.exclude(status=VersionStatus.WITHDRAWN).order_by("-valid_from", "-pk").first()
        )
        if newest is None:
            return first
        kept = {
            name: getattr(newest, name)
            for name in ["blocks", "escape_blocks", *CONTENT]
            if not name.startswith("valid_")
        }
        return kept | first

    def _mandate(self, request: HttpRequest) -> Mandate | None:
        number = request.POST.get("mandate") or request.GET.get("mandate", "")
        return Mandate.objects.filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None

    def save_model(
        self, request: HttpRequest, obj: MandateVersion, form: forms.ModelForm, change: bool
    ) -> None:
        obj.proposed_by = cast(User, request.user)
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: MandateVersion, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on to the page of the proposal, which compares it and counts."""
        messages.success(request, _("Het voorstel is bewaard. Een andere beheerder bevestigt het."))
        return redirect(_page(obj))

    # -- one version

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Show a version: what it changes, how many clients it opens, and the steps the user may take."""
        version = self.get_object(request, object_id)
        context: dict[str, object] = {}
        if isinstance(version, MandateVersion) and self.has_view_permission(request, version):
            context = self._context(request, version)
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def _context(self, request: HttpRequest, version: MandateVersion) -> dict[str, object]:
        before = version.before()
        is_proposal = version.status == VersionStatus.PROPOSED
        is_confirmed = version.status == VersionStatus.CONFIRMED
        may_step = self._may_step(request)
        may_go = is_proposal or (is_confirmed and version.valid_from >= today())
        day_before = version.valid_from - datetime.timedelta(days=1)
        return {
            "before": before,
            "difference": Difference.between(before, version) if before else None,
            "closed_before": before is None or not before.is_in_force(day_before),
            "opened": count_opened(version) if may_go else None,
            "is_proposal": is_proposal,
            "is_own": version.proposed_by_id == request.user.pk,
            "is_late": is_proposal and version.has_begun,
            "may_confirm": may_step and is_proposal,
            "may_end": may_step
            and is_confirmed
            and (version.valid_until is None or version.valid_until >= today()),
            "may_withdraw": may_step and may_go,
        }

    # -- steps

    def get_urls(self) -> list[URLPattern]:
        def step(words: str, name: str, view: Callable[..., HttpResponse]) -> URLPattern:
            return path(
                f"<path:object_id>/{words}/",
                self.admin_site.admin_view(view),
                name=f"partners_mandateversion_{name}",
            )

        return [
            step("bevestigen", "confirm", require_POST(self.confirm)),
            step("beeindigen", "end", self.end),
            step("intrekken", "withdraw", self.withdraw),
            *super().get_urls(),
        ]

    def confirm(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Confirm a proposal of another administrator, and go back to its page."""
        version = self._version(request, object_id)
        try:
            confirm_version(version)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            self.log_change(request, version, _("Bevestigd."))
            messages.success(request, _("De versie is bevestigd."))
        return redirect(_page(version))

    def end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for an earlier last day and a reason, and end the version on that day."""
        version = self._version(request, object_id)
        form = EndForm(request.POST or None, version=version)
        return self._step(
            request,
            version,
            form,
            title=_("Vroeger beëindigen"),
            take=lambda: end_version(version, form.cleaned_data["valid_until"], form.cleaned_data["reason"]),
        )

    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for a reason, and withdraw a version up to its first day."""
        version = self._version(request, object_id)
        form = ReasonForm(request.POST or None)
        before = version.before() if version.status == VersionStatus.CONFIRMED else None
        return self._step(
            request,
            version,
            form,
            title=_("Intrekken"),
            ending=before if before and before.is_in_force(today()) and before.valid_until else None,
            take=lambda: withdraw_version(version, form.cleaned_data["reason"]),
        )

    def _step(
        self,
        request: HttpRequest,
        version: MandateVersion,
        form: forms.Form,
        *,
        title: str,
        take: Callable[[], None],
        ending: MandateVersion | None = None,
    ) -> HttpResponse:
        """Show `form`; once it is valid, `take` the step and go to the page of the version.

        `ending` is a version in force after which no other follows once the step is taken.
        """
        if form.is_valid():
            try:
                take()
            except ValidationError as error:
                form.add_error(None, error)
            else:
                self.log_change(request, version, f"{title}.")
                messages.success(request, _("De wijziging is bewaard."))
                return redirect(_page(version))
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": str(version),
            "opts": self.opts,
            "original": version,
            "version_href": _page(version),
            "ending": ending,
            "form": form,
        }
        return TemplateResponse(request, "admin/partners/mandateversion/step.html", context)

    def _may_step(self, request: HttpRequest) -> bool:
        return request.user.has_perm("partners.change_mandateversion")

    def _version(self, request: HttpRequest, object_id: str) -> MandateVersion:
        if not self._may_step(request):
            raise PermissionDenied
        version = self.get_object(request, object_id)
        if not isinstance(version, MandateVersion):
            raise Http404
        return version


def _page(version: MandateVersion) -> str:
    return reverse("admin:partners_mandateversion_change", args=[version.pk])
