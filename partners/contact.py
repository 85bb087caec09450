"""Who a user asks for help: the setting KBI_CONTACT."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

_EMAIL = re.compile(r"[^@\s:/]+@[^@\s:/]+\.[^@\s:/]+")


@dataclass(frozen=True, slots=True)
class Contact:
    """The words on the page, and the address they lead to: "" for words alone."""

    text: str
    href: str


def contact() -> Contact:
    """Return the contact of this portal. An e-mail address or an https address becomes a link."""
    text = settings.KBI_CONTACT
    if _EMAIL.fullmatch(text):
        return Contact(text, f"mailto:{text}")
    if text.startswith("https://"):
        return Contact(text.removeprefix("https://").rstrip("/"), text)
    return Contact(text or _("de helpdesk van het Agentschap Integratie en Inburgering"), "")
