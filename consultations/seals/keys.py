"""The signatures under seals: Ed25519. The private key is a file on the server that seals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Protocol, Self, TypeVar

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

_PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)

PublicKeys = Mapping[str, Ed25519PublicKey]


class Signable(Protocol):
    """What is signed: a seal, or the record of an archive. `signed_by` is the fingerprint of the key."""

    @property
    def content(self) -> bytes: ...
    @property
    def signature(self) -> bytes: ...
    @property
    def signed_by(self) -> str: ...
    def signed(self, signature: bytes, by: str) -> Self: ...


S = TypeVar("S", bound=Signable)


class KeyUnreadable(Exception):
    """A file has no key of this kind, or cannot be read."""


def private_key() -> Ed25519PrivateKey | None:
    """The key of KBI_SEAL_KEY_FILE; None when none is set. Raises KeyUnreadable."""
    if not settings.KBI_SEAL_KEY_FILE:
        return None
    path = Path(settings.KBI_SEAL_KEY_FILE)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise KeyUnreadable(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnreadable(f"{path} has no private Ed25519 key without password.")
    return key


def public_keys(paths: Iterable[Path]) -> dict[str, Ed25519PublicKey]:
    """The public keys in these PEM files, by fingerprint. Raises KeyUnreadable."""
    keys = {}
    for path in paths:
        try:
            blocks = _PEM.findall(path.read_bytes())
        except OSError as error:
            raise KeyUnreadable(f"{path} cannot be read: {error.strerror}.") from error
        for block in blocks:
            try:
                key = serialization.load_pem_public_key(block)
            except (ValueError, UnsupportedAlgorithm):
                raise KeyUnreadable(f"{path} has a damaged key.") from None
            if not isinstance(key, Ed25519PublicKey):
                raise KeyUnreadable(f"{path} has a key of another kind than Ed25519.")
            keys[fingerprint(key)] = key
        if not blocks:
            raise KeyUnreadable(f"{path} has no public key.")
    return keys


def own_public_keys() -> dict[str, Ed25519PublicKey]:
    """The public half of the key of KBI_SEAL_KEY_FILE, and the keys of KBI_SEAL_EARLIER_KEYS. Raises KeyUnreadable."""
    keys = public_keys(map(Path, settings.KBI_SEAL_EARLIER_KEYS))
    if key := private_key():
        keys[fingerprint(key.public_key())] = key.public_key()
    return keys


def fingerprint(key: Ed25519PublicKey) -> str:
    """Sixteen digits that name a public key."""
    return sha256(key.public_bytes_raw()).hexdigest()[:16]


def pem(key: Ed25519PublicKey) -> bytes:
    """The public key as a PEM file."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def sign(value: S, key: Ed25519PrivateKey | None) -> S:
    """The value with the signature of `key`; the same value without one."""
    if key is None:
        return value
    return value.signed(key.sign(value.content), fingerprint(key.public_key()))


def is_signed(value: Signable, keys: PublicKeys) -> bool:
    """Return True if one of `keys` signed the value."""
    key = keys.get(value.signed_by)
    if key is None:
        return False
    try:
        key.verify(value.signature, value.content)
    except InvalidSignature:
        return False
    return True
