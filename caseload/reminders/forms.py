"""The forms that set and move a reminder: a day and a subject of a list. No field takes free text."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from persons.enums import ReminderSubject

from ..dayfields import DayField

# Why a reminder is not set or moved, with the field it is about. `%(clients)s` are those that hinder it.
WRONG = {
    "day": ("day", _("Kies een dag van vandaag tot over twee jaar.")),
    "not_found": ("", _("Niets gezet: de inschrijving geldt vandaag niet voor %(clients)s.")),
    "no_caseload": (
        "",
        _(
            "Niets gezet: %(clients)s staat in geen caseload, en dus zou niemand de herinnering zien."
            " Zet de cliënt eerst in uw caseload."
        ),
    ),
}


class MoveForm(forms.Form):
    """Another day."""

    day = DayField(_("Dag"))

    def add_wrong(self, code: str, clients: str = "") -> None:
        """Add the words of an outcome of the database: at its field, or above the form without one."""
        name, words = WRONG[code]
        error = forms.ValidationError(str(words), code=code, params={"clients": clients})
        self.add_error(name or None, error)


class ReminderForm(MoveForm):
    """A new reminder."""

    subject = forms.ChoiceField(
        label=_("Onderwerp"),
        choices=[("", _("kies een onderwerp")), *ReminderSubject.choices],
        error_messages={
            "required": _("Kies een onderwerp."),
            "invalid_choice": _("Kies een onderwerp uit de lijst."),
        },
    )
    field_order = ("subject", "day")
