"""The search form, and the INSZ in a search."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from consultations.services import TERM_LENGTH
from partners import downloads
from persons import insz
from persons.birthdates import InvalidBirthDate
from persons.enums import EndReason, ExtensionReason
from persons.formats import BIRTH_MISTAKES, INSZ_MISTAKES
from persons.reasons import EXPORT_REASONS
from persons.sorting import fold

from .dayfields import DayField
from .services import pastedlists
from .services.lists import InvalidSearch, SearchTerm
from .services.pastedlists import PastedNumber

LONGEST_LIST = 20_000  # characters


class SearchForm(forms.Form):
    """The search field. The form is always posted, so that no name or number is in an address.

    Valid, it has a `SearchTerm` as `q`; for several numbers that is None, and `numbers` are those of a pasted list.
    """

    numbers: Sequence[PastedNumber] = ()

    q = forms.CharField(
        label=_("Naam, geboortedatum of INSZ"),
        # As long as a pasted list: several numbers lead to its page.
        max_length=LONGEST_LIST,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Typ het begin van een naam, een geboortedatum of een INSZ.")},
    )

    def __init__(self, *args: Any, by_name: bool = True, **kwargs: Any) -> None:
        """Without `by_name` the form takes an INSZ only: who opens no files looks through no names."""
        super().__init__(*args, **kwargs)
        self.by_name = by_name
        if not by_name:
            self.fields["q"].label = _("INSZ")
        # Where there is no room for the label beside the field.
        self.fields["q"].widget.attrs["placeholder"] = str(self.fields["q"].label)

    def clean_q(self) -> SearchTerm | None:
        """Read the search. Refuse a wrong number, and text without letter or digit: every name would start with it."""
        typed = self.cleaned_data["q"]
        if not fold(typed):
            raise forms.ValidationError(self.fields["q"].error_messages["required"])
        try:
            term = SearchTerm.parse(typed)
        except InvalidBirthDate as error:
            raise forms.ValidationError(BIRTH_MISTAKES[error.reason]) from error
        except InvalidSearch as error:
            if error.reason == "several" and self.by_name:
                self.numbers = _at_most(pastedlists.numbers_in_field(typed))
                return None
            raise forms.ValidationError(INSZ_MISTAKES[error.reason]) from error
        if not (term.number or self.by_name):
            raise forms.ValidationError(_("Typ een INSZ: als lokale beheerder zoekt u niet op naam."))
        if len(term.name) > TERM_LENGTH:
            raise forms.ValidationError(
                _("Typ hoogstens %(most)s tekens van een naam."), params={"most": TERM_LENGTH}
            )
        return term


class SaveFiltersForm(forms.Form):
    """A name for the filters of the list. The filters are posted beside it."""

    # The browser would ask for it also when the filters are only applied.
    use_required_attribute = False

    name = forms.CharField(
        label=_("Bewaar deze filters als"),
        help_text=_("Geen naam van een cliënt."),
        max_length=40,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Typ een naam voor deze filters.")},
    )


class ExportForm(forms.Form):
    """In which format the list is taken along, and why when it is long. The filters are posted beside it."""

    format = forms.ChoiceField(choices=[(each, each) for each in downloads.FORMATS])
    reason = forms.ChoiceField(
        label=_("Reden"), required=False, choices=[("", _("Kies een reden")), *EXPORT_REASONS.items()]
    )

    def __init__(self, *args: Any, needs_reason: bool = False, **kwargs: Any) -> None:
        """`needs_reason`: the list is so long that the page asks for one."""
        super().__init__(*args, **kwargs)
        self.needs_reason = needs_reason
        self.fields["reason"].widget.attrs["required"] = needs_reason


class PasteForm(forms.Form):
    """The field for a pasted list. The form is always posted, like a search."""

    numbers = forms.CharField(
        label=_("Nieuwe lijst"),
        help_text=_(
            "Een INSZ per regel, met of zonder punten. Tekst eromheen mag: plak gerust een kolom uit Excel."
        ),
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 9, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Plak of typ minstens één INSZ.")},
    )

    def clean_numbers(self) -> list[PastedNumber]:
        """Read the list. Refuse one without digits, and one that is too long: nothing of it is looked up."""
        numbers = pastedlists.numbers_in(self.cleaned_data["numbers"])
        if not numbers:
            raise forms.ValidationError(self.fields["numbers"].error_messages["required"])
        return _at_most(numbers)


def _at_most(numbers: list[PastedNumber]) -> list[PastedNumber]:
    """Return the numbers of a list. Raises ValidationError when they are too many: then none is looked up."""
    if len(numbers) > pastedlists.MOST_NUMBERS:
        raise forms.ValidationError(
            _("Dit zijn %(number)s nummers. Plak er hoogstens %(most)s tegelijk."),
            params={"number": len(numbers), "most": pastedlists.MOST_NUMBERS},
        )
    return numbers


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

    until = DayField(_("Nieuwe laatste dag"))
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
