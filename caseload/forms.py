"""The search form, and the INSZ in a search."""

from __future__ import annotations

import datetime

from django import forms
from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from persons import insz
from persons.enums import EndReason, ExtensionReason
from persons.sorting import fold

from .services.lists import InvalidSearch, SearchTerm

# The text of each `persons.insz.InvalidInsz.reason`. The user's input stays in the field.
INSZ_MISTAKES = {
    "empty": _("Typ een INSZ."),
    "characters": _("Een INSZ bestaat uit cijfers; er staat een ander teken tussen."),
    "rounded": _("Een rekenblad heeft dit nummer afgerond (E+10); zoek het op en typ alle elf cijfers."),
    "zero_lost": _("Dit zijn minder dan elf cijfers; misschien liet een rekenblad een nul vooraan weg."),
    "length": _("Een INSZ heeft elf cijfers; tel ze na."),
    "several": _("Er staan verschillende nummers; zoek er één tegelijk."),
    "check_digits": _("De controlecijfers (de laatste twee) kloppen niet; kijk het nummer na."),
    "date": _("De eerste zes cijfers vormen geen mogelijke geboortedatum."),
    "test_number": _("Dit is een testnummer; die bestaan hier niet."),
}


class SearchForm(forms.Form):
    """The search field. The form is always posted, so that no name or number is in an address."""

    q = forms.CharField(
        label=_("Naam of INSZ"),
        max_length=100,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Typ het begin van een naam, of een INSZ.")},
    )

    def clean_q(self) -> SearchTerm:
        """Read the search. Refuse a wrong number, and text without letter or digit: every name would start with it."""
        typed = self.cleaned_data["q"]
        if not fold(typed):
            raise forms.ValidationError(self.fields["q"].error_messages["required"])
        try:
            return SearchTerm.parse(typed)
        except InvalidSearch as error:
            raise forms.ValidationError(INSZ_MISTAKES[error.reason]) from error


def numbers_in(typed: str) -> list[str]:
    """Return the valid INSZ in `typed`, for the log row of a refused search. Never a name."""
    return insz.valid_numbers_in(typed, allow_test=settings.KBI_ALLOW_TEST_NUMBERS)


class EndForm(forms.Form):
    """Why inscriptions are ended at once."""

    reason = forms.ChoiceField(
        label=_("Reden"),
        choices=[("", _("Kies een reden")), *EndReason.choices],
        error_messages={
            "required": _("Kies een reden."),
            "invalid_choice": _("Kies een reden uit de lijst."),
        },
    )


class ExtendForm(forms.Form):
    """Until when inscriptions are extended, and why. The database knows how long each of them may last."""

    until = forms.DateField(
        label=_("Nieuwe laatste dag"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Kies de nieuwe laatste dag."),
            "invalid": _("Schrijf de dag als dag/maand/jaar, bijvoorbeeld 31/12/2027."),
        },
    )
    reason = forms.ChoiceField(
        label=_("Reden"),
        choices=[("", _("Kies een reden")), *ExtensionReason.choices],
        error_messages={
            "required": _("Kies een reden."),
            "invalid_choice": _("Kies een reden uit de lijst."),
        },
    )

    def __init__(self, *args, longest: datetime.date | None = None, **kwargs) -> None:
        """`longest` is the last day that every chosen inscription may have; None when none of them may be extended."""
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = longest
        if longest:
            self.fields["until"].help_text = _("Ten laatste %(day)s volgens de machtiging.") % {
                "day": formats.date_format(longest, "SHORT_DATE_FORMAT")
            }
