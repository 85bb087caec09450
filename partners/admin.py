"""The agency manages institutions and accounts. These pages show no client.

The pages of access are in `partners.accessadmin`. Those of mandates are in `persons.admin.mandates`, because they count
clients.
"""

from __future__ import annotations

import json
from typing import Any, cast

from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django_tasks_db import admin as task_admin

from . import accessadmin as accessadmin  # registers its pages
from . import resets
from .clearing import NotTaken as ClearingNotTaken
from .clearing import ask_clearing, confirm_clearing
from .forms import NewUserForm
from .models import FailedSignIns, Institution, Membership, NumberClearing, OwnNumber, User
from .periods import today
from .portaladmin import KeptAdmin, NoChangeAdmin, PortalAdmin
from .services import save_institution

NUMBER = "kbo_number"


class MembershipInline(admin.TabularInline):
    """The access of one user, to read; each row leads to its own page."""

    model = Membership
    fk_name = "user"
    fields = readonly_fields = ("institution", "role", "valid_from", "valid_until", "state")
    ordering = ("-valid_until", "-pk")
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("toestand"))
    def state(self, membership: Membership) -> str:
        return membership.state()


@admin.register(Institution)
class InstitutionAdmin(KeptAdmin):
    list_display = ["name", "kind", "kbo_number", "active"]
    list_filter = ["kind", "active"]
    search_fields = ["name", "kbo_number"]

    def get_readonly_fields(self, request: HttpRequest, obj: Institution | None = None) -> list[str]:
        # Mandates are for a kind. Another kind would put every inscription under other mandates.
        return ["kind", "members", "number_changes"] if obj else []

    @admin.display(description=_("leden"))
    def members(self, institution: Institution) -> str:
        """Links to the memberships: the form of an institution with thousands of them could not be saved."""
        memberships = Membership.objects.filter(institution=institution)
        return format_html(
            '{} · <a href="{}?institution__id__exact={}">{}</a> · <a href="{}?institution={}">{}</a>',
            gettext("%(now)s nu, %(all)s in totaal")
            % {"now": memberships.in_force(today()).count(), "all": memberships.count()},
            reverse("admin:partners_membership_changelist"),
            institution.pk,
            gettext("toon ze"),
            reverse("admin:partners_membership_add"),
            institution.pk,
            gettext("geef toegang"),
        )

    @admin.display(description=_("wijzigingen van het ondernemingsnummer"), empty_value="–")
    def number_changes(self, institution: Institution) -> str | None:
        """Every change of the number: questions about items go to the institution that has it."""
        entries = self._history(institution).filter(change_message__contains=f'"{NUMBER}"')
        lines = []
        for entry in entries.select_related("user"):
            old, new = next(
                part[NUMBER]["values"] for part in json.loads(entry.change_message) if NUMBER in part
            )
            at = date_format(timezone.localtime(entry.action_time), "SHORT_DATETIME_FORMAT")
            lines.append((at, entry.user, old or "–", new or "–"))
        return format_html_join(mark_safe("<br>"), "{}, {}: {} → {}", lines) if lines else None

    def _history(self, institution: Institution) -> QuerySet[LogEntry]:
        """The steps of administrators on this page. The web role adds to them, and changes and deletes none."""
        kind = ContentType.objects.get_for_model(Institution)
        return LogEntry.objects.filter(content_type=kind, object_id=str(institution.pk)).order_by(
            "-action_time"
        )

    def construct_change_message(
        self, request: HttpRequest, form: forms.Form, formsets: Any, add: bool = False
    ) -> list[dict[str, dict[str, list[str]]]]:
        """Return what changed, with both values of the number."""
        message = super().construct_change_message(request, form, formsets, add)
        if not add and NUMBER in form.changed_data:
            message.append({NUMBER: {"values": [form.initial[NUMBER], form.cleaned_data[NUMBER]]}})
        return message

    def save_model(self, request: HttpRequest, obj: Institution, form: forms.ModelForm, change: bool) -> None:
        save_institution(obj)
        if change and NUMBER in form.changed_data:
            self.message_user(
                request,
                gettext(
                    "Het ondernemingsnummer is gewijzigd. Deze bladzijde toont dat voortaan. Nieuwe vragen (klopt"
                    " niet?) gaan naar wie het nummer heeft; gestelde vragen blijven bij de instelling."
                ),
                messages.WARNING,
            )


@admin.register(User)
class UserAdmin(PortalAdmin, StockUserAdmin):
    """Accounts. No one sets another's password here: the owner of an account gets a link, and sets it themselves."""

    form = forms.ModelForm
    add_form = NewUserForm
    add_form_template = "admin/partners/user/add_form.html"
    list_display = ["email", "first_name", "last_name", "is_staff", "is_active"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email", "first_name", "last_name"]
    ordering = ["last_name", "first_name", "pk"]
    inlines = [MembershipInline]
    # Rights of the agency are shown only: manage.py grant_access gives them. An administrator who could make another
    # one could confirm their own proposals.
    fieldsets = [
        (None, {"fields": ["email"]}),
        (_("Persoon"), {"fields": ["first_name", "last_name"]}),
        (_("Toegang"), {"fields": ["is_active", "is_staff", "groups"]}),
        (_("Tijdstippen"), {"fields": ["last_login", "date_joined", "suspended_at", "reopened_at"]}),
    ]
    readonly_fields = ["is_staff", "groups", "last_login", "date_joined", "suspended_at", "reopened_at"]
    add_fieldsets = [(None, {"fields": ["email", "first_name", "last_name"]})]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        # Taking over a superuser's account would make its user a superuser. The database refuses it too.
        foreign = obj is not None and obj.is_superuser and obj.pk != request.user.pk
        return not foreign and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        if obj is not None and obj.pk == request.user.pk:
            # Administrators cannot close their own account.
            fields.append("is_active")
        elif obj is not None and obj.is_staff:
            # A reset link goes to this address. The database refuses the change too.
            fields.append("email")
        return fields

    def get_urls(self) -> list[URLPattern]:
        """The stock addresses, with that of a reset link in place of the form for another's password."""
        send = path(
            "<path:object_id>/herstellink/",
            self.admin_site.admin_view(self.send_reset_link),
            name="partners_user_reset_link",
        )
        return [send, *super(StockUserAdmin, self).get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        context["sends_mail"] = settings.KBI_SENDS_MAIL
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(require_POST)
    def send_reset_link(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send the owner of an account a reset link, and record who did. Raises Http404 for an account unknown."""
        user = cast(User | None, self.get_object(request, unquote(object_id)))
        if user is None:
            raise Http404
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        level, message = messages.ERROR, gettext("Met een gesloten account kan niemand zich aanmelden.")
        if not settings.KBI_SENDS_MAIL:
            message = gettext("Dit portaal verstuurt geen e-mails.")
        elif user.is_active:
            try:
                resets.send_link(user)
            except OSError:
                resets.LOGGER.exception("A reset link could not be sent.")
                message = gettext("De mailserver nam het bericht niet aan. Probeer het later opnieuw.")
            else:
                level, message = (
                    messages.SUCCESS,
                    gettext("De herstellink is verstuurd naar het e-mailadres."),
                )
                self.log_change(request, user, gettext("Herstellink verstuurd."))
        self.message_user(request, message, level)
        return redirect("admin:partners_user_change", user.pk)


@admin.register(FailedSignIns)
class FailedSignInsAdmin(PortalAdmin):
    """E-mail addresses with which signing in is slowed down now."""

    # The source is a random name or a digest, which tells an administrator nothing.
    list_display = ["email", "kind", "failures", "since", "until"]
    fields = ["email", "kind", "failures", "since", "until"]
    list_display_links = None
    search_fields = ["email"]
    actions = ["lift"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FailedSignIns]:
        return super().get_queryset(request).filter(until__gt=timezone.now())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_lift_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("partners.change_failedsignins")

    @admin.action(permissions=["lift"], description=_("Hef de vertraging op"))
    def lift(self, request: HttpRequest, queryset: QuerySet[FailedSignIns]) -> None:
        """Forget all wrong passwords for the chosen addresses, and record it in the history of their accounts.

        Without an account, the history of the count itself has it.
        """
        counts = {count.email: count for count in queryset}
        emails = set(counts)
        accounts = {user.email: user for user in User.objects.filter(email__in=emails)}
        for email in sorted(emails):
            lifted = accounts.get(email, counts[email])
            self.log_change(request, lifted, gettext("Vertraging van het aanmelden opgeheven."))
        FailedSignIns.objects.filter(email__in=emails).delete()
        self.message_user(request, gettext("De vertraging is opgeheven."), messages.SUCCESS)


class ClearingForm(forms.ModelForm):
    """An account and a reason."""

    class Meta:
        model = NumberClearing
        fields = ("user", "reason")

    def clean_user(self) -> User:
        """Refuse an account without a number."""
        user: User = self.cleaned_data["user"]
        if not OwnNumber.objects.filter(user=user).exists():
            raise forms.ValidationError(ClearingNotTaken("no_number").words)
        return user


@admin.register(NumberClearing)
class NumberClearingAdmin(NoChangeAdmin):
    """Accounts that may enter their own national number again: one administrator asks, another one confirms."""

    form = ClearingForm
    list_display = ["user", "reason", "asked_by", "asked_at", "confirmed_by", "confirmed_at"]
    list_select_related = ["user", "asked_by", "confirmed_by"]
    autocomplete_fields = ["user"]
    actions = ["confirm"]

    def save_model(
        self, request: HttpRequest, obj: NumberClearing, form: forms.ModelForm, change: bool
    ) -> None:
        ask_clearing(obj.user_id, obj.reason)
        obj.pk = NumberClearing.objects.get(user=obj.user_id, confirmed_at=None).pk

    @admin.action(permissions=["add"], description=_("Bevestig het wissen"))
    def confirm(self, request: HttpRequest, queryset: QuerySet[NumberClearing]) -> None:
        """Confirm the chosen ones; what cannot be confirmed says why."""
        for clearing in queryset:
            try:
                confirm_clearing(clearing.pk)
            except ClearingNotTaken as error:
                self.message_user(request, error.words, messages.ERROR)
            else:
                self.log_change(request, clearing, gettext("Het nummer is gewist."))
                self.message_user(request, gettext("Het nummer is gewist."), messages.SUCCESS)


admin.site.unregister(Group)
# allauth's own table of addresses, which the portal does not use.
admin.site.unregister(EmailAddress)
# Tasks are no work of an administrator; `manage.py clean_up` deletes them after a week. The module registers them.
admin.site.unregister(task_admin.DBTaskResult)
