"""Streams tell what changes, end in time, are few, and keep nobody else from being answered."""

import asyncio
import json
import time
from contextlib import ExitStack, contextmanager

import httpx2
import pytest

from app.runs import events
from app.runs.events import Places, stream
from app.web import create_app
from tests.conftest import serving


def _told(*, state: str = "running", progress: int = 0) -> dict:
    return {"state": state, "progress": progress, "stage": "", "error": "", "lines": 1}


def _read(places: Places, states: list[dict], who: str = "a") -> list[tuple[str, dict]]:
    """The events of a stream whose looks find these states, one after the other."""
    looks = iter(states)

    async def gather() -> list[bytes]:
        return [event async for event in stream(places, who, lambda: next(looks))]

    found = [event.decode().split("\n") for event in asyncio.run(gather())]
    return [
        (lines[1].removeprefix("event: "), json.loads(lines[2].removeprefix("data: "))) for lines in found
    ]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(events, "LOOK_SECONDS", 0.01)


def test_every_change_is_told_once_and_the_end_ends_it():
    states = [_told(), _told(progress=5), _told(progress=5), _told(state="succeeded", progress=100), _told()]

    found = _read(Places(), states)

    assert [(name, data["progress"]) for name, data in found] == [
        ("progress", 0),
        ("progress", 5),
        ("end", 100),
    ]


def test_a_stream_ends_after_its_time(monkeypatch):
    monkeypatch.setattr(events, "LIFE_SECONDS", 0.05)
    places = Places()

    found = _read(places, [_told(progress=one) for one in range(1000)])

    assert 1 < len(found) < 100
    assert not places.taken


@pytest.mark.parametrize("taken", [{"a": events.MOST_OF_ONE}, {"b": events.MOST}])
def test_without_a_place_one_look_is_told_and_the_browser_asks_again_later(taken):
    places = Places()
    places.taken.update(taken)

    found = _read(places, [_told(), _told(progress=5)])

    assert len(found) == 1
    assert dict(places.taken) == taken


def test_many_watchers_keep_no_thread_and_no_turn_from_others(place, settings):
    number = place.request("toy")
    own = settings.model_copy(update={"models": place.models, "pool_size": 4})
    with serving(create_app(own, place.address)) as address, httpx2.Client(base_url=address) as client:
        client.get("/health")
        with _watching(address, number, events.MOST_OF_ONE):
            began = time.monotonic()
            answers = [client.get(f"/api/runs/{number}").status_code for _ in range(20)]

            assert answers == [200] * 20
            assert time.monotonic() - began < 5


@contextmanager
def _watching(address: str, number: object, count: int):
    """Streams that are open together, each of which told its first event."""
    with ExitStack() as opened:
        for _ in range(count):
            client = opened.enter_context(httpx2.Client(base_url=address, timeout=20))
            answer = opened.enter_context(client.stream("GET", f"/api/runs/{number}/events"))
            assert "progress" in next(answer.iter_text())
        yield
