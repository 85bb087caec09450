"""The switch of the published figures."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _

from ..models import PublishingSwitch
from .services import is_published


class PublishingSwitchForm(forms.ModelForm):
    """Publish the figures, or no longer."""

    class Meta:
        model = PublishingSwitch
        fields = ["is_on"]

    def clean_is_on(self) -> bool:
        """Raise ValidationError if it is so already."""
        is_on = self.cleaned_data["is_on"]
        if is_on == is_published():
            raise forms.ValidationError(
                _("De cijfers zijn al openbaar.") if is_on else _("De cijfers zijn al niet openbaar.")
            )
        return is_on
