"""The tags of the frame: `{% load frame %}`. They need no request, because error pages have none."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.conf import settings
from django.urls import reverse

from partners.contact import Contact, contact

register = template.Library()


@register.simple_tag
def portal_contact() -> Contact:
    """Return who users ask for help."""
    return contact()


@register.simple_tag
def portal_version() -> str:
    """Return the version of the portal: "0.1.0"."""
    return str(settings.PORTAL_VERSION)


@register.simple_tag
@lru_cache(maxsize=1024)
def fixed_url(view: str, *args: str) -> str:
    """Return the same address as `{% url %}`, from a cache: a page has a dozen of them, and each takes 50 µs.

    Never with the id of a client in it: the addresses stay in memory.
    """
    return reverse(view, args=args)
