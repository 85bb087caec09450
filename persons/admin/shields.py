"""The agency's shields, which count at every institution. The page shows no number."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partners.periods import today
from partners.portaladmin import NoChangeAdmin

from ..formats import INSZ_MISTAKES
from ..insz import InvalidInsz, normalise
from ..models import Shield
from ..services.shielding import NOT_TAKEN, NotTaken, end_shield, set_shield

LONGEST = datetime.timedelta(days=731)  # as in persons_set_shield.sql


class ShieldForm(forms.ModelForm):
    """A number, a last day and a reason."""

    insz = forms.CharField(label=_("INSZ"), max_length=50, widget=forms.TextInput({"autocomplete": "off"}))

    class Meta:
        model = Shield
        fields = ("insz", "valid_until", "reason")
        help_texts = {"reason": _("Zonder naam of nummer, bijvoorbeeld de referte van uw dossier.")}

    def clean_insz(self) -> str:
        """Read the number, and refuse one that is shielded already."""
        try:
            number = normalise(self.cleaned_data["insz"], allow_test=settings.KBI_ALLOW_TEST_NUMBERS)
        except InvalidInsz as error:
            raise forms.ValidationError(INSZ_MISTAKES[error.reason]) from None
        if any(shield.is_in_force() for shield in Shield.objects.filter(insz=number, institution=None)):
            raise forms.ValidationError(NOT_TAKEN["exists"])
        return number

    def clean_valid_until(self) -> datetime.date:
        """Refuse a day that is past or too far ahead."""
        until: datetime.date = self.cleaned_data["valid_until"]
        if not today() <= until <= today() + LONGEST:
            raise forms.ValidationError(NOT_TAKEN["until"])
        return until


class EndForm(ActionForm):
    """The reason of the action that ends shields."""

    end_reason = forms.CharField(label=_("Reden van het einde"), max_length=250, required=False)


@admin.register(Shield)
class ShieldAdmin(NoChangeAdmin):
    """Set a shield everywhere, and end it. Those of institutions are their own."""

    form = ShieldForm
    action_form = EndForm
    list_display = ["made_at", "made_by", "reason", "valid_until", "ended_at", "end_reason"]
    list_select_related = ["made_by"]
    actions = ["end"]

    def get_fields(self, request: HttpRequest, obj: Shield | None = None) -> list[Any]:
        # Never the number of one that is there: a page with a number needs a row of the log.
        return ["insz", "valid_until", "reason"] if obj is None else [*self.list_display]

    def save_model(self, request: HttpRequest, obj: Shield, form: forms.ModelForm, change: bool) -> None:
        set_shield(obj.insz, until=obj.valid_until, reason=obj.reason)
        obj.pk = Shield.objects.filter(insz=obj.insz, institution=None).latest("pk").pk

    @admin.action(permissions=["add"], description=_("Beëindig"))
    def end(self, request: HttpRequest, queryset: QuerySet[Shield]) -> None:
        """End the chosen shields for one reason; what cannot be ended says why."""
        ended = 0
        for shield in queryset:
            try:
                end_shield(shield.public_id, reason=request.POST.get("end_reason", ""))
            except NotTaken as error:
                self.message_user(request, error.words, messages.ERROR)
            else:
                self.log_change(request, shield, gettext("Afscherming beëindigd."))
                ended += 1
        if ended:
            words = ngettext(
                "%(number)s afscherming beëindigd.", "%(number)s afschermingen beëindigd.", ended
            )
            self.message_user(request, words % {"number": ended}, messages.SUCCESS)
