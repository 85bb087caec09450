"""Forms of the agency's admin for memberships and mandates."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .enums import BLOCK_LABELS
from .models import DOUBLED, Mandate, Membership, User


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


class MandateForm(forms.ModelForm):
    """A mandate. Its blocks are check boxes, so that no name is misspelt."""

    blocks = forms.MultipleChoiceField(
        label=_("Dossieronderdelen"), choices=list(BLOCK_LABELS.items()), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Mandate
        fields = [
            "institution_kind",
            "institution",
            "capacity",
            "legal_reference",
            "legal_title",
            "legal_url",
            "blocks",
            "max_months",
            "valid_from",
            "valid_until",
            "is_example",
        ]
