"""Routes that leave the framework nothing to prepare: where an answer is at hand, that is half the work."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from app.items.bounds import MustWait
from app.stac.answers import at_hand

Endpoint = TypeVar("Endpoint", bound=Callable[..., Response])
LARGEST_LIGHT = 4_096
"""Bytes of an address or a body beyond which the question alone is work."""


def tried_at_once(function: Endpoint) -> Endpoint:
    """Mark the function of a quick route as one that is called without a thread first.

    It finds `request.state.may_wait` unset then, and must give up by `MustWait` before it works for more than
    about a millisecond or asks the database.
    """
    function.is_tried_at_once = True  # type: ignore[attr-defined]
    return function


class QuickRoute(APIRoute):
    """A route whose function takes the request and the parts of its path, as texts, and gives a `Response`.

    No dependency or parameter is read for it; its description is made from the signature as ever. A body that
    comes is found, as bytes, in `request.state.body`.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:
        super().__init__(path, endpoint, **settings)
        # The framework's own way opens and closes what dependencies may need, and looks after errors that its
        # application looks after as well.
        self.app = _answering(self.get_route_handler())

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Call the function on a thread, like those of other routes."""
        function: Callable[..., Response] = self.endpoint
        is_tried = getattr(function, "is_tried_at_once", False)

        async def handle(request: Request) -> Response:
            scope = request.scope
            state, size = scope.setdefault("state", {}), len(scope["query_string"])
            if scope["method"] == "POST":
                state["body"] = await request.body()
                size = len(state["body"])
            state["may_wait"] = not is_tried or size > LARGEST_LIGHT
            if not state["may_wait"]:
                try:
                    return function(request, **scope["path_params"])
                except MustWait:
                    state["may_wait"] = True
            return await run_in_threadpool(function, request, **scope["path_params"])

        return handle


def _answering(handle: Callable[[Request], Coroutine[Any, Any, Response]]) -> ASGIApp:
    """An application that sends what a function gives."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = await handle(Request(scope, receive, send))
        await response(scope, receive, send)

    return app


class ReadyRoute(QuickRoute):
    """A quick route whose answers are kept: one that is at hand is sent at once, without a thread."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Look at the shelf first."""
        make = super().get_route_handler()

        async def handle(request: Request) -> Response:
            ready = at_hand(request)
            return await make(request) if ready is None else ready

        return handle
