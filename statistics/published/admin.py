"""The agency publishes the figures, or stops: who did, and when."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest

from partners.models import User
from partners.portaladmin import NoChangeAdmin

from ..models import PublishingSwitch
from .forms import PublishingSwitchForm


@admin.register(PublishingSwitch)
class PublishingSwitchAdmin(NoChangeAdmin):
    """Each time that the switch was set, the newest first."""

    form = PublishingSwitchForm
    list_display = ["__str__", "at", "by"]
    list_select_related = ["by"]
    readonly_fields = ["at", "by"]
    actions = None

    def get_fields(self, request: HttpRequest, obj: PublishingSwitch | None = None) -> list:
        return ["is_on"] if obj is None else ["is_on", *self.readonly_fields]

    def save_model(self, request: HttpRequest, obj: PublishingSwitch, form: Any, change: bool) -> None:
        obj.by = cast(User, request.user)
        super().save_model(request, obj, form, change)
