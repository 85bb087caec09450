"""Encrypt values that leave the server in an address, or wait in a session, with the portal's secret key."""

from __future__ import annotations

import base64
import datetime
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.encoding import force_bytes


class Unreadable(ValueError):
    """The text was not sealed in this context, or is too old. The message never repeats it."""


def seal(value: object, *context: object) -> str:
    """Return `value`, encrypted and signed with the time, as text that may be in an address.

    `value` is anything that JSON can carry; a date becomes its ISO text. Only the same `context` opens it again: the
    purpose, and for example the institution and the user.
    """
    return _fernet(context).encrypt(json.dumps(value, cls=DjangoJSONEncoder).encode()).decode()


def unseal(sealed: str, *context: object, max_age: datetime.timedelta | None = None) -> Any:
    """Return the value of `seal`. Raises Unreadable for any other text, another context, or older than `max_age`."""
    seconds = int(max_age.total_seconds()) if max_age else None
    try:
        return json.loads(_fernet(context).decrypt(sealed.encode(), ttl=seconds))
    except (InvalidToken, UnicodeEncodeError):
        raise Unreadable from None


def _fernet(context: tuple[object, ...]) -> MultiFernet:
    """A key of its own for each context, so that no text opens where it does not belong."""
    info = json.dumps(["kbi", *map(str, context)]).encode()
    return MultiFernet(
        [
            Fernet(
                base64.urlsafe_b64encode(HKDF(SHA256(), 32, salt=None, info=info).derive(force_bytes(key)))
            )
            for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        ]
    )
