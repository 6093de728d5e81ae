"""Nobody takes all of the service: each visitor has a share of it, and waits only for themselves beyond it.

A visitor is an address, or for IPv6 the network of one. Requests of one visitor beyond the share wait for
those before them, while those of others go on. Behind a proxy the address is the one that the proxy names.
"""

import asyncio
from collections.abc import Callable

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.base.errors import AppError, TooMany
from app.base.language import _

NETWORK_PARTS = 4
"""Of the eight parts of an IPv6 address, those that a provider gives to one customer."""
STREAMS = ("/api/runs/", "/events")
"""How addresses begin and end that stay open and do nothing; whoever serves them bounds their number."""


class Shares:
    """ASGI middleware; `refuse` writes the answer to who asks far too much.

    Args:
        at_once: requests of one visitor that are worked on together.
        waiting: requests of one visitor that are taken in; more are refused.
    """

    def __init__(
        self, app: ASGIApp, refuse: Callable[[Request, AppError], Response], at_once: int, waiting: int
    ) -> None:
        self.app = app
        self.refuse = refuse
        self.at_once = at_once
        self.waiting = waiting
        self.visitors: dict[str, _Visitor] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on when it is the visitor's turn, or refuse."""
        if scope["type"] != "http" or is_stream(scope["path"]):
            await self.app(scope, receive, send)
            return
        name = visitor_of(scope)
        visitor = self.visitors.get(name)
        if visitor is None:
            visitor = self.visitors[name] = _Visitor(self.at_once)
        if visitor.inside >= self.waiting:
            words = _("%(n)s of your requests wait here already. Let some be answered first.", n=self.waiting)
            fault = TooMany(words)
            await self.refuse(Request(scope), fault)(scope, receive, send)
            return
        visitor.inside += 1
        try:
            async with visitor.turn:
                await self.app(scope, receive, send)
        finally:
            visitor.inside -= 1
            if not visitor.inside:
                del self.visitors[name]


class _Visitor:
    """How many requests of somebody are here, and whose turn it is."""

    def __init__(self, at_once: int) -> None:
        self.inside = 0
        self.turn = asyncio.Semaphore(at_once)


def is_stream(path: str) -> bool:
    """Whether an answer is a stream that waits; it would keep its visitor's turn for as long."""
    return path.startswith(STREAMS[0]) and path.endswith(STREAMS[1])


def visitor_of(scope: Scope) -> str:
    """What tells visitors apart."""
    client = scope.get("client")
    host: str = client[0] if client else ""
    return ":".join(host.split(":")[:NETWORK_PARTS]) if ":" in host else host
