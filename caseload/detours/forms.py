"""The forms that note and close a detour: a kind, days and yes or no. No field takes free text."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.officefiles import HeadingError, OfficeFileError
from persons.enums import ThirdParty
from persons.models import AccessRequest
from persons.services.detours import NO, NOT_CORRECTED, YES, Detour

from ..dayfields import DayField

RESULT = [("1", YES), ("0", NO)]
_NO_CHOICE = [("", "–")]


class NoteForm(forms.Form):
    """A question to a third party. `detour` is for the service `note`."""

    third_party = forms.ChoiceField(
        label=_("Gevraagd aan"),
        choices=[*_NO_CHOICE, *ThirdParty.choices],
        error_messages={"required": _("Kies aan wie u het vroeg.")},
    )
    asked_on = DayField(_("Gevraagd op"))
    answered_on = DayField(
        _("Beantwoord op"), required=False, help_text=_("Nog geen antwoord? Laat dit en het resultaat leeg.")
    )
    result = forms.ChoiceField(label=_("Met resultaat"), choices=[*_NO_CHOICE, *RESULT], required=False)

    def detour(self, insz: str) -> Detour:
        """Return the detour of a valid form, for the client with this number."""
        values = self.cleaned_data
        return Detour(
            insz=insz,
            third_party=values["third_party"],
            asked_on=values["asked_on"],
            answered_on=values["answered_on"],
            has_result=values["result"] == "1" if values["result"] else None,
        )


class RegisterNoteForm(NoteForm):
    """The same as a part of the form that registers a client: left empty it is valid, and no detour."""

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, prefix="detour", empty_permitted=True, use_required_attribute=False)

    @property
    def names(self) -> list[str]:
        """The names of the fields in the page."""
        return [self.add_prefix(name) for name in self.fields]


class CorrectForm(NoteForm):
    """New values for a detour. `seen` says after which step the user saw it (`persons.services.detours.last_step`)."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping[str, str] | None, *, detour: AccessRequest, seen: str) -> None:
        super().__init__(
            data,
            initial={
                "third_party": detour.third_party,
                "asked_on": detour.asked_on,
                "answered_on": detour.answered_on,
                "result": "" if detour.has_result is None else str(int(detour.has_result)),
                "seen": seen,
            },
        )

    def see_again(self, seen: str) -> None:
        """Bind the form to the detour as it is after this step, with the text the user typed."""
        self.data = {name: self.data[name] for name in self.data} | {"seen": seen}


class CloseForm(forms.Form):
    """The answer of a third party."""

    answered_on = DayField(_("Beantwoord op"))
    result = forms.ChoiceField(
        label=_("Met resultaat"),
        choices=[*_NO_CHOICE, *RESULT],
        error_messages={"required": _("Kies ja of nee.")},
    )

    @property
    def answer(self) -> tuple[datetime.date, bool]:
        """The day of the answer and whether it gave a result. For a valid form."""
        return self.cleaned_data["answered_on"], self.cleaned_data["result"] == "1"


class ImportForm(forms.Form):
    """A file of past detours."""

    file = forms.FileField(
        label=_("Bestand: CSV, XLSX of ODS"),
        help_text=_(
            "Hoogstens 5000 rijen. De eerste regel noemt de kolommen: INSZ-nummer, gevraagd aan, gevraagd op, en"
            " eventueel beantwoord op en met resultaat."
        ),
        error_messages={
            "required": _("Kies een bestand."),
            "empty": _("Dit bestand is leeg. Kies een ander."),
            "missing": _("Kies een bestand."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.ods"}),
    )

    def add_unreadable(self, error: OfficeFileError | HeadingError) -> None:
        """Say why the file cannot be read at all."""
        line, reason = (
            (error.line, error.reason) if isinstance(error, OfficeFileError) else (None, str(error))
        )
        place = gettext("Regel %(line)s: ") % {"line": line} if line else ""
        words = f"{place}{reason}".rstrip(".")
        self.add_error("file", f"{words[:1].upper()}{words[1:]}.")


def add_wrong(form: forms.Form, code: str) -> None:
    """Add the words of an outcome of the database to the form: at its field, or above the form without one."""
    name, words = NOT_CORRECTED[code]
    form.add_error(name if name in form.fields else None, forms.ValidationError(str(words), code=code))
