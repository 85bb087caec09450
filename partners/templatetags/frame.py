"""The tags of the footer: `{% load frame %}`. They need no request, because error pages have none."""

from __future__ import annotations

from django import template
from django.conf import settings

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
