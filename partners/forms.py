"""What members choose and administrators fill in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .enums import BLOCK_LABELS
from .models import DOUBLED, Mandate, Membership, User


class ChooseMembershipForm(forms.Form):
    """As whom one works from now on; the choices are the user's own memberships in force."""

    membership = forms.TypedChoiceField(label=_("Lidmaatschap"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args, memberships, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].choices = [
            (membership.pk, f"{membership.institution} · {membership.get_role_display()}")
            for membership in memberships
        ]


class MembershipForm(forms.ModelForm):
    """A membership of somebody other than `by`, who fills it in: the database refuses one's own."""

    by: User | None = None

    class Meta:
        model = Membership
        fields = ["user", "institution", "role", "valid_from", "valid_until"]

    def clean(self) -> None:
        """Refuse what somebody changes about an own membership, a new one included."""
        super().clean()
        user = self.cleaned_data.get("user")
        if user is None or user != self.by or not self.has_changed():
            return
        if self.instance.pk and "user" not in self.changed_data:
            says = _("U kunt uw eigen lidmaatschap niet wijzigen.")
        else:
            says = _("U kunt uzelf geen lidmaatschap geven.")
        # On the page of the user itself the field is not on the screen.
        self.add_error(None if self.fields["user"].widget.is_hidden else "user", says)


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
