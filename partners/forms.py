"""Forms of the agency's admin for accounts, memberships and mandates, of signing in and of the reset of a password."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    LoginForm,
    PasswordField,
    PasswordVerificationMixin,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordField,
    UserTokenForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from . import resets
from .enums import BLOCK_LABELS, Role, VersionStatus
from .mandates import ESCAPE_BLOCKS, ONE_PROPOSAL
from .models import MandateVersion, User
from .passwords import allow_change_of
from .periods import today
from .rights import NOT_TAKEN, is_unused, longest_until
from .texts import email_address, one_line


class NewUserForm(forms.ModelForm):
    """A new account. It has no password: its owner sets one with a reset link."""

    class Meta:
        model = User
        fields = ["email", "first_name", "last_name"]

    def save(self, commit: bool = True) -> User:
        """Return the new account, which no password opens."""
        self.instance.set_unusable_password()
        return super().save(commit)


class SignInForm(LoginForm):
    """The sign-in. The page has the link to a reset below the form, where Tab does not meet it before the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class ResetRequestForm(ResetPasswordForm):
    """Asks for a reset link. A worker sends it: how long that takes would tell whether the account exists."""

    def clean_email(self) -> str:
        return email_address(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        resets.request_link(self.cleaned_data["email"])
        return self.cleaned_data["email"]


class ResetLinkForm(UserTokenForm):
    """The account and token in a reset link."""

    def clean(self) -> dict[str, Any]:
        """Refuse the link of an account that was closed since, or not used for too long."""
        cleaned_data = super().clean()
        if not self.reset_user.is_active or is_unused(self.reset_user):
            raise get_adapter().validation_error("invalid_password_reset")
        return cleaned_data


class NewPasswordForm(ResetPasswordKeyForm):
    """The new password of the account in a reset link. The view has checked the link."""

    def save(self) -> None:
        allow_change_of(self.user.pk)
        super().save()


class OneLineFormField(forms.CharField):
    """A text that is stored with single spaces and without invisible characters."""

    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "")


class JoinForm(PasswordVerificationMixin, forms.Form):
    """The name and first password of a user who accepts an invitation with an e-mail address without an account."""

    first_name = OneLineFormField(
        label=_("Voornaam"),
        max_length=100,
        error_messages={"required": _("Vul uw voornaam in.")},
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = OneLineFormField(
        label=_("Naam"),
        max_length=100,
        error_messages={"required": _("Vul uw naam in.")},
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    password1 = SetPasswordField(label=_("Wachtwoord"))
    password2 = PasswordField(label=_("Wachtwoord, nog eens"), autocomplete="new-password")

    def __init__(self, *args, email: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # A password that resembles the address is refused.
        self.fields["password1"].user = User(email=email)  # type: ignore[attr-defined]
        for name in ("password1", "password2"):
            self.fields[name].error_messages["required"] = _("Typ tweemaal hetzelfde wachtwoord.")
        wrong = next((name for name in self.fields if name in self.errors), "first_name")
        self.fields[wrong].widget.attrs["autofocus"] = True


class SearchForm(forms.Form):
    """Searches an account or an institution."""

    q = forms.CharField(label=_("Zoeken"), max_length=100)


class AccessForm(forms.Form):
    """The role, the days and the reason of new access."""

    role = forms.ChoiceField(label=_("Rol"), choices=Role, widget=forms.RadioSelect)
    first = forms.DateField(label=_("Van"))
    until = forms.DateField(
        label=_("Tot en met"),
        help_text=_("Ten hoogste twaalf maanden vanaf vandaag. Daarna kan het verlengd worden."),
    )
    reason = forms.CharField(
        label=_("Reden"),
        max_length=250,
        help_text=_("Bijvoorbeeld: nieuwe collega, vervangt een collega."),
        error_messages={"required": _("Geef een reden.")},
        # The admin's own width for a line of text.
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse days that the database would refuse. Each error is at its field."""
        super().clean()
        first, until = self.cleaned_data.get("first"), self.cleaned_data.get("until")
        if first and first < today():
            self.add_error("first", NOT_TAKEN["begins_early"])
        if until and until > longest_until():
            self.add_error("until", NOT_TAKEN["too_long"])
        if first and until and until < first:
            self.add_error("until", NOT_TAKEN["reversed"])
        return self.cleaned_data


class ExtendAccessForm(forms.Form):
    """The new last day of access, and why it lasts longer."""

    until = forms.DateField(
        label=_("Nieuwe laatste dag"), help_text=_("Ten hoogste twaalf maanden vanaf vandaag.")
    )
    reason = forms.CharField(label=_("Reden"), max_length=250)


class EndAccessForm(forms.Form):
    """The last day of access that ends earlier (empty: it ends at once), and why."""

    until = forms.DateField(
        label=_("Laatste dag"), required=False, help_text=_("Leeg: de toegang eindigt meteen.")
    )
    reason = forms.CharField(label=_("Reden"), max_length=250)


class VersionForm(forms.ModelForm):
    """A proposal for the next version of a mandate. Its blocks are check boxes, so that no name is misspelt."""

    blocks = forms.MultipleChoiceField(
        label=_("Dossieronderdelen"), choices=list(BLOCK_LABELS.items()), widget=forms.CheckboxSelectMultiple
    )
    escape_blocks = forms.MultipleChoiceField(
        label=_("Onderdelen bij een noodinzage"),
        help_text=MandateVersion._meta.get_field("escape_blocks").help_text,
        choices=list(BLOCK_LABELS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = MandateVersion
        fields = [
            "mandate",
            "legal_reference",
            "legal_title",
            "legal_url",
            "blocks",
            "escape_blocks",
            "max_months",
            "may_register",
            "valid_from",
            "valid_until",
            "is_example",
        ]
        widgets: ClassVar = {"mandate": forms.HiddenInput}

    def clean(self) -> None:
        """Refuse escapes to other blocks, a start before tomorrow, and days of a later version that is confirmed."""
        super().clean()
        if not {*self.cleaned_data.get("escape_blocks", ())} <= {*self.cleaned_data.get("blocks", ())}:
            self.add_error("escape_blocks", ESCAPE_BLOCKS)
        first = self.cleaned_data.get("valid_from")
        mandate = self.cleaned_data.get("mandate")
        if first is None or mandate is None:
            return
        if mandate.versions.filter(status=VersionStatus.PROPOSED).exists():
            self.add_error(None, ONE_PROPOSAL)
        if first <= today():
            self.add_error("valid_from", _("Een nieuwe versie begint ten vroegste morgen."))
        later = mandate.versions.starting_in(first, self.cleaned_data.get("valid_until")).first()
        if later is not None:
            message = _(
                "Vanaf %(day)s is al een volgende versie bevestigd. Laat deze versie vroeger eindigen."
            )
            day = date_format(later.valid_from, "SHORT_DATE_FORMAT")
            self.add_error("valid_until", ValidationError(message, params={"day": day}))


class ReasonForm(forms.Form):
    """Why a version is withdrawn."""

    reason = forms.CharField(label=_("Reden"), max_length=250, widget=forms.Textarea(attrs={"rows": 2}))


class EndForm(ReasonForm):
    """The new last day of a confirmed version, and why it ends earlier."""

    valid_until = forms.DateField(label=_("Laatste dag"))

    field_order = ("valid_until", "reason")

    def __init__(self, *args, version: MandateVersion, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.version = version

    def clean_valid_until(self) -> datetime.date:
        """Return the day. Raises ValidationError when it is before yesterday or not earlier than the present end."""
        day, version = self.cleaned_data["valid_until"], self.version
        if day < max(today() - datetime.timedelta(days=1), version.valid_from):
            raise ValidationError(_("Kies gisteren of later, en geen dag voor het begin van de versie."))
        if version.valid_until is not None and day >= version.valid_until:
            raise ValidationError(_("Het einde kan alleen vroeger komen."))
        return day
