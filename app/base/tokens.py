"""Opaque page tokens: a signed position in a sorted list, so that nobody can hand in one we did not make."""

import json
from functools import lru_cache

from itsdangerous import BadSignature, Signer, URLSafeSerializer
from itsdangerous.encoding import base64_encode

from app.base.errors import Invalid
from app.base.language import _

LONGEST_TOKEN = 2_000
SALT = "page"
SHORT = 300
"""Characters up to which a position is not made shorter, which takes longer than all else about it."""

_ENCODER = json.JSONEncoder(separators=(",", ":"))


@lru_cache(8)
def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=SALT)


@lru_cache(8)
def _signer(secret: str) -> Signer:
    """What the serializer signs with: it reads what is signed so, packed or not."""
    return _serializer(secret).make_signer(SALT)


def write_token(secret: str, position: list[object]) -> str:
    """Sign a position; it can be read, but not changed, by whoever holds it."""
    written = _ENCODER.encode(position)
    if len(written) > SHORT:
        return str(_serializer(secret).dumps(position))
    return _signer(secret).sign(base64_encode(written)).decode()


def read_token(secret: str, token: str) -> list[object]:
    """The position that `write_token` signed.

    Raises:
        Invalid: not a token of ours, or changed on the way.
    """
    try:
        position = _serializer(secret).loads(token[:LONGEST_TOKEN])
    except BadSignature:
        raise Invalid(
            _("This cursor was not made by this service or has been changed; start again without it.")
        ) from None
    if not isinstance(position, list):
        raise Invalid(_("This cursor belongs to another list; start again without it."))
    return position
