"""The forms of the admin for expectations and notes."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from persons.insz import valid_numbers_in

from ..enums import Basis
from ..models import DeviationNote, Expectation
from ..services.filereading import EARLIEST, LATEST
from .services.checking import Draft, mistakes_in


class MonthField(forms.DateField):
    """A month as JJJJ-MM. Returns its first day."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m", "%Y-%m-01"],
            widget=forms.DateInput(format="%Y-%m", attrs={"placeholder": _("JJJJ-MM"), "size": 10}),
            error_messages={"invalid": _("Schrijf een maand als JJJJ-MM.")},
            **options,
        )

    def to_python(self, value: Any) -> datetime.date | None:
        """Return the first day of the month. Raises ValidationError for another text, and for another century."""
        month = super().to_python(value)
        if month is not None and not EARLIEST <= month <= LATEST:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return month


def without_number(text: str) -> str:
    """Return a text. Raises ValidationError if the number of a person is in it."""
    if valid_numbers_in(text, allow_test=True):
        raise forms.ValidationError(_("Hier staat het nummer van een persoon. Noem geen personen."))
    return text


class ExpectationForm(forms.ModelForm):
    """A new expectation, of one institution or of each institution of a kind."""

    first_month = MonthField(label=_("Van maand"))
    last_month = MonthField(
        label=_("Tot en met maand"),
        required=False,
        help_text=_("Leeg: tot een volgende verwachting haar vervangt."),
    )

    class Meta:
        model = Expectation
        fields = [
            *("institution", "kind", "first_month", "last_month"),
            *("basis", "number", "bottleneck_share", "source"),
        ]
        localized_fields = ["number"]

    def clean_source(self) -> str:
        return without_number(self.cleaned_data["source"])

    def clean(self) -> dict[str, Any]:
        """Give each mistake at its field; those that a file would have too."""
        fields = super().clean() or self.cleaned_data
        if self.errors:
            return fields
        draft = Draft(
            fields["institution"],
            fields["kind"],
            fields["first_month"],
            fields["last_month"],
            Basis(fields["basis"]),
            fields["number"],
            fields["bottleneck_share"],
        )
        for name, words in mistakes_in(draft):
            self.add_error(name, f"{capfirst(words)}.")
        return fields


class DeviationNoteForm(forms.ModelForm):
    """A note about an institution in a month."""

    month = MonthField(label=_("Maand"))

    class Meta:
        model = DeviationNote
        fields = ["institution", "month", "text"]
        widgets = {"text": forms.TextInput(attrs={"size": 80})}

    def clean_text(self) -> str:
        return without_number(self.cleaned_data["text"])
