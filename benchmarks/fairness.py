"""One heavy user beside many who ask for little: `python -m benchmarks.fairness`.

The heavy user sends outlines of thousands of corners, filters that no column decides, and very long pages,
from several connections of one address. The others ask for ten items in a small box. What the others wait is
told alone, and beside the heavy user.
"""

import http.client
import itertools
import json
import math
import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.console import Console

from benchmarks.clock import MILLI, percentile
from benchmarks.stac import ours
from benchmarks.stac.questions import kinds
from benchmarks.stac.systems import cluster

HEAVY_USER, OTHERS = "127.0.0.2", "127.0.0.1"
CORNERS = 19_000
PATIENCE_SECONDS = 120
PAUSE_SECONDS = 0.02
Body = Mapping[str, Any]

console = Console(stderr=True, highlight=False)


@dataclass
class Seen:
    """What a user saw: milliseconds of each answer, and how often each status came."""

    waits: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def told(self) -> str:
        """In one line."""
        if not self.waits:
            return "no answer"
        middle, high = percentile(self.waits, 0.5), percentile(self.waits, 0.95)
        return f"{len(self.waits)} answers {dict(self.statuses)}, p50 {middle:.1f} ms, p95 {high:.1f} ms"


def star(longitude: float, latitude: float, corners: int = CORNERS) -> dict[str, Any]:
    """An outline with as many corners as are read, in and out between two circles."""
    ring = []
    for corner in range(corners):
        turn, reach = 2 * math.pi * corner / corners, 20 + 15 * (corner % 2)
        ring.append([longitude + reach * math.cos(turn), latitude + reach * math.sin(turn)])
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def heavy_bodies() -> list[Body]:
    """Searches that cost as much as this service lets one cost."""
    unread = {"op": "like", "args": [{"property": "id"}, "%nothing%"]}
    return [
        {"intersects": star(10, 45)},
        {"intersects": star(-80, 20), "sortby": [{"field": "id", "direction": "asc"}]},
        {"filter": unread},
        {"limit": 10_000},
    ]


def cheap_bodies(items: int) -> list[Body]:
    """Ten items in a small box of one collection."""
    return [one.body for one in kinds(items)["a"].requests if one.body]


def ask(address: str, own: str, bodies: Iterator[Body], until: float, pause: float, seen: Seen) -> None:
    """One connection of a user, until the time is over."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS, source_address=(own, 0)
    )
    headers = {"Content-Type": "application/json"}
    while time.monotonic() < until:
        content, began = json.dumps(next(bodies)), time.perf_counter()
        connection.request("POST", f"{parts.path}/search", content, headers)
        answer = connection.getresponse()
        answer.read()
        seen.waits.append((time.perf_counter() - began) * MILLI)
        seen.statuses[answer.status] += 1
        time.sleep(pause)
    connection.close()


def weigh_down(address: str, connections: int, seconds: float) -> None:
    """The heavy user, in a process of its own; tells what it saw."""
    seen, until = Seen(), time.monotonic() + seconds
    bodies = heavy_bodies()
    threads = [
        threading.Thread(
            target=ask,
            args=(address, HEAVY_USER, itertools.cycle(bodies[one:] + bodies[:one]), until, 0, seen),
        )
        for one in (number % len(bodies) for number in range(connections))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    console.print(f"  the heavy user: {seen.told()}")


def waited(address: str, items: int, seconds: float) -> Seen:
    """What others wait, one after the other."""
    seen = Seen()
    bodies = itertools.cycle(cheap_bodies(items))
    ask(address, OTHERS, bodies, time.monotonic() + seconds, PAUSE_SECONDS, seen)
    return seen


def main(
    items: Annotated[int, typer.Option(help="Items in the database.")] = 200_000,
    connections: Annotated[int, typer.Option(help="Connections of the heavy user.")] = 16,
    seconds: Annotated[float, typer.Option(help="How long each part is measured.")] = 10,
) -> None:
    """Measure what a heavy user costs the others."""
    with cluster("ours").used():
        store = ours.load(items)
        with ours.serving(store) as system:
            waited(system.address, items, 1)
            alone = waited(system.address, items, seconds)
            heavy = multiprocessing.Process(
                target=weigh_down, args=(system.address, connections, seconds + 2)
            )
            heavy.start()
            time.sleep(1)
            beside = waited(system.address, items, seconds)
            heavy.join()
    print(f"alone:  {alone.told()}\nbeside: {beside.told()}")


if __name__ == "__main__":
    typer.run(main)
