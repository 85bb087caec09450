"""The page on which users enter their own national number, so that no one opens their own file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from partners.http import SignedInRequest
from partners.services import institutions_of
from partners.signals import mail_later
from persons.formats import INSZ_MISTAKES
from persons.insz import InvalidInsz, normalise
from persons.services.ownnumbers import enter, entered_on


class _NotRepeated(forms.TextInput):
    """A field whose value is never sent back to the browser, also when the form comes back with a mistake."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class OwnNumberForm(forms.Form):
    """One's own INSZ; valid, `cleaned_data` has its eleven digits."""

    insz = forms.CharField(
        label=gettext_lazy("Uw rijksregisternummer"),
        max_length=50,
        widget=_NotRepeated(attrs={"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Typ uw rijksregisternummer.")},
    )

    def clean_insz(self) -> str:
        """Read the number. The mistake never repeats it."""
        try:
            return normalise(self.cleaned_data["insz"], allow_test=settings.KBI_ALLOW_TEST_NUMBERS)
        except InvalidInsz as error:
            raise forms.ValidationError(INSZ_MISTAKES[error.reason]) from None


@sensitive_post_parameters("insz")
@require_http_methods(["GET", "POST"])
def own_number(request: SignedInRequest) -> HttpResponse:
    """Say whether the number of this account was entered, or ask for it. It can be entered once."""
    form = OwnNumberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if enter(form.cleaned_data["insz"]):
            # Whether or not there is a signal: nothing may tell the user so.
            mail_later([each.pk for each in institutions_of(request.memberships)])
            messages.success(
                request, _("Uw nummer is ingevuld. Alleen een onleesbare afdruk ervan is bewaard.")
            )
        return redirect("own_number")
    context = {"form": form, "entered_on": entered_on(request.user)}
    return render(request, "caseload/own_number.html", context, status=422 if form.is_bound else 200)
