"""The form of a new answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.periods import today

from ..expected.forms import MonthField, without_number
from ..models import Answer
from .services.months import MOST_MONTHS, Months, has_data


class AnswerForm(forms.ModelForm):
    """Which months the answer is about, and by which calendar working days are counted.

    Its `clean` raises CountedElsewhere.
    """

    first_month = MonthField(label=_("Van maand"))
    last_month = MonthField(label=_("Tot en met maand"), help_text=_("Een maand die voorbij is."))

    class Meta:
        model = Answer
        fields = ["title", "first_month", "last_month", "calendar"]
        widgets = {"title": forms.TextInput(attrs={"size": 80})}

    def clean_title(self) -> str:
        return without_number(self.cleaned_data["title"])

    def clean(self) -> dict[str, Any]:
        """Give each mistake at its field."""
        fields = super().clean() or self.cleaned_data
        first, last = fields.get("first_month"), fields.get("last_month")
        if first is None or last is None:
            return fields
        if last < first:
            self.add_error("last_month", _("De periode eindigt voor ze begint."))
        elif last >= today().replace(day=1):
            self.add_error("last_month", _("Deze maand is nog niet voorbij."))
        elif len(Months(first, last).all) > MOST_MONTHS:
            words = _("Kies ten hoogste {number} maanden.")
            self.add_error("last_month", words.format(number=MOST_MONTHS))
        elif not has_data(Months(first, last)):
            self.add_error("first_month", _("Over deze maanden zijn er geen gegevens."))
        return fields
