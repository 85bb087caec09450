"""The form that registers one client, under the results of a search by INSZ."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from partners.blocks import ATTENDANCE
from partners.enums import Capacity
from partners.models import MandateVersion
from partners.periods import months_later, today
from partners.texts import one_line
from persons.formats import day
from persons.reasons import REGISTRATION_REASONS
from persons.services.registering import EARLIEST_START, LATEST_START, MAX_TEXT, OUTCOMES, Row

from .dayfields import WRITTEN_DAY, DayField

DAY = datetime.timedelta(days=1)
# Where the words for an outcome of the database go (`persons.services.registering.register`), and the words.
_REFUSED = {
    "no_reason": ("reason", _("Kies een aanleiding.")),
    "start_far_off": (
        "valid_from",
        _("Een inschrijving begint op zijn vroegst op 1 januari 1990 en ten laatste over een jaar."),
    ),
    "no_mandate": (
        "capacity",
        _("Op de eerste dag heeft uw instelling geen machtiging in deze hoedanigheid."),
    ),
    "not_allowed": ("capacity", _("In deze hoedanigheid schrijft niet uw rol in.")),
    "period_reversed": ("valid_until", _("De laatste dag ligt voor de eerste.")),
    "period_too_long": (
        "valid_until",
        _(
            "Zo lang mag het niet: met deze eerste dag ten laatste %(latest)s. Laat het leeg voor de langste periode."
        ),
    ),
    "overlaps": (
        "valid_from",
        _(
            "Op een van deze dagen is er al een inschrijving in deze hoedanigheid. Kies een dag ervoor of erna."
        ),
    ),
}


class _CapacityChoice(forms.RadioSelect):
    """The capacities. Each has the last day of its longest period, for the script that fills it in.

    The keyboard starts at the chosen one, or at the first.
    """

    def __init__(self) -> None:
        super().__init__()
        self.untils: dict[str, str] = {}

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        groups = super().optgroups(name, value, attrs)
        options = [option for _group, group, _index in groups for option in group]
        for option in options:
            option["attrs"].pop("autofocus", None)
            option["attrs"]["data-until"] = self.untils[option["value"]]
        if "autofocus" in self.attrs:
            chosen = next((option for option in options if option["selected"]), options[0])
            chosen["attrs"]["autofocus"] = True
        return groups


class RegisterForm(forms.Form):
    """Register one client. The number is that of the search, and never a field."""

    capacity = forms.ChoiceField(
        label=_("Hoedanigheid"),
        widget=_CapacityChoice,
        error_messages={
            "required": _("Kies een hoedanigheid."),
            "invalid_choice": _("In deze hoedanigheid kunt u niet inschrijven. Kies een andere."),
        },
    )
    reason = forms.ChoiceField(
        label=_("Aanleiding"),
        error_messages={
            "required": _("Kies een aanleiding."),
            "invalid_choice": _("Kies een aanleiding uit de lijst."),
        },
    )
    proof = forms.CharField(
        label=_("Uw dossiernummer"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.TextInput(attrs={"autocomplete": "off", "aria-describedby": "hint-proof"}),
    )
    valid_from = DayField(_("Van"), described_by="hint-period")
    valid_until = DayField(_("Tot en met"), described_by="hint-period", required=False)
    follow = forms.BooleanField(label=_("Zet in mijn caseload"), required=False)

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        versions: Mapping[str, MandateVersion],
        opens_files: bool,
    ) -> None:
        """`versions` are those of the mandates under which the user registers, by capacity; not empty.

        The first is filled in. Who opens no files has no caseload either.
        """
        first = today()
        self.versions = versions
        self.opens_files = opens_files
        lasts = {code: months_later(first, version.max_months) - DAY for code, version in versions.items()}
        chosen = next(iter(versions))
        initial = {"capacity": chosen, "valid_from": first, "valid_until": lasts[chosen], "follow": True}
        super().__init__(data, initial=initial)
        capacity, reason = self.fields["capacity"], self.fields["reason"]
        assert isinstance(capacity, forms.ChoiceField)
        assert isinstance(reason, forms.ChoiceField)
        capacity.choices = [(code, _capacity_words(code, version)) for code, version in versions.items()]
        capacity.widget.untils = {code: last.strftime(WRITTEN_DAY) for code, last in lasts.items()}
        reason.choices = list(_reasons(versions))
        if not opens_files:
            del self.fields["follow"]
        if data is None:
            capacity.widget.attrs["autofocus"] = True

    def clean_proof(self) -> str:
        """Return the file reference on one line."""
        text = one_line(self.cleaned_data["proof"])
        if not text.isprintable():
            raise forms.ValidationError(
                _("Er staan tekens in die niet te tonen zijn. Typ het nummer opnieuw.")
            )
        return text

    def clean(self) -> dict[str, Any]:
        """Check the fields against each other. The database checks the mandate, the period and earlier inscriptions."""
        values = super().clean() or {}
        capacity, reason = values.get("capacity"), values.get("reason")
        if capacity and reason and reason not in REGISTRATION_REASONS[capacity]:
            self.add_error("reason", _("Deze aanleiding hoort bij een andere hoedanigheid. Kies een andere."))
        first, last = values.get("valid_from"), values.get("valid_until")
        if first and not EARLIEST_START <= first <= today() + LATEST_START:
            self.refuse("start_far_off")
        elif first and last and last < first:
            self.refuse("period_reversed")
        elif last and last < today():
            self.add_error("valid_until", _("Deze dag is al voorbij: de inschrijving zou niets openen."))
        return values

    def refuse(self, outcome: str) -> None:
        """Show why the database did not register it: `outcome` is one of its outcomes."""
        # The rules above every mandate are about the number, which is no field.
        field, words = _REFUSED.get(outcome) or (None, OUTCOMES[outcome][1])
        message = str(words)
        if outcome == "period_too_long":
            longest = self.versions[self.cleaned_data["capacity"]].max_months
            message %= {"latest": day(months_later(self.cleaned_data["valid_from"], longest))}
        self.add_error(field, message)

    def point_at_mistake(self) -> None:
        """Let the first field with a mistake have the keyboard."""
        for name in self.fields:
            if name in self.errors:
                self.fields[name].widget.attrs["autofocus"] = True
                return

    def row(self, number: str) -> Row:
        """The inscription to register, of a valid form."""
        values = self.cleaned_data
        return Row(
            1,
            number,
            values["capacity"],
            values["valid_from"],
            values["valid_until"],
            values["reason"],
            values["proof"],
        )

    @property
    def without_attendance(self) -> list[str]:
        """The capacities in which one does not see the attendance, in words."""
        return [
            str(Capacity(code).label)
            for code, version in self.versions.items()
            if ATTENDANCE not in version.blocks
        ]


def _capacity_words(code: str, version: MandateVersion) -> str:
    words = ngettext("%(capacity)s (%(months)s maand)", "%(capacity)s (%(months)s mnd)", version.max_months)
    return words % {"capacity": Capacity(code).label, "months": version.max_months}


def _reasons(versions: Mapping[str, MandateVersion]) -> Iterator[tuple[Any, Any]]:
    """The reasons of these capacities: one list when it is the same for all, else one under each capacity."""
    lists = [(code, REGISTRATION_REASONS[code]) for code in versions]
    if all(reasons == lists[0][1] for _code, reasons in lists):
        yield from lists[0][1].items()
        return
    for code, reasons in lists:
        yield Capacity(code).label, list(reasons.items())
