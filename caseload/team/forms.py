"""The forms of the team page. Each change has a reason, which everyone who reads the history sees."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.enums import Role, role_word
from partners.models import Institution, Membership
from partners.periods import today
from partners.rights import NOT_TAKEN, longest_until
from partners.texts import email_address, one_line

from ..dayfields import DayField

# The field at which a refusal of the database is shown; above the form without one.
FIELD_OF = {
    "own": "email",
    "overlaps": "email",
    "invited_before": "email",
    "unknown_role": "role",
    "no_reason": "reason",
    "no_end": "valid_until",
    "begins_early": "valid_until",
    "too_long": "valid_until",
    "too_early": "valid_until",
    "not_later": "valid_until",
    "not_earlier": "valid_until",
}


class ReasonForm(forms.Form):
    """Why it is done."""

    reason = forms.CharField(
        label=_("Reden"),
        max_length=250,
        help_text=_("Komt in de geschiedenis. Noem geen cliënt."),
        error_messages={
            "required": _("Geef een reden, bijvoorbeeld “nieuwe collega” of “uit dienst”."),
            "max_length": _("Maak de reden korter dan 250 tekens."),
        },
    )

    def clean_reason(self) -> str:
        reason = one_line(self.cleaned_data["reason"])
        if not reason:
            raise forms.ValidationError(self.fields["reason"].error_messages["required"])
        return reason

    def add_refusal(self, code: str, words: Any) -> None:
        """Show why the database refused, at the field that it is about."""
        name = FIELD_OF.get(code)
        self.add_error(name if name in self.fields else None, forms.ValidationError(words, code=code))


class _UntilForm(ReasonForm):
    """With a last day, at most twelve months from today."""

    valid_until = DayField(_("Tot en met"))

    def clean_valid_until(self) -> datetime.date:
        day = self.cleaned_data["valid_until"]
        if day < today():
            raise forms.ValidationError(_("De laatste dag is al voorbij. Kies vandaag of later."))
        if day > longest_until():
            raise forms.ValidationError(NOT_TAKEN["too_long"])
        return day


class WorkEmailField(forms.EmailField):
    """An e-mail address in the form in which accounts have it."""

    def to_python(self, value: Any) -> str:
        return email_address(super().to_python(value) or "")


class InviteForm(_UntilForm):
    """An invitation of a colleague."""

    email = WorkEmailField(
        label=_("E-mailadres van het werk"),
        max_length=254,
        error_messages={
            "required": _("Vul het e-mailadres van de collega in."),
            "invalid": _("Dit is geen volledig e-mailadres. Schrijf het als naam@instelling.be."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label=_("Rol"), error_messages={"invalid_choice": NOT_TAKEN["unknown_role"]})

    field_order = ("email", "role", "valid_until", "reason")

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(institution)  # type: ignore[attr-defined]
        self.fields["valid_until"].initial = longest_until


class ExtendForm(_UntilForm):
    """A new last day for access that exists."""

    field_order = ("valid_until", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_until"].initial = longest_until


class ExtendAllForm(ExtendForm):
    """The same for several at once, on one line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="all", **kwargs)
        self.fields["reason"].help_text = ""


class ConfirmAllForm(forms.Form):
    """The chosen proposals. It has no fields: it only reports mistakes in the choice."""


class EndForm(ReasonForm):
    """The end of access: at once, or on a later day."""

    valid_until = DayField(_("Laatste dag"), required=False, help_text=_("Leeg: de toegang stopt nu meteen."))

    field_order = ("valid_until", "reason")

    def clean_valid_until(self) -> datetime.date | None:
        day = self.cleaned_data["valid_until"]
        if day is not None and day < today():
            raise forms.ValidationError(_("Kies vandaag of later, of laat dit leeg om nu te stoppen."))
        return day


class RoleForm(ReasonForm):
    """Another role in place of the present one."""

    role = forms.ChoiceField(
        label=_("Nieuwe rol"), error_messages={"invalid_choice": NOT_TAKEN["unknown_role"]}
    )

    field_order = ("role", "reason")

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            choice for choice in role_choices(membership.institution) if choice[0] != membership.role
        ]


def role_choices(institution: Institution) -> list[tuple[str, str]]:
    """Return the roles in the words of this institution."""
    return [(role.value, role_word(role, institution.kind)) for role in Role]
