"""What happens to every request: an identifier, protective headers, one line in the log, one observation."""

import re
import time
from collections.abc import Callable
from secrets import token_hex
from urllib.parse import unquote_plus

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.base.language import listen
from app.base.logs import logger
from app.base.metrics import Metrics

PAGE_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
PROTECTION = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_PROTECTION = [(name.lower().encode(), value.encode()) for name, value in PROTECTION.items()]
_BY_TLS = (b"strict-transport-security", b"max-age=31536000")
_TO_OTHER_SITES = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Location, X-Request-ID"),
]
OPEN_TO_OTHER_SITES = ("/api/", "/tiles/", "/dump/", "/datasets/", "/stac", "/ogc", "/openapi.json")
ALLOWED_HEADERS = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Revision-Secret"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OPEN_METHODS = METHODS - {"OPTIONS", "DELETE"}
_GIVEN_ID = re.compile(rb"[A-Za-z0-9-]{8,64}")
_MOST_NAMES = 20


class Access:
    """ASGI middleware around everything else: even the answer to a fault of ours is protected and counted.

    `last_resort` writes that answer; `only_by_tls` tells browsers to come by TLS alone from now on.
    """

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        last_resort: Callable[[Request], Response],
        only_by_tls: bool = False,
    ) -> None:
        self.app = app
        self.metrics = metrics
        self.last_resort = last_resort
        self.always = [*_PROTECTION, _BY_TLS] if only_by_tls else _PROTECTION
        self.log = logger("access")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note what became of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        listen(scope)
        scope.setdefault("state", {})["request_id"] = request_id = _request_id(scope)
        status = 0

        async def send_protected(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _protect(scope, message, request_id, self.always)
            await send(message)

        try:
            await self.app(scope, receive, send_protected)
        except Exception:
            self.log.exception("fault", path=scope["path"][:200], request_id=request_id)
            if status:
                # Half an answer is out already; only a broken connection tells the reader.
                raise
            await self.last_resort(Request(scope))(scope, receive, send_protected)
        finally:
            self._note(scope, status or 500, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        self.metrics.observe(method, route_of(scope), status, seconds)
        # Names of parameters help to understand load; what a visitor searched for is not ours to keep.
        self.log.info(
            "request",
            method=method,
            path=scope["path"][:200],
            parameters=_names(scope["query_string"]),
            status=status,
            milliseconds=round(seconds * 1000, 1),
            request_id=scope["state"]["request_id"],
        )


def route_of(scope: Scope) -> str:
    """The template of the route that answered (`/datasets/{slug}`), so that slugs do not become figures."""
    if scope["path"].startswith("/static/"):
        return "/static"
    template = getattr(scope.get("route"), "path", None)
    return template if isinstance(template, str) else "unmatched"


def asks_leave(request: Request) -> bool:
    """Whether a page of another site asks if it may send a request to an address open to other sites."""
    asked = "access-control-request-method" in request.headers
    return request.method == "OPTIONS" and asked and request.url.path.startswith(OPEN_TO_OTHER_SITES)


def leave(methods: str) -> dict[str, str]:
    """The headers that give such leave, for a day."""
    return {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": ALLOWED_HEADERS,
        "Access-Control-Max-Age": "86400",
    }


def _request_id(scope: Scope) -> str:
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if _GIVEN_ID.fullmatch(given) else token_hex(8)


def _names(query: bytes) -> list[str]:
    if len(query) > 10_000:
        return ["too long"]
    names = {part.partition("=")[0] for part in query.decode("latin-1").split("&") if part}
    return sorted(unquote_plus(name)[:40] for name in names)[:_MOST_NAMES]


def _protect(scope: Scope, message: Message, request_id: str, always: list[tuple[bytes, bytes]]) -> None:
    headers: list[tuple[bytes, bytes]] = message["headers"]
    there = {name for name, _ in headers}
    added = [pair for pair in always if pair[0] not in there]
    added.append((b"x-request-id", request_id.encode()))
    if scope["method"] in OPEN_METHODS and scope["path"].startswith(OPEN_TO_OTHER_SITES):
        added += [pair for pair in _TO_OTHER_SITES if pair[0] not in there]
    message["headers"] = [*headers, *added]
