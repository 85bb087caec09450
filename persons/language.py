"""Words, dates and figures in the language of the request, each written once: a page needs hundreds.

Words are marked with `gettext_noop` where they are written down and translated with this `gettext` where they are
used, so only the words shown are translated.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, wraps
from typing import TypeVar, TypeVarTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _translate

Arguments = TypeVarTuple("Arguments")
T = TypeVar("T")


class _Now(threading.local):
    language = ""


_now = _Now()


@contextmanager
def one_language() -> Iterator[None]:
    """Look up the active language once for everything inside; Django's own look-up is slower than a cached word.

    Do not activate another language inside: its words would be kept as those of the first.
    """
    before = _now.language
    _now.language = get_language() or ""
    try:
        yield
    finally:
        _now.language = before


def per_language(function: Callable[[*Arguments], T]) -> Callable[[*Arguments], T]:
    """Return `function` with a cache of 8,192 results for each language.

    For functions of hashable arguments whose result depends on them and on the active language only.
    """
    caches: defaultdict[str, Callable[..., T]] = defaultdict(lambda: lru_cache(8192)(function))

    @wraps(function)
    def call(*args: *Arguments) -> T:
        return caches[_now.language or get_language() or ""](*args)

    return call


@per_language
def gettext(message: str) -> str:
    """`message`, one of a fixed number of texts (never one of a dossier), in the active language."""
    return _translate(message)
