"""The installation's own key: what it signs, and whether a signature is of it (Ed25519, RFC 8032).

The secret half is 32 random bytes in base 64, in the setting `SIGNING_KEY`. Without one nothing is signed. Public
halves and signatures are base 64 too. Of a report it knows what is signed, and nothing else.
"""

from __future__ import annotations

import base64
import binascii
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

KEY_BYTES = 32


def new_key() -> str:
    """A secret key that nobody has had."""
    return base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def public_key() -> str:
    """The public half of the key that signs today; empty where nothing is signed."""
    return base64.b64encode(_key(settings.SIGNING_KEY).public_key().public_bytes_raw()).decode() if is_set() else ""


def statement(code: str, fingerprint: str, issued_at: str, tree_size: int, tree_root: str) -> bytes:
    """What is signed of a report: six lines of UTF-8, each with an end of line. `issued_at` is in UTC and ISO form."""
    parts = ("anbefalingsrapport/2", code, fingerprint, issued_at, tree_size, tree_root)
    return "".join(f"{part}\n" for part in parts).encode()


def is_well_formed(secret: str) -> bool:
    """Whether `secret` is 32 bytes in base 64."""
    try:
        return len(base64.b64decode(secret, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def is_set() -> bool:
    return bool(settings.SIGNING_KEY)


def sign(statement: bytes) -> str:
    """The signature of `statement`; empty where nothing is signed."""
    return base64.b64encode(_key(settings.SIGNING_KEY).sign(statement)).decode() if is_set() else ""


def is_signed(statement: bytes, signature: str, key: str) -> bool:
    """Whether `signature` is of `statement`, made with the secret half of `key`; False for what is neither."""
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(signature, validate=True), statement)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


@cache
def _key(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(secret, validate=True))
