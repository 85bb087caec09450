"""The hash of a national number, by which the database knows that an account and a client are the same person.

HMAC-SHA256 under `KBI_INSZ_KEY`. The key is not in the database: who reads only that cannot try all numbers.
"""

from __future__ import annotations

import hmac

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def hash_of(insz: str) -> bytes:
    """Return the hash of an INSZ of eleven digits, 32 bytes. Raises ImproperlyConfigured without a key."""
    return hmac.digest(_key(), insz.encode(), "sha256")


def key_id() -> str:
    """Return 16 hexadecimal digits that say which key this is, and nothing about it. Raises like `hash_of`."""
    return hmac.digest(_key(), b"key of KBI-portaal", "sha256").hex()[:16]


def _key() -> bytes:
    if not settings.KBI_INSZ_KEY:
        raise ImproperlyConfigured(
            "KBI_INSZ_KEY (or KBI_INSZ_KEY_FILE) is missing: national numbers cannot be hashed."
        )
    return settings.KBI_INSZ_KEY.encode()
