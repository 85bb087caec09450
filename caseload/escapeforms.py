"""The form that begins an escape: a reason of the legal task, and why it is needed now."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.enums import Capacity
from partners.forms import OneLineFormField
from partners.models import MandateVersion
from persons.enums import EscapeReason
from persons.escapes import LONGEST_EXPLANATION, SHORTEST_EXPLANATION
from persons.reasons import ESCAPE_REASONS
from persons.services.escaping import NOT_TAKEN


class EscapeForm(forms.Form):
    """Why the user must look now. The reasons are those of the capacities of `versions`, by capacity."""

    reason = forms.ChoiceField(
        label=_("Reden"),
        error_messages={
            "required": _("Kies een reden."),
            "invalid_choice": _("Kies een reden uit de lijst."),
        },
    )
    explanation = OneLineFormField(
        label=_("Waarom moet u nu kijken?"),
        min_length=SHORTEST_EXPLANATION,
        max_length=LONGEST_EXPLANATION,
        help_text=_("10 tot 255 tekens. Schrijf geen naam en niets over de gezondheid."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": NOT_TAKEN["explanation"],
            "min_length": NOT_TAKEN["explanation"],
            "max_length": NOT_TAKEN["explanation"],
        },
    )

    def __init__(self, data=None, *, versions: Mapping[str, MandateVersion]) -> None:
        """`data` are the posted values; None makes an empty form."""
        super().__init__(data)
        groups = [
            (
                Capacity(code).label,
                [(f"{code}:{reason.value}", reason.label) for reason in ESCAPE_REASONS[code]],
            )
            for code in versions
        ]
        self.fields["reason"].choices = [("", _("kies een reden")), *groups]  # type: ignore[attr-defined]

    @property
    def capacity(self) -> str:
        """The capacity of the chosen reason. For a valid form."""
        return self.cleaned_data["reason"].partition(":")[0]

    @property
    def chosen(self) -> EscapeReason:
        """The chosen reason. For a valid form."""
        return EscapeReason(self.cleaned_data["reason"].partition(":")[2])
