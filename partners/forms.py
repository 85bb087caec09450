"""What members choose and administrators fill in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .blocks import BlockName
from .models import DOUBLED, Mandate


class ChooseMembershipForm(forms.Form):
    """As whom one works from now on; the choices are the user's own memberships in force."""

    membership = forms.TypedChoiceField(label=_("Lidmaatschap"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args, memberships, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].choices = [
            (membership.pk, f"{membership.institution} · {membership.get_role_display()}")
            for membership in memberships
        ]


class MembershipFormSet(forms.BaseInlineFormSet):
    """The memberships of a user or an institution; those filled in together do not double each other either."""

    def clean(self) -> None:
        """Refuse a membership that an earlier line gives already."""
        super().clean()
        before = []
        for form in self.forms:
            if form.errors or (form.empty_permitted and not form.has_changed()):
                continue
            if any(form.instance.doubles(membership) for membership in before):
                form.add_error("valid_from", DOUBLED)
            before.append(form.instance)


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
