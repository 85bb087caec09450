"""The form of a review."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms import OneLineFormField
from persons.enums import EscapeVerdict
from persons.escapes import LONGEST_NOTE
from persons.services.escaping import NOT_TAKEN


class ReviewForm(forms.Form):
    """The verdict, and why."""

    verdict = forms.ChoiceField(
        label=_("Oordeel"),
        choices=[("", _("kies een oordeel")), *EscapeVerdict.choices],
        error_messages={
            "required": _("Kies een oordeel."),
            "invalid_choice": _("Kies een oordeel uit de lijst."),
        },
    )
    note = OneLineFormField(
        label=_("Nota"),
        max_length=LONGEST_NOTE,
        help_text=_("Waarom u dit vindt, en wat u met de collega afsprak. Schrijf geen naam van een cliënt."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": NOT_TAKEN["no_note"]},
    )

    @property
    def chosen(self) -> EscapeVerdict:
        """The chosen verdict. For a valid form."""
        return EscapeVerdict(self.cleaned_data["verdict"])
