"""The languages of the conversation sheet: one gettext catalogue each, `locale/<code>/LC_MESSAGES/sheet.po`.

They are no languages of the portal. A folder with a compiled catalogue is enough to offer a language; its header says
the rest: `X-Name` (in Dutch), `X-Direction` (ltr or rtl), `X-Reviewed` (yes or no: whether a translator checked it) and
`X-Names` (what a dossier may call the language, separated by commas).
"""

from __future__ import annotations

import gettext
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language_info

_MO = "LC_MESSAGES/sheet.mo"


@dataclass(frozen=True, slots=True)
class SheetLanguage:
    """A language of the sheet. `names` are those a dossier may use, in lower case."""

    code: str
    dutch_name: str
    direction: str
    is_reviewed: bool
    names: frozenset[str]

    @property
    def name(self) -> str:
        """The name in the language of the portal; in Dutch where Django does not know the language."""
        try:
            return str(get_language_info(self.code)["name_translated"])
        except KeyError:
            return self.dutch_name


DUTCH = SheetLanguage("nl", "Nederlands", "ltr", is_reviewed=True, names=frozenset())


class Words:
    """The texts of the sheet in one language."""

    def __init__(self, language: SheetLanguage) -> None:
        self.language = language
        self._catalogue = _catalogue(language.code)

    def say(self, text: str, **values: object) -> str:
        """Return a text with its values filled in."""
        return self._catalogue.gettext(text) % values

    def say_number(self, one: str, several: str, number: int, **values: object) -> str:
        """Return the text for `number`, which also fills in `%(number)s`."""
        return self._catalogue.ngettext(one, several, number) % {"number": number, **values}


@cache
def sheet_languages() -> tuple[SheetLanguage, ...]:
    """Return the languages that have a catalogue, by their name in Dutch."""
    codes = [path.parent.parent.name for path in _folder().glob(f"*/{_MO}")]
    return tuple(sorted(map(_language, codes), key=lambda language: language.dutch_name))


def contact_language(names: Sequence[str]) -> SheetLanguage | None:
    """Return the first language of the sheet that a dossier names; None without one."""
    wanted = [name.strip().casefold() for name in names]
    return next(
        (language for name in wanted for language in sheet_languages() if name in language.names), None
    )


def _folder() -> Path:
    return Path(settings.LOCALE_PATHS[0])


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    path = _folder() / code / _MO
    if code == DUTCH.code:
        return gettext.NullTranslations()
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


def _language(code: str) -> SheetLanguage:
    header = _catalogue(code).info()
    names = [code, *header["x-names"].split(",")]
    return SheetLanguage(
        code,
        header["x-name"],
        header["x-direction"],
        header["x-reviewed"] == "yes",
        frozenset(name.strip().casefold() for name in names),
    )
