"""The field of a form for one day: the same formats, words and look on every page."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.officefiles import InvalidDay, read_day

WRITTEN_DAY = "%d/%m/%Y"


class DayField(forms.DateField):
    """A day, in the formats of `read_day`, and shown as dd/mm/yyyy.

    It is a text field. The date field of a browser drops a day that does not exist, so that what the user typed would
    be gone after a mistake. It shows no numeric keyboard, because that of a telephone may have no "/".
    """

    default_error_messages = {
        "required": _("Vul de dag in, bijvoorbeeld 25/11/2026."),
        "invalid": _("Dit is geen datum. Schrijf dag/maand/jaar, bijvoorbeeld 25/11/2026."),
    }

    def __init__(self, label: Any, *, described_by: str = "", **options: Any) -> None:
        """`described_by` is the id of a text on the page that explains the field, in place of a help text."""
        attrs = {"autocomplete": "off"}
        if described_by:
            attrs["aria-describedby"] = described_by
        else:
            options.setdefault("help_text", _("Dag/maand/jaar."))
        super().__init__(label=label, widget=forms.DateInput(attrs, format=WRITTEN_DAY), **options)

    def to_python(self, value: Any) -> datetime.date | None:
        """Return the typed day. Raises ValidationError when it is not a date."""
        if isinstance(value, str) and value.strip():
            try:
                return read_day(value.strip())
            except InvalidDay:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
        return super().to_python(value)
