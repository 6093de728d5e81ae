"""Opaque page tokens: a signed position in a sorted list, so that nobody can hand in one we did not make."""

from functools import lru_cache

from itsdangerous import BadSignature, URLSafeSerializer

from app.base.errors import Invalid
from app.base.language import _

LONGEST_TOKEN = 2_000


@lru_cache(8)
def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="page")


def write_token(secret: str, position: list[object]) -> str:
    """Sign a position; it can be read, but not changed, by whoever holds it."""
    return str(_serializer(secret).dumps(position))


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
