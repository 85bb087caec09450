"""The agency manages institutions, memberships and accounts. These pages show no client.

The pages of mandates are in `persons.admin.mandates`, because they count clients.
"""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .forms import MembershipForm, MembershipFormSet
from .models import Institution, Membership, User
from .periods import today
from .querysets import MandateVersionQuerySet, MembershipQuerySet
from .services import save_institution


class KeptAdmin(admin.ModelAdmin):
    """Rows that others refer to: they are ended, never deleted, and the history records every change."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class InForceFilter(admin.SimpleListFilter):
    """Keep rows that are in force today, or those that are not."""

    title = _("geldig vandaag")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("yes", gettext("ja")), ("no", gettext("nee"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        in_force = cast(MembershipQuerySet | MandateVersionQuerySet, queryset).in_force(today())
        if self.value() == "yes":
            return in_force
        if self.value() == "no":
            return queryset.exclude(pk__in=in_force.values("pk"))
        return queryset


class MembershipInline(admin.TabularInline):
    """The memberships of one user, who has few."""

    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    autocomplete_fields = ["institution"]
    fields = ["institution", "role", "valid_from", "valid_until"]
    extra = 0
    can_delete = False

    def get_formset(
        self, request: HttpRequest, obj: Model | None = None, **kwargs
    ) -> type[forms.BaseInlineFormSet]:
        formset = super().get_formset(request, obj, **kwargs)
        cast(type[MembershipForm], formset.form).by = cast(User, request.user)
        return formset


@admin.register(Institution)
class InstitutionAdmin(KeptAdmin):
    list_display = ["name", "kind", "kbo_number", "active"]
    list_filter = ["kind", "active"]
    search_fields = ["name", "kbo_number"]

    def get_readonly_fields(self, request: HttpRequest, obj: Institution | None = None) -> list[str]:
        # Mandates are for a kind. Another kind would put every inscription under other mandates.
        return ["kind", "members"] if obj else []

    @admin.display(description=_("leden"))
    def members(self, institution: Institution) -> str:
        """Links to the memberships: the form of an institution with hundreds of them could not be saved."""
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
            gettext("voeg er een toe"),
        )

    def save_model(self, request: HttpRequest, obj: Institution, form: forms.ModelForm, change: bool) -> None:
        save_institution(obj)


@admin.register(Membership)
class MembershipAdmin(KeptAdmin):
    form = MembershipForm
    list_display = ["user", "institution", "role", "valid_from", "valid_until"]
    list_filter = ["role", InForceFilter, "institution__kind"]
    list_select_related = ["user", "institution"]
    search_fields = ["user__email", "user__last_name", "institution__name"]
    autocomplete_fields = ["user", "institution"]
    fields = ["user", "institution", "role", "valid_from", "valid_until"]

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        # A colleague changes it. The database enforces this too.
        own = obj is not None and obj.user_id == request.user.pk
        return not own and super().has_change_permission(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Membership | None = None, change: bool = False, **kwargs
    ) -> type[forms.ModelForm]:
        form = cast(type[MembershipForm], super().get_form(request, obj, change, **kwargs))
        form.by = cast(User, request.user)
        return form


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email"]


class KnownUserForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"


@admin.register(User)
class UserAdmin(StockUserAdmin):
    form = KnownUserForm
    add_form = NewUserForm
    list_display = ["email", "first_name", "last_name", "is_staff", "is_active"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email", "first_name", "last_name"]
    ordering = ["last_name", "first_name", "pk"]
    filter_horizontal = ["groups"]
    inlines = [MembershipInline]
    # No superuser box and no single permissions: permissions come from the groups in partners/groups.py.
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        (_("Persoon"), {"fields": ["first_name", "last_name"]}),
        (_("Toegang"), {"fields": ["is_active", "is_staff", "groups"]}),
        (_("Tijdstippen"), {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    add_fieldsets = [
        (None, {"fields": ["email", "first_name", "last_name", "usable_password", "password1", "password2"]})
    ]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        # Taking over a superuser's account would make its user a superuser. The database refuses it too.
        foreign = obj is not None and obj.is_superuser and obj.pk != request.user.pk
        return not foreign and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        if obj is not None and obj.pk == request.user.pk:
            # Administrators cannot change their own rights.
            fields += ["is_staff", "is_active", "groups"]
        return fields

    def formfield_for_manytomany(self, db_field, request: HttpRequest, **kwargs):
        if db_field.name == "groups":
            # The groups of institutions have object permissions. Users belong to institutions by membership.
            kwargs["queryset"] = Group.objects.filter(institution__isnull=True)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


admin.site.unregister(Group)
