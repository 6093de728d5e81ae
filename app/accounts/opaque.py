"""Secrets that mean nothing in themselves: made at random, kept as digests, compared in constant time."""

import hashlib
import hmac
import secrets

BYTES = 32


def new_secret() -> str:
    """A new secret of 256 random bits, as text for cookies and addresses."""
    return secrets.token_urlsafe(BYTES)


def digest(secret: str) -> bytes:
    """What is stored in place of a secret; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def keyed(key: str, purpose: str, *parts: str) -> str:
    """A value that only the holder of `key` can make of these parts; each purpose has values of its own."""
    message = "\x1f".join((purpose, *(f"{len(part)}:{part}" for part in parts)))
    return hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()


def is_same(given: str, expected: str) -> bool:
    """Whether two texts agree, in a time that does not tell where they part."""
    return hmac.compare_digest(given.encode(), expected.encode())
