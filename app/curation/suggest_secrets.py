"""Which drafts a browser may open without an account: a cookie holds the secret of each."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import Request, Response

from app.accounts import cookies

COOKIE = "drafts"
MOST_KEPT = 20
SECONDS = 90 * 24 * 3600
LONGEST_SECRET = 100


def held(request: Request) -> Mapping[UUID, str]:
    """The secrets that a browser shows, by the revision each opens; what is damaged counts as none."""
    found: dict[UUID, str] = {}
    for part in cookies.read(request, COOKIE).split("."):
        number, _sign, secret = part.partition("~")
        if len(number) == 32 and number.isalnum() and 0 < len(secret) <= LONGEST_SECRET:
            try:
                found[UUID(hex=number)] = secret
            except ValueError:
                continue
    return found


def hold(request: Request, response: Response, number: UUID, secret: str) -> None:
    """Let this browser open one more draft; the oldest ones are forgotten."""
    others = {known: kept for known, kept in held(request).items() if known != number}
    kept = [*others.items(), (number, secret)][-MOST_KEPT:]
    text = ".".join(f"{one.hex}~{opens}" for one, opens in kept)
    cookies.put(request, response, COOKIE, text, SECONDS)
