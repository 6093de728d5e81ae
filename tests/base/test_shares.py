"""Each visitor has a share of the service; whoever asks for more waits for themselves only."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from fastapi import Request, Response
from starlette.types import Receive, Scope, Send

from app.base.errors import AppError
from app.base.shares import Shares, visitor_of


def refuse(_request: Request, fault: AppError) -> Response:
    return Response(fault.message, status_code=fault.status)


class Work:
    """An application whose requests end when they are told to."""

    def __init__(self) -> None:
        self.running: list[str] = []
        self.may_end = asyncio.Event()

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        self.running.append(scope["client"][0])
        await self.may_end.wait()
        await Response("done")(scope, _receive, send)


async def asked(app: Shares, host: str) -> int:
    """The status of one request of a visitor."""
    statuses: list[int] = []

    async def send(message: Any) -> None:
        statuses.append(message.get("status", 0))

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    await app(
        {"type": "http", "method": "GET", "path": "/", "headers": [], "client": (host, 1)}, receive, send
    )
    return statuses[0]


async def begun(requests: list[Coroutine[Any, Any, int]]) -> list["asyncio.Task[int]"]:
    """The requests, as far as they get by themselves."""
    tasks = [asyncio.ensure_future(request) for request in requests]
    for _ in range(10):
        await asyncio.sleep(0)
    return tasks


def run(test: Callable[[Work, Shares], Coroutine[Any, Any, None]]) -> None:
    async def main() -> None:
        work = Work()
        await test(work, Shares(work, refuse, at_once=2, waiting=5))

    asyncio.run(main())


def test_what_is_beyond_the_share_of_one_waits_and_others_go_on():
    async def test(work: Work, app: Shares) -> None:
        tasks = await begun([asked(app, "10.0.0.1") for _ in range(4)])
        tasks += await begun([asked(app, "10.0.0.2")])

        assert work.running == ["10.0.0.1", "10.0.0.1", "10.0.0.2"]
        work.may_end.set()
        assert await asyncio.gather(*tasks) == [200] * 5

    run(test)


def test_far_too_many_at_once_are_refused_to_that_visitor_only():
    async def test(work: Work, app: Shares) -> None:
        tasks = await begun([asked(app, "10.0.0.1") for _ in range(5)])

        assert await asked(app, "10.0.0.1") == 429
        tasks += await begun([asked(app, "10.0.0.2")])
        work.may_end.set()
        assert await asyncio.gather(*tasks) == [200] * 6

    run(test)


def test_who_has_left_is_forgotten():
    async def test(work: Work, app: Shares) -> None:
        tasks = await begun([asked(app, f"10.0.0.{number}") for number in range(9)])
        work.may_end.set()
        await asyncio.gather(*tasks)

        assert app.visitors == {}

    run(test)


def test_a_request_that_was_given_up_leaves_its_place_to_the_next():
    async def test(work: Work, app: Shares) -> None:
        tasks = await begun([asked(app, "10.0.0.1") for _ in range(3)])
        tasks[0].cancel()
        tasks[2].cancel()
        tasks += await begun([asked(app, "10.0.0.1")])

        assert len(work.running) == 3
        work.may_end.set()
        assert [await tasks[1], await tasks[3]] == [200, 200]

    run(test)


@pytest.mark.parametrize(
    ("client", "name"),
    [
        (("192.0.2.7", 5), "192.0.2.7"),
        (("2001:db8:1:2:aaaa::1", 5), "2001:db8:1:2"),
        (("2001:db8:1:2:bbbb::9", 5), "2001:db8:1:2"),
        (None, ""),
    ],
)
def test_a_visitor_is_an_address_or_a_network(client, name):
    assert visitor_of({"client": client}) == name
