"""What is refused before anything reads it: long addresses and headers, large bodies, NUL, and too many
at once."""

from collections.abc import Callable

from fastapi import Request, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.base.errors import AppError, Invalid, TooLarge, Unavailable
from app.base.language import _

# The parser of addresses reads 65,535 bytes at the most.
LONGEST_ADDRESS = 65_000
LONGEST_HEADERS = 65_000
ADDRESS_BYTES = "address_bytes"
"""Where `app.base.protocol` notes in the state of a request how long its address was."""
LARGEST_BODY = 1_000_000
UPLOADS = {
    "/suggest": 8_000_000,
    "/curation/imports": 64_000_000,
    "/api/imports": 64_000_000,
    # A little more than the file alone, for the form around it.
    "/tiles/upload": 65_000_000,
    "/api/tiles": 65_000_000,
}
"""Places where files are handed in, with all that lies below them, and the bytes that are taken there."""
WAITING_PER_THREAD = 16
EXPLAIN_NUL = ("/", "/datasets")
"""Pages that name the field a NUL was sent in, and keep what was typed into the others."""


class Limits:
    """ASGI middleware; `refuse` writes the answer, `at_once` is the number of requests taken in together."""

    def __init__(self, app: ASGIApp, refuse: Callable[[Request, AppError], Response], at_once: int) -> None:
        self.app = app
        self.refuse = refuse
        self.at_once = at_once
        self.inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        fault = fault_of(scope) or self._crowded()
        if fault:
            await self.refuse(Request(scope), fault)(scope, receive, send)
            return
        self.inside += 1
        try:
            await self.app(scope, _counted(receive, largest_body(scope["path"])), send)
        finally:
            self.inside -= 1

    def _crowded(self) -> AppError | None:
        if self.inside < self.at_once:
            return None
        return Unavailable(_("Too many people are searching at this moment. Please try again."))


def largest_body(path: str) -> int:
    """How many bytes a body may have at an address."""
    below = (size for place, size in UPLOADS.items() if path == place or path.startswith(f"{place}/"))
    return next(below, LARGEST_BODY)


def _counted(receive: Receive, most: int) -> Receive:
    """The same messages, until a body that did not tell its length has grown too large."""
    total = 0

    async def receive_counted() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > most:
            # FastAPI passes this kind of error on from the reading of a body; any other would become a 400.
            raise HTTPException(413, _body_too_large(most).message)
        return message

    return receive_counted


def _body_too_large(most: int) -> TooLarge:
    return TooLarge(_("The body is larger than %(n)s bytes. Send less.", n=f"{most:,}"))


def address_too_long() -> TooLarge:
    """Said of an address that is cut off."""
    return TooLarge(
        _(
            "The address is longer than %(n)s characters. Send a large area in the body, by POST to "
            "/api/datasets or /stac/search, or simplify the outline.",
            n=f"{LONGEST_ADDRESS:,}",
        )
    )


def headers_too_long() -> TooLarge:
    """Said of headers that are longer than any client needs."""
    return TooLarge(
        _("The headers are longer than %(n)s bytes. Send fewer or shorter ones.", n=f"{LONGEST_HEADERS:,}")
    )


def fault_of(scope: Scope) -> AppError | None:
    """What is wrong with a request by its first lines alone."""
    query: bytes = scope["query_string"]
    path: str = scope["path"]
    if scope.get("state", {}).get(ADDRESS_BYTES, len(query) + len(path)) > LONGEST_ADDRESS:
        return address_too_long()
    if sum(len(name) + len(value) for name, value in scope["headers"]) > LONGEST_HEADERS:
        return headers_too_long()
    is_explained = path in EXPLAIN_NUL
    if "\x00" in path or (not is_explained and (b"%00" in query or b"\x00" in query)):
        return Invalid(_("The address holds a NUL character. Remove it."))
    return _fault_of_length(dict(scope["headers"]).get(b"content-length"), largest_body(path))


def _fault_of_length(length: bytes | None, most: int) -> AppError | None:
    if length is None:
        return None
    if not length.isdigit():
        return Invalid(_("The header Content-Length is not a number."))
    if int(length) > most:
        return _body_too_large(most)
    return None
