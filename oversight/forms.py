"""The INSZ of the person about whom the log is asked, and the format of a file."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from caseload.dayfields import DayField
from partners.downloads import FORMATS
from persons import insz
from persons.formats import INSZ_MISTAKES
from persons.insz import InvalidInsz

from .letterfiles import CONTENT_TYPES
from .letterwords import LANGUAGES

LONGEST = 100  # characters


class PersonForm(forms.Form):
    """The field for one INSZ. The form is always posted, so that no number is in an address."""

    insz = forms.CharField(
        label=_("INSZ van de betrokkene"),
        max_length=LONGEST,
        strip=True,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": _("Wie keek naar … (INSZ)")}
        ),
        error_messages={"required": INSZ_MISTAKES["empty"]},
    )

    def clean_insz(self) -> str:
        """Return the eleven digits. Refuse what is no INSZ, with the reason."""
        try:
            return insz.normalise(self.cleaned_data["insz"], allow_test=settings.KBI_ALLOW_TEST_NUMBERS)
        except InvalidInsz as error:
            raise forms.ValidationError(INSZ_MISTAKES[error.reason]) from error


def numbers_in(request: HttpRequest) -> list[str]:
    """Return the valid INSZ that a request asks for, for the log row of a refusal."""
    typed = request.POST.get("insz", "")[:LONGEST]
    return insz.valid_numbers_in(typed, allow_test=settings.KBI_ALLOW_TEST_NUMBERS)


class WithholdForm(forms.Form):
    """Which looks at a person letters leave out, until when, and why."""

    first = DayField(_("Inzages van"), help_text="")
    last = DayField(_("Inzages tot en met"), help_text="")
    until = DayField(_("Vertrouwelijk tot en met"), help_text=_("Hoogstens een jaar vooruit."))
    reason = forms.CharField(
        label=_("Reden"),
        help_text=_("Bijvoorbeeld het kenmerk van het onderzoek. Geen namen van betrokkenen."),
        min_length=10,
        max_length=250,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class LetterFileForm(forms.Form):
    """Which file of a letter is taken along, and in which language."""

    format = forms.ChoiceField(choices=[(each, each) for each in CONTENT_TYPES])
    language = forms.ChoiceField(choices=LANGUAGES.items())


class FormatForm(forms.Form):
    """In which format the looks are taken along. The filters are posted beside it."""

    format = forms.ChoiceField(choices=[(each, each) for each in FORMATS])
