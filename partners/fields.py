"""Model fields that store and look up a text in its normal form (`partners.texts`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models

from .texts import email_address, one_line


class _NormalForm(models.CharField):
    """Normalise where a text enters: in a form, on saving, and in the value of a look-up."""

    normal_form: Callable[[str], str]

    def to_python(self, value: Any) -> Any:
        """Return the value in its normal form; None stays None."""
        value = super().to_python(value)
        return value if value is None else self.normal_form(value)

    def get_prep_value(self, value: Any) -> Any:
        """Return the value for the database, in its normal form."""
        value = super().get_prep_value(value)
        return self.normal_form(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Return the value to save, and give the instance the same one."""
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


class NormalEmailField(_NormalForm, models.EmailField):
    """An e-mail address in lower case. Mail servers distinguish no casing, and people don't type the same each time."""

    normal_form = staticmethod(email_address)


class OneLineField(_NormalForm):
    """A name with single spaces and no invisible characters."""

    normal_form = staticmethod(one_line)
