"""The columns of a file, by the names in its heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from partners.texts import name_key

_NO_LETTER_OR_DIGIT = re.compile(r"[\W_]+")


class HeadingError(ValueError):
    """The heading lacks a column or names one twice. The message has the columns, never other text of the file."""


@dataclass(frozen=True)
class Column:
    """A column: its name in code, and other names that a heading may have, in any language.

    `label` is the name that messages use.
    """

    name: str
    others: tuple[str, ...] = ()
    required: bool = True
    label: str | Promise = ""

    def __str__(self) -> str:
        return str(self.label or self.name)


def fold(text: str) -> str:
    """Return the form in which two words are compared: `valid_from`, `Valid from` and `VALID-FROM` are the same."""
    return _NO_LETTER_OR_DIGIT.sub("", name_key(text))


def find_columns(heading: Sequence[str], columns: Sequence[Column]) -> list[str]:
    """Return for each value of `heading` the name of its column, "" for an unknown one. Raises HeadingError."""
    by_key = {fold(name): column.name for column in columns for name in (column.name, *column.others)}
    names = [by_key.get(fold(value), "") for value in heading]
    if missing := [str(column) for column in columns if column.required and column.name not in names]:
        raise HeadingError(_("deze kolom ontbreekt: %(names)s") % {"names": ", ".join(missing)})
    if double := [str(column) for column in columns if names.count(column.name) > 1]:
        raise HeadingError(_("deze kolom staat er twee keer: %(names)s") % {"names": ", ".join(double)})
    return names
