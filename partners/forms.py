"""Forms of the agency's admin for memberships and mandates."""

from __future__ import annotations

import datetime
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from .enums import BLOCK_LABELS, VersionStatus
from .mandates import ONE_PROPOSAL
from .models import DOUBLED, MandateVersion, Membership, User
from .periods import today


class MembershipForm(forms.ModelForm):
    """A membership, filled in by the administrator `by`. Not their own: the database refuses that too."""

    by: User | None = None

    class Meta:
        model = Membership
        fields = ["user", "institution", "role", "valid_from", "valid_until"]

    def clean(self) -> None:
        """Refuse a change to the own membership of `by`, and a new one."""
        super().clean()
        user = self.cleaned_data.get("user")
        if user is None or user != self.by or not self.has_changed():
            return
        if self.instance.pk and "user" not in self.changed_data:
            message = _("U kunt uw eigen lidmaatschap niet wijzigen.")
        else:
            message = _("U kunt uzelf geen lidmaatschap geven.")
        # The page of a user does not show the field.
        self.add_error(None if self.fields["user"].widget.is_hidden else "user", message)


class MembershipFormSet(forms.BaseInlineFormSet):
    """The memberships of a user. Those entered together may not repeat each other either."""

    def clean(self) -> None:
        """Refuse a membership that repeats one on an earlier line."""
        super().clean()
        earlier: list[Membership] = []
        for form in self.forms:
            if form.errors or (form.empty_permitted and not form.has_changed()):
                continue
            if any(form.instance.doubles(membership) for membership in earlier):
                form.add_error("valid_from", DOUBLED)
            earlier.append(form.instance)


class VersionForm(forms.ModelForm):
    """A proposal for the next version of a mandate. Its blocks are check boxes, so that no name is misspelt."""

    blocks = forms.MultipleChoiceField(
        label=_("Dossieronderdelen"), choices=list(BLOCK_LABELS.items()), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = MandateVersion
        fields = [
            "mandate",
            "legal_reference",
            "legal_title",
            "legal_url",
            "blocks",
            "max_months",
            "may_register",
            "valid_from",
            "valid_until",
            "is_example",
        ]
        widgets: ClassVar = {"mandate": forms.HiddenInput}

    def clean(self) -> None:
        """Refuse a start before tomorrow, and days on which a later version is confirmed already."""
        super().clean()
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
