"""A run's progress as server-sent events: few streams, each of bounded life, none of which keeps a thread.

A stream waits on the event loop and borrows a thread only for the moment of each look, so that no number of
watchers can keep others from being answered. Where there are too many, a stream says how things stand and
ends; browsers ask again by themselves after the time it names, which is polling.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool

Look = Callable[[], dict[str, Any]]
"""Reads how a run stands, as `documents.progress` tells it."""

MOST, MOST_OF_ONE = 48, 6
"""Streams of a process, and of one visitor."""
LIFE_SECONDS = 30.0
LOOK_SECONDS = 0.4
AGAIN_MS, AGAIN_LATER_MS = 500, 3000
"""After what time a browser asks again when a stream has ended, and when there was no place for one."""
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Places:
    """Who watches; counted on the event loop alone, so without a lock."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    def take(self, who: str) -> bool:
        """Take a place for somebody, if there is one."""
        if self.taken.total() >= MOST or self.taken[who] >= MOST_OF_ONE:
            return False
        self.taken[who] += 1
        return True

    def leave(self, who: str) -> None:
        """Give a place back."""
        self.taken[who] -= 1
        if not self.taken[who]:
            del self.taken[who]


async def stream(places: Places, who: str, look: Look) -> AsyncIterator[bytes]:
    """Events of a run: `progress` whenever something changed, `end` when there is nothing more to come.

    In this colour because a stream that waited in any other would keep a thread while it does.
    """
    if not places.take(who):
        found = await run_in_threadpool(look)
        yield _event(_name(found), found, AGAIN_LATER_MS)
        return
    try:
        async for event in _changes(look):
            yield event
    finally:
        places.leave(who)


async def _changes(look: Look) -> AsyncIterator[bytes]:
    until = time.monotonic() + LIFE_SECONDS
    before: dict[str, Any] = {}
    while time.monotonic() < until:
        found = await run_in_threadpool(look)
        if found != before:
            yield _event(_name(found), found, AGAIN_MS)
        if _name(found) == "end":
            return
        before = found
        await asyncio.sleep(LOOK_SECONDS)


def _name(found: dict[str, Any]) -> str:
    return "progress" if found["state"] in ("queued", "running") else "end"


def _event(name: str, data: dict[str, Any], again_ms: int) -> bytes:
    return b"retry: %d\nevent: %s\ndata: %s\n\n" % (again_ms, name.encode(), orjson.dumps(data))
