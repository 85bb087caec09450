"""Texts in one form, so that the same name, address or value is the same however it was typed or pasted.

Pure functions. Everything that compares or stores such a text uses them: models, searches, files, messages.
"""

from __future__ import annotations

import re
import unicodedata

# Characters without a glyph (Unicode's property Default_Ignorable_Code_Point): zero-width and bidirectional controls,
# soft hyphen, byte order mark. They come along when text is copied, and make equal texts differ.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SOFT_HYPHEN = "\u00ad"


def visible(text: str) -> str:
    """Return `text` without characters that show nothing, such as zero-width and bidirectional controls."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def one_line(text: str) -> str:
    """Return `text` with single spaces, composed letters (NFC) and no invisible characters.

    No-break spaces, tabs, line ends and soft hyphens count as white space: office programs put them in.
    """
    spaced = " ".join(visible(text.replace(_SOFT_HYPHEN, " ")).split())
    return spaced if spaced.isascii() else unicodedata.normalize("NFC", spaced)


def name_key(text: str) -> str:
    """Return the form in which two names of an institution are compared: without case, and as `one_line`."""
    return unicodedata.normalize("NFC", one_line(text).casefold())


def email_address(text: str) -> str:
    """Return an e-mail address in the form it is stored: lower case, composed letters, no white space."""
    return unicodedata.normalize("NFC", "".join(visible(text).split()).lower())
