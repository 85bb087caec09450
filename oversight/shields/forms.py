"""Forms that shield a person, name who may look all the same, and answer a report."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from caseload.dayfields import DayField
from partners.models import User
from partners.periods import months_later, today
from persons.services.shielding import NotTaken

from ..forms import PersonForm

LONGEST = 250  # characters of a reason
# The field that a refusal of the database is about.
FIELDS = {"no_reason": "reason", "until": "until", "own": "user", "not_a_colleague": "user"}


class NumberForm(PersonForm):
    """The field for the INSZ of the person whose file is shielded or opened to colleagues."""

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        self.fields["insz"].widget.attrs["placeholder"] = "INSZ"


class ReasonField(forms.CharField):
    """Why: one line, for privacy officers."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Reden"),
            max_length=LONGEST,
            help_text=_("Zonder naam of nummer, bijvoorbeeld de referte van uw dossier."),
            widget=forms.TextInput({"autocomplete": "off"}),
            error_messages={"required": _("Geef een reden.")},
        )


class _StepForm(forms.Form):
    def refuse(self, error: NotTaken) -> None:
        """Say why the step was not taken, at the field that it is about."""
        name = FIELDS.get(error.code)
        self.add_error(name if name in self.fields else None, error.words)


class ShieldForm(_StepForm):
    """Until when a person is shielded, and why."""

    until = DayField(_("Afgeschermd tot en met"), help_text=_("Hoogstens twee jaar."))
    reason = ReasonField()

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, prefix="shield", initial={"until": months_later(today(), 12)})


class LookerForm(_StepForm):
    """Which colleague may look all the same, until when, and why."""

    user = forms.ModelChoiceField(
        label=_("Wie mag kijken"),
        queryset=User.objects.none(),
        empty_label=_("kies een collega"),
        error_messages={
            "required": _("Kies een collega."),
            "invalid_choice": _("Deze persoon werkt hier vandaag niet met dossiers of inschrijvingen."),
        },
    )
    until = DayField(_("Tot en met"), help_text=_("Hoogstens een jaar."))
    reason = ReasonField()

    def __init__(self, data: Mapping[str, str] | None = None, *, colleagues: QuerySet[User]) -> None:
        """`colleagues` are the accounts that may be named."""
        super().__init__(data, prefix="name", initial={"until": months_later(today(), 6)})
        field = self.fields["user"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = colleagues


class EndForm(forms.Form):
    """Which shield or name ends, and why."""

    id = forms.UUIDField()
    reason = forms.CharField(max_length=LONGEST, required=False)


class AnswerForm(forms.Form):
    """The answer to a report; `reason` when it is wrong."""

    report = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    answer = forms.ChoiceField(choices=[("right", ""), ("wrong", "")])
    reason = forms.CharField(max_length=LONGEST, required=False)
