"""Routes that leave the framework nothing to prepare: where an answer is at hand, that is half the work."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from app.stac.answers import at_hand


class QuickRoute(APIRoute):
    """A route whose function takes the request and the parts of its path, as texts, and gives a `Response`.

    No dependency or parameter is read for it; its description is made from the signature as ever. A body that
    comes is found, as bytes, in `request.state.body`.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Call the function on a thread, like those of other routes."""
        function: Callable[..., Response] = self.endpoint

        async def handle(request: Request) -> Response:
            if request.method == "POST":
                request.state.body = await request.body()
            return await run_in_threadpool(function, request, **request.path_params)

        return handle


class ReadyRoute(QuickRoute):
    """A quick route whose answers are kept: one that is at hand is sent at once, without a thread."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Look at the shelf first."""
        make = super().get_route_handler()

        async def handle(request: Request) -> Response:
            ready = at_hand(request)
            return await make(request) if ready is None else ready

        return handle
