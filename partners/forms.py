"""What members choose and administrators fill in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .blocks import BlockName
from .models import Mandate


class ChooseMembershipForm(forms.Form):
    """As whom one works from now on; the choices are the user's own memberships in force."""

    membership = forms.TypedChoiceField(label=_("Lidmaatschap"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args, memberships, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].choices = [
            (membership.pk, f"{membership.institution} · {membership.get_role_display()}")
            for membership in memberships
        ]


class MandateForm(forms.ModelForm):
    """A mandate with its blocks as boxes to tick, so that no misspelt name can stand in it."""

    blocks = forms.MultipleChoiceField(
        label=_("Dossieronderdelen"), choices=BlockName.choices, widget=forms.CheckboxSelectMultiple
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
