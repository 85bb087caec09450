"""The forms that ask and answer a question. Only codes, and a file reference that is no text."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from persons.enums import QuestionAnswer, QuestionReason
from persons.models import REFERENCE, REFERENCE_LENGTH
from persons.presentation.items import Item
from persons.presentation.questions import choices_of, value_of

_NO_CHOICE = [("", "–")]


class AskForm(forms.Form):
    """A question about one of `items`; the reference is that of the asker's own file."""

    item = forms.ChoiceField(
        label=_("Wat klopt niet?"),
        error_messages={
            "required": _("Kies een les, een cursus of een persoonsgegeven."),
            "invalid_choice": _("Dit gegeven staat niet (meer) in het dossier. Kies een ander."),
        },
    )
    reason = forms.ChoiceField(
        label=_("Waarom?"),
        choices=[*_NO_CHOICE, *QuestionReason.choices],
        error_messages={"required": _("Kies een reden.")},
    )
    reference = forms.RegexField(
        label=_("Uw dossiernummer"),
        regex=REFERENCE,
        required=False,
        max_length=REFERENCE_LENGTH,
        help_text=_(
            "Alleen voor uw eigen instelling. Hoogstens 30 letters, cijfers, punten, streepjes of spaties."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "invalid": _("Gebruik alleen letters, cijfers, punten, streepjes, schuine strepen en spaties.")
        },
    )

    def __init__(self, items: Sequence[Item], data=None) -> None:
        """`data` are the posted values; None makes an empty form."""
        super().__init__(data)
        self.items = {value_of(item): item for item in items}
        self.fields["item"].choices = [*_NO_CHOICE, *choices_of(items)]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Item:
        """The item that was chosen. For a valid form."""
        return self.items[self.cleaned_data["item"]]


class AnswerForm(forms.Form):
    """The answer of the supplier."""

    answer = forms.ChoiceField(
        label=_("Antwoord"),
        choices=[*_NO_CHOICE, *QuestionAnswer.choices],
        error_messages={"required": _("Kies een antwoord.")},
    )
