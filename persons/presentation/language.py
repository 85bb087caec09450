"""Words in the language of the request, looked up once: a page asks for hundreds, most of them labels.

Words are marked with `gettext_noop` where they are written down and translated with this `gettext` where they are
used, so that nothing is translated that is not shown.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _translate

_now = threading.local()


@contextmanager
def one_language() -> Iterator[None]:
    """Inside, the active language is looked up once: Django's own look-up takes longer than the word it is for."""
    before = getattr(_now, "language", "")
    _now.language = get_language() or ""
    try:
        yield
    finally:
        _now.language = before


def current_language() -> str:
    """The code of the active language, "" when there is none."""
    return getattr(_now, "language", "") or get_language() or ""


def gettext(message: str) -> str:
    """`message`, one of a fixed number of texts (never one of a dossier), in the active language."""
    return _translated(message, current_language())


@lru_cache(maxsize=4096)
def _translated(message: str, code: str) -> str:  # noqa: ARG001 - part of the key
    return _translate(message)
