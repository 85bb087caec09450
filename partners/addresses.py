"""The first word of an address: an institution's slug, or a page that belongs to no institution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver


def reserved_words() -> set[str]:
    """Return the first words of all addresses that belong to no institution. No slug may be one of them."""
    static = settings.STATIC_URL.strip("/").partition("/")[0]
    return {static, *_first_words(get_resolver().url_patterns)} - {""}


def _first_words(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern).lstrip("^")
        word, slash, _rest = route.partition("/")
        if isinstance(pattern, URLResolver) and not slash:
            yield from _first_words(pattern.url_patterns, route)
        elif not word.startswith("<"):
            yield word
