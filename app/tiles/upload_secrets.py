"""Which uploads a browser may change without an account: a cookie holds the secret of each."""

import re
from collections.abc import Mapping

from fastapi import Request, Response

from app.accounts import cookies

COOKIE = "uploads"
HEADER = "X-Upload-Secret"
MOST_KEPT = 20
LONGEST_SECRET = 100
_NUMBER = re.compile(r"[0-9a-f]{32}")


def held(request: Request) -> Mapping[str, str]:
    """The secrets that a browser shows, by the upload each opens; what is damaged counts as none."""
    found: dict[str, str] = {}
    for part in cookies.read(request, COOKIE).split("."):
        number, _sign, secret = part.partition("~")
        if _NUMBER.fullmatch(number) and 0 < len(secret) <= LONGEST_SECRET:
            found[f"upload-{number}"] = secret
    return found


def shown(request: Request, tile: str) -> str:
    """The secret shown for an upload: in the header, as programs do, or in the cookie; empty for none."""
    return request.headers.get(HEADER, "")[:LONGEST_SECRET] or held(request).get(tile, "")


def hold(request: Request, response: Response, tile: str, secret: str, seconds: int) -> None:
    """Let this browser change one more upload; the oldest ones are forgotten."""
    others = {known: kept for known, kept in held(request).items() if known != tile}
    kept = [*others.items(), (tile, secret)][-MOST_KEPT:]
    text = ".".join(f"{one.removeprefix('upload-')}~{opens}" for one, opens in kept)
    cookies.put(request, response, COOKIE, text, seconds)
