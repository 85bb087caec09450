"""The signatures under seals: Ed25519. The private key is a file on the server that seals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from .chain import Seal

_PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)

PublicKeys = Mapping[str, Ed25519PublicKey]


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
    """The public half of the key of KBI_SEAL_KEY_FILE; empty when none is set. Raises KeyUnreadable."""
    key = private_key()
    return {fingerprint(key.public_key()): key.public_key()} if key else {}


def fingerprint(key: Ed25519PublicKey) -> str:
    """Sixteen digits that name a public key."""
    return sha256(key.public_bytes_raw()).hexdigest()[:16]


def pem(key: Ed25519PublicKey) -> bytes:
    """The public key as a PEM file."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def sign(seal: Seal, key: Ed25519PrivateKey | None) -> Seal:
    """The seal with the signature of `key`; the same seal without one."""
    if key is None:
        return seal
    return seal.signed(key.sign(seal.content), fingerprint(key.public_key()))


def is_signed(seal: Seal, keys: PublicKeys) -> bool:
    """Return True if one of `keys` signed the seal."""
    key = keys.get(seal.signed_by)
    if key is None:
        return False
    try:
        key.verify(seal.signature, seal.content)
    except InvalidSignature:
        return False
    return True
