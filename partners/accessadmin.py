"""The agency gives access in four steps, and a second person confirms it. These pages show no client."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from .drafts import drop_draft, load_draft, save_draft
from .enums import AccessStatus, AccessStep, Role, role_word
from .forms import AccessForm, EndAccessForm, ExtendAccessForm, SearchForm
from .models import Institution, Membership, User
from .periods import today
from .portaladmin import EndingFilter, InForceFilter, NoChangeAdmin, is_key
from .querysets import ENDING_SOON
from .rights import NotTaken, confirm_access, end_access, extend_access, give_access, longest_until

WHO, WHERE, DAYS, CHECK = "wie", "instelling", "rol", "nakijken"
STEPS = {WHO: _("Wie"), WHERE: _("Instelling"), DAYS: _("Rol en dagen"), CHECK: _("Nakijken")}
# So many accounts or institutions are shown; a longer list asks for more letters.
MOST_SHOWN = 20


class AccessEndingFilter(EndingFilter):
    title = _("einde binnen 30 dagen")
    soon = ENDING_SOON


@admin.register(Membership)
class MembershipAdmin(NoChangeAdmin):
    """Access: give it in steps, see what waits for confirmation, and confirm, extend or end it."""

    list_display = ["user", "institution", "role", "valid_from", "valid_until", "state", "proposed_by"]
    list_filter = ["status", "role", InForceFilter, AccessEndingFilter, "institution__kind"]
    list_select_related = ["user", "institution", "proposed_by"]
    search_fields = ["user__email", "user__last_name", "institution__name"]
    fields = [
        "user",
        "institution",
        "role",
        "state",
        "valid_from",
        "valid_until",
        "reason",
        "proposed_by",
        "proposed_at",
        "confirmed_by",
        "confirmed_at",
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> list[Any]:
        return self.fields

    @admin.display(description=_("toestand"))
    def state(self, membership: Membership) -> str:
        return membership.state()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        # The page of an institution links to its own memberships.
        of_institution = lookup == "institution__id__exact" and is_key(value)
        return of_institution or super().lookup_allowed(lookup, value, request)

    def get_urls(self) -> list[URLPattern]:
        def step(words: str, name: str, view: Callable[..., HttpResponse]) -> URLPattern:
            route = f"<path:object_id>/{words}/"
            return path(route, self.admin_site.admin_view(view), name=f"partners_membership_{name}")

        return [
            path(
                "add/<uuid:draft_id>/<str:step>/",
                self.admin_site.admin_view(self.step),
                name="partners_membership_step",
            ),
            step("bevestigen", "confirm", require_POST(self.confirm)),
            step("verlengen", "extend", self.extend),
            step("beeindigen", "end", self.end),
            *super().get_urls(),
        ]

    # -- giving access, step by step

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Show the first step. What is posted goes into a new draft.

        `user` and `institution` in the address choose one already: pages of accounts and institutions link here.
        """
        self._check_may_give(request)
        if request.method == "POST":
            return self._take_step(request, uuid.uuid4(), WHO, _chosen_before(request.POST))
        return self._show_step(request, None, WHO, _chosen_before(request.GET))

    def step(self, request: HttpRequest, draft_id: uuid.UUID, step: str) -> HttpResponse:
        """Show a step of a draft, or take it: search, choose, fill in, propose. Raises Http404 for an unknown step."""
        self._check_may_give(request)
        if step not in STEPS:
            raise Http404
        draft = load_draft(request.session, draft_id)
        if draft is None:
            messages.warning(request, gettext("Deze stappen zijn al verstuurd, of verlopen. Begin opnieuw."))
            return redirect("admin:partners_membership_changelist")
        for earlier in STEPS:
            if step == earlier:
                break
            if not self._is_done(request, draft, earlier):
                return _to(draft_id, earlier)
        if request.method == "POST":
            return self._take_step(request, draft_id, step, draft)
        return self._show_step(request, draft_id, step, draft)

    def _check_may_give(self, request: HttpRequest) -> None:
        if not self.has_add_permission(request):
            raise PermissionDenied

    def _is_done(self, request: HttpRequest, draft: dict[str, Any], step: str) -> bool:
        if step == DAYS:
            return "days" in draft and AccessForm(draft["days"]).is_valid()
        return _choices(request, step).filter(pk=draft.get(_CHOSEN[step])).exists()

    def _take_step(
        self, request: HttpRequest, draft_id: uuid.UUID, step: str, draft: dict[str, Any]
    ) -> HttpResponse:
        """Do what was posted at a step, store it in the draft, and lead to the page to show next."""
        next_step = step
        if step == CHECK:
            return self._propose(request, draft_id, draft)
        if step == DAYS:
            draft["days"] = {name: request.POST.get(name, "") for name in AccessForm.base_fields}
            next_step = CHECK if AccessForm(draft["days"]).is_valid() else DAYS
        elif "choose" in request.POST:
            key = request.POST.get("chosen", "")
            if is_key(key) and _choices(request, step).filter(pk=key).exists():
                draft[_CHOSEN[step]] = int(key)
                next_step = WHERE if step == WHO else DAYS
            else:
                messages.error(request, gettext("Duid een regel aan."))
        else:
            form = SearchForm(request.POST)
            if form.is_valid():
                draft[f"search_{step}"] = form.cleaned_data["q"]
                draft.pop(_CHOSEN[step], None)
            else:
                messages.error(
                    request, gettext("Typ een deel van een naam of nummer, ten hoogste 100 tekens.")
                )
        save_draft(request.session, draft_id, draft)
        return _to(draft_id, next_step)

    def _propose(self, request: HttpRequest, draft_id: uuid.UUID, draft: dict[str, Any]) -> HttpResponse:
        """Propose what the draft says, and lead to the page of the proposal."""
        form = AccessForm(draft["days"])
        form.is_valid()
        values = form.cleaned_data
        try:
            give_access(user_id=draft["user"], institution_id=draft["institution"], **values)
        except NotTaken as refusal:
            messages.error(request, refusal.words)
            return _to(draft_id, DAYS)
        drop_draft(request.session, draft_id)
        membership = Membership.objects.filter(
            user=draft["user"], institution=draft["institution"], proposed_by=cast(User, request.user)
        ).latest("pk")
        self.log_addition(request, membership, gettext("Voorgesteld."))
        messages.success(
            request, _sentence(gettext("Voorgesteld: %s. Een andere beheerder bevestigt het."), membership)
        )
        return redirect(_page(membership))

    def _show_step(
        self, request: HttpRequest, draft_id: uuid.UUID | None, step: str, draft: dict[str, Any]
    ) -> HttpResponse:
        """Show a step. Without an id there is no draft yet; what was chosen already is sent along."""
        user = User.objects.filter(pk=draft.get("user", 0)).first()
        institution = Institution.objects.filter(pk=draft.get("institution", 0)).first()
        chosen = {WHO: user, WHERE: institution}
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": gettext("Toegang geven"),
            "opts": self.opts,
            "step": step,
            "steps": [
                (
                    label,
                    None if name == step else chosen.get(name),
                    name == step,
                    _href(draft_id, name) if draft_id and place < list(STEPS).index(step) else "",
                )
                for place, (name, label) in enumerate(STEPS.items())
            ],
            "user_chosen": user,
            "institution_chosen": institution,
            "before": {} if draft_id else draft,
        }
        if step in _CHOSEN:
            search = draft.get(f"search_{step}", "")
            key = draft.get(_CHOSEN[step])
            matches = []
            if search:
                matches = list(_matching(request, step, search)[: MOST_SHOWN + 1])
            elif key:
                matches = list(_choices(request, step).filter(pk=key))
            search_form = SearchForm(initial={"q": search})
            # The cursor is on the first choice when there is one, else where to type.
            search_form.fields["q"].widget.attrs["autofocus"] = not matches
            context |= {
                "form": search_form,
                "search": search,
                "matches": matches[:MOST_SHOWN],
                "has_more": len(matches) > MOST_SHOWN,
                "chosen_key": key,
            }
        else:
            first = {"role": Role.CASE_WORKER, "first": today(), "until": longest_until()}
            form = AccessForm(draft["days"]) if "days" in draft else AccessForm(initial=first)
            context["form"] = form
            chosen = context["institution_chosen"]
            kind = chosen.kind if isinstance(chosen, Institution) else ""
            form.fields["role"].choices = [(role, role_word(role, kind)) for role in Role]  # type: ignore[attr-defined]
            if step == CHECK and form.is_valid():
                values = form.cleaned_data
                context |= {"values": values, "role": role_word(values["role"], kind)}
        return TemplateResponse(request, "admin/partners/membership/add.html", context)

    # -- one membership

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Show access: its steps, and what the user may do."""
        membership = self.get_object(request, object_id)
        context: dict[str, object] = {}
        if isinstance(membership, Membership) and self.has_view_permission(request, membership):
            is_open = membership.status == AccessStatus.PROPOSED
            is_over = membership.valid_until < today()
            is_confirmed = membership.status == AccessStatus.CONFIRMED
            may_step = self._may_step(request) and membership.user_id != request.user.pk
            context = {
                "events": membership.events.all(),
                "may_confirm": may_step and is_open and not is_over,
                "is_own": membership.proposed_by_id == request.user.pk,
                "may_extend": may_step and is_confirmed and not is_over,
                "may_end": may_step and (is_open or (is_confirmed and not is_over)),
            }
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def confirm(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Confirm a proposal of another administrator, and go back to its page."""
        membership = self._membership(request, object_id)
        try:
            confirm_access(membership.pk)
        except NotTaken as refusal:
            messages.error(request, refusal.words)
        else:
            self.log_change(request, membership, gettext("Bevestigd."))
            membership.refresh_from_db()
            messages.success(request, _sentence(gettext("Bevestigd: %s."), membership))
        return redirect(_page(membership))

    def extend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for a later last day and a reason, and propose the days that follow."""
        membership = self._membership(request, object_id)
        form = ExtendAccessForm(request.POST or None, initial={"until": longest_until()})

        def take() -> AccessStep:
            return extend_access(membership.pk, form.cleaned_data["until"], form.cleaned_data["reason"])

        return self._step(request, membership, form, gettext("Verlengen"), take)

    def end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for a reason, and maybe a last day, and end the access or withdraw the proposal."""
        membership = self._membership(request, object_id)
        form = EndAccessForm(request.POST or None)

        def take() -> AccessStep:
            return end_access(membership.pk, form.cleaned_data["reason"], form.cleaned_data.get("until"))

        is_open = membership.status == AccessStatus.PROPOSED
        if is_open:
            del form.fields["until"]
        return self._step(
            request, membership, form, gettext("Intrekken") if is_open else gettext("Beëindigen"), take
        )

    def _step(
        self,
        request: HttpRequest,
        membership: Membership,
        form: forms.Form,
        title: str,
        take: Callable[[], AccessStep],
    ) -> HttpResponse:
        """Show `form`; once it is valid, `take` the step and go to the page of the membership."""
        if form.is_valid():
            try:
                outcome = take()
            except NotTaken as refusal:
                form.add_error(None, refusal.words)
            else:
                self.log_change(request, membership, f"{outcome.label}.")
                messages.success(request, _DONE[outcome])
                return redirect(_page(membership))
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": str(membership),
            "opts": self.opts,
            "original": membership,
            "page_href": _page(membership),
            "form": form,
        }
        return TemplateResponse(request, "admin/partners/membership/step.html", context)

    def _may_step(self, request: HttpRequest) -> bool:
        return request.user.has_perm("partners.change_membership")

    def _membership(self, request: HttpRequest, object_id: str) -> Membership:
        if not self._may_step(request):
            raise PermissionDenied
        membership = self.get_object(request, object_id)
        if not isinstance(membership, Membership):
            raise Http404
        return membership


_CHOSEN = {WHO: "user", WHERE: "institution"}
_DONE = {
    AccessStep.PROPOSED: _("De verlenging is voorgesteld. Een andere beheerder bevestigt ze."),
    AccessStep.EXTENDED: _("De toegang is verlengd."),
    AccessStep.ENDED: _("De toegang is beëindigd."),
    AccessStep.WITHDRAWN: _("De toegang is ingetrokken."),
}


def _choices(request: HttpRequest, step: str) -> QuerySet:
    """The accounts or institutions that a step chooses from."""
    if step == WHO:
        return User.objects.exclude(pk=request.user.pk or 0)
    return Institution.objects.active()


def _matching(request: HttpRequest, step: str, text: str) -> QuerySet:
    if step == WHO:
        return User.objects.matching(text).exclude(pk=request.user.pk or 0)
    return Institution.objects.active().matching(text)


def _chosen_before(values: Any) -> dict[str, Any]:
    return {name: int(values[name]) for name in ("user", "institution") if is_key(values.get(name, ""))}


def _sentence(words: str, membership: Membership) -> str:
    """`words` with the person, role, institution and last day of a membership in place of %s."""
    return (
        words
        % gettext("%(user)s, %(role)s bij %(institution)s, tot en met %(day)s")
        % {
            "user": membership.user,
            "role": membership.get_role_display(),
            "institution": membership.institution,
            "day": date_format(membership.valid_until, "SHORT_DATE_FORMAT"),
        }
    )


def _href(draft_id: uuid.UUID, step: str) -> str:
    return reverse("admin:partners_membership_step", args=[draft_id, step])


def _to(draft_id: uuid.UUID, step: str) -> HttpResponse:
    return redirect(_href(draft_id, step))


def _page(membership: Membership) -> str:
    return reverse("admin:partners_membership_change", args=[membership.pk])
