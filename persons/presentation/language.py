"""Words in the language of the request, looked up once: a page asks for hundreds, most of them labels.

Words are marked with `gettext_noop` where they are written down and translated with this `gettext` where they are
used, so that nothing is translated that is not shown.
"""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _translate


def gettext(message: str) -> str:
    """`message`, one of a fixed number of texts (never one of a dossier), in the active language."""
    return _translated(message, get_language() or "")


@lru_cache(maxsize=4096)
def _translated(message: str, language: str) -> str:  # noqa: ARG001 - part of the key
    return _translate(message)
