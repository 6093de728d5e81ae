"""A short way to the route of a request.

The framework tries its routes one after the other, twice: with sixty of them that costs more than many an
answer. Here only those are tried whose first word and number of parts fit the address, in their own order.
Whatever none of them takes, such as a wrong method or a slash too many, goes the framework's way.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

MOST_KEPT = 512
ANY_DEPTH = ":path}"


class Shortcut:
    """ASGI application in front of the `router` of a service, which it leaves as it is.

    `routers` are those that the service includes, in the same order; neither they nor those that they include
    are given another prefix there.
    """

    def __init__(self, router: APIRouter, routers: Iterable[APIRouter]) -> None:
        self.router = router
        self.otherwise: ASGIApp = router.middleware_stack
        self.routes = [route for one in routers for route in _routes(one)]
        self.fitting = lru_cache(MOST_KEPT)(self._fitting)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the route that fits, or pass on."""
        if scope["type"] != "http" or scope.get("root_path"):
            await self.otherwise(scope, receive, send)
            return
        path: str = scope["path"]
        word = path[1:].partition("/")[0]
        for route in self.fitting(word, path.count("/")):
            match, found = route.matches(scope)
            if match is Match.FULL:
                scope["router"] = self.router
                scope.update(found)
                await route.handle(scope, receive, send)
                return
        await self.otherwise(scope, receive, send)

    def _fitting(self, word: str, depth: int) -> tuple[APIRoute, ...]:
        return tuple(route for route in self.routes if _may_take(route.path, word, depth))


def _routes(router: APIRouter) -> Iterator[APIRoute]:
    """The routes of a router and of those it includes, in the order in which they are tried."""
    for route in router.routes:
        included = getattr(route, "original_router", None)
        if isinstance(included, APIRouter):
            yield from _routes(included)
        elif isinstance(route, APIRoute):
            yield route


def _may_take(template: str, word: str, depth: int) -> bool:
    """Whether addresses of this first word and depth may fit a template such as `/datasets/{slug}`."""
    first = template[1:].partition("/")[0]
    return (first == word or "{" in first) and (template.count("/") == depth or ANY_DEPTH in template)
